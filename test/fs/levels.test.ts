// What lies above the snapshots: tenants, shares, latest, and shares that fail.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../../core/snapshot.js";
import { ShareBuilder } from "./support/share-builder.js";
import { file } from "./support/trees.js";
import { UnmountedFixture, codeOf, docs, broken, names, read, resolve } from "./support/unmounted.js";

let fixture: UnmountedFixture;
beforeAll(async () => {
  fixture = await UnmountedFixture.build();
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

describe("the levels", () => {
  it("show tenants, shares, snapshots and latest, each once, in order", async () => {
    await using operations = await fixture.open();
    expect(await names(operations, "/")).toEqual([".", "..", "acme", "beta"]);
    expect(await names(operations, "/acme")).toEqual([".", "..", "broken", "docs"]);
    expect(await names(operations, "/acme/docs")).toEqual([
      ".",
      "..",
      "latest",
      fixture.first.name,
      fixture.second.name,
    ]);
  });

  it("open a share when somebody first looks into it, and once", async () => {
    const shares = fixture.directory();
    await using operations = await fixture.open({ kind: "everything" }, shares);
    await names(operations, "/acme");
    expect(shares.opened).toEqual([]);
    await Promise.all([
      names(operations, "/acme/docs"),
      resolve(operations, `/acme/docs/${fixture.first.name}/plain.txt`),
    ]);
    expect(shares.opened).toEqual(["acme/docs"]);
  });

  it("can be rooted at a share", async () => {
    await using operations = await fixture.open({ kind: "share", share: docs });
    expect(await names(operations, "/")).toEqual([".", "..", "latest", fixture.first.name, fixture.second.name]);
    expect(await read(operations, `/${fixture.first.name}/plain.txt`)).toBe("plain text\n");
  });

  it("can be rooted at a snapshot", async () => {
    const root = { kind: "snapshot", share: docs, snapshot: { kind: "latest", back: 1 } } as const;
    await using operations = await fixture.open(root);
    expect(await read(operations, "/plain.txt")).toBe("plain text\n");
    expect(await codeOf(() => resolve(operations, "/latest"))).toBe("ENOENT");
  });

  it("refuse a root that is not there", async () => {
    const unknown = { tenant: "acme", share: "nothing" };
    expect(await codeOf(() => fixture.open({ kind: "share", share: unknown }))).toBe("SHARE_UNKNOWN");
    const root = { kind: "snapshot", share: docs, snapshot: { kind: "latest", back: 9 } } as const;
    expect(await codeOf(() => fixture.open(root))).toBe("SNAPSHOT_UNKNOWN");
    expect(await codeOf(() => fixture.open({ kind: "share", share: broken }))).toBe("UNREACHABLE");
  });

  it("say latest is a symlink to the newest snapshot's name", async () => {
    await using operations = await fixture.open();
    const latest = await resolve(operations, "/acme/docs/latest");
    expect(await operations.readlink(latest)).toBe(fixture.second.name);
    const attributes = await operations.getattr(latest);
    expect(attributes).toMatchObject({ kind: "symlink", mode: 0o777, sizeBytes: fixture.second.name.length });
    expect(await codeOf(() => operations.lookup(latest, "plain.txt"))).toBe("ENOTDIR");
  });

  it("have the newest snapshot's time where there is one", async () => {
    await using operations = await fixture.open();
    expect((await operations.getattr(await resolve(operations, "/acme/docs"))).mtimeNs).toBe(fixture.second.startedAt);
    expect((await operations.getattr(operations.root)).mtimeNs).toBeGreaterThan(0n);
  });

  it("show a snapshot that was published meanwhile", async () => {
    const share = { tenant: "acme", share: "growing" };
    await using growing = await ShareBuilder.create(fixture.folder.path, share);
    await using operations = await fixture.open({ kind: "everything" }, fixture.directory([share]));
    expect(await names(operations, "/acme/growing")).toEqual([".", ".."]);
    expect(await codeOf(() => resolve(operations, "/acme/growing/latest"))).toBe("ENOENT");
    const one = await growing.snapshot(new Map([["a", file("a")]]));
    expect(await names(operations, "/acme/growing")).toEqual([".", "..", "latest", one.name]);
    const two = await growing.snapshot(new Map([["a", file("b")]]));
    expect(await read(operations, `/acme/growing/${two.name}/a`)).toBe("b");
    expect(await read(operations, `/acme/growing/${one.name}/a`)).toBe("a");
    expect(await operations.readlink(await resolve(operations, "/acme/growing/latest"))).toBe(two.name);
  });
});

describe("a share that cannot be opened", () => {
  it("is EIO with one log line, and the others work", async () => {
    fixture.logged = [];
    const shares = fixture.directory();
    await using operations = await fixture.open({ kind: "everything" }, shares);
    const handle = await resolve(operations, "/acme/broken");
    for (let n = 0; n < 3; n++) expect(await codeOf(() => operations.getattr(handle))).toBe("EIO");
    expect(await codeOf(() => operations.readdir(handle, 0, 10))).toBe("EIO");
    expect(await names(operations, "/acme/docs")).toContain(fixture.first.name);
    expect(fixture.logged).toEqual(["The share acme/broken cannot be shown: The store does not answer."]);
    expect(shares.opened.filter((name) => name === "acme/broken")).toHaveLength(1);
  });
});

describe("statfs", () => {
  it("has the snapshot's figures, and above the newest's", async () => {
    await using operations = await fixture.open();
    const of = async (path: string) => operations.statfs(await resolve(operations, path));
    const figures = ({ bytes, files, directories }: Snapshot) => ({ bytes, nodes: files + directories });
    expect(await of("/")).toMatchObject({ bytes: 0, nodes: 0 });
    expect(await of(`/acme/docs/${fixture.first.name}/deep`)).toMatchObject(figures(fixture.first));
    for (const path of ["/acme/docs", "/acme/docs/latest", "/acme", "/"]) {
      expect(await of(path)).toMatchObject(figures(fixture.second));
    }
  });
});
