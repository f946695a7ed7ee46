// What is read from segments, and what happens when the store has lost something.
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operations } from "../../fs/operations.js";
import { type NodeExtras, ShareBuilder } from "./support/share-builder.js";
import { directory, file, symlink } from "./support/trees.js";
import { ACL, UnmountedFixture, codeOf, node, read, resolve } from "./support/unmounted.js";

let fixture: UnmountedFixture;
beforeAll(async () => {
  fixture = await UnmountedFixture.build();
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

describe("xattrs", () => {
  const of = async (operations: Operations, path: string): Promise<Record<string, string>> => {
    const handle = await resolve(operations, path);
    const found: Record<string, string> = {};
    for (const name of await operations.listxattr(handle)) {
      found[name] = Buffer.from(await operations.getxattr(handle, name)).toString();
    }
    return found;
  };

  it("carry what the source knew, what the tree knows, and the source's own", async () => {
    await using operations = await fixture.open(undefined, undefined, { listXattrs: true });
    const handle = await node(operations, `/acme/docs/${fixture.first.name}/plain.txt`);
    const { nodeId, version } = handle.entry;
    const { xorhash } = (await handle.share.mounted.metadata.putOf(version)).entry;
    expect(xorhash).not.toBe(0n);
    expect(await of(operations, `/acme/docs/${fixture.first.name}/plain.txt`)).toEqual({
      "user.sharestrata.node": String(nodeId),
      "user.sharestrata.version": String(version),
      "user.sharestrata.snapshot": fixture.first.name,
      "user.sharestrata.since": fixture.first.name,
      "user.sharestrata.xorhash": xorhash.toString(16).padStart(16, "0"),
      "user.sharestrata.created": "2025-02-02T00:00:00.000000000Z",
      "user.sharestrata.accessed": "2025-02-03T00:00:00.000000000Z",
      "user.sharestrata.links": "3",
      "user.sharestrata.attributes": "ReadOnly|Archive",
      "user.sharestrata.permission-key": "123*456",
      "user.sharestrata.acl": ACL,
      "user.sharestrata.etag": '"0x8D"',
      "user.sharestrata.content-md5": "dead",
      "user.sharestrata.metadata.owner": "me",
      "user.sharestrata.metadata.constructor": "odd",
      "user.comment": "nice",
    });
  });

  it("of ours are not listed unless told to, so that copies do not carry them; they are all in one", async () => {
    await using operations = await fixture.open();
    const handle = await node(operations, `/acme/docs/${fixture.first.name}/plain.txt`);
    expect(await operations.listxattr(handle)).toEqual(["user.comment"]);
    const get = async (name: string): Promise<string> =>
      Buffer.from(await operations.getxattr(handle, name)).toString();
    expect(await get("user.sharestrata.links")).toBe("3");
    const lines = (await get("user.sharestrata")).trimEnd().split("\n");
    expect(lines).toContain("attributes=ReadOnly|Archive");
    expect(lines).toContain(`node=${handle.entry.nodeId}`);
    expect(lines).not.toContain("comment=nice");
  });

  it("tell the descriptor of an ACL that has no text as base64, and nothing of one that nobody could read", async () => {
    const share = { tenant: "acme", share: "acls" };
    const metadataOf = (permissionKey: string): NodeExtras => ({ metadata: { permissionKey } });
    const tree = new Map([
      ["binary", file("1")],
      ["unread", file("2")],
      ["later", file("3")],
    ]);
    const extras = new Map([
      ["binary", metadataOf("1*1")],
      ["unread", metadataOf("2*2")],
      ["later", metadataOf("3*3")],
    ]);
    {
      await using builder = await ShareBuilder.create(fixture.folder.path, share);
      const binary = { key: "1*1", descriptor: { format: "binary", text: "AQAEgA==" } } as const;
      const unread = ["2*2", "3*3"].map((key) => ({ key, descriptor: undefined }));
      await builder.snapshot(tree, { extras, permissions: [binary, ...unread] });
      // What the next backup could read stands for what the one before had kept.
      const later = { key: "3*3", descriptor: { format: "sddl", text: ACL } } as const;
      await builder.snapshot(tree, { extras, permissions: [later] });
    }
    const root = { kind: "snapshot", share, snapshot: { kind: "latest", back: 1 } } as const;
    await using operations = await fixture.open(root, fixture.directory([share]));
    const get = async (path: string, name: string): Promise<string> =>
      Buffer.from(await operations.getxattr(await resolve(operations, path), name)).toString();
    expect(await get("/binary", "user.sharestrata.acl-binary")).toBe("AQAEgA==");
    expect(await get("/later", "user.sharestrata.acl")).toBe(ACL);
    expect(await get("/later", "user.sharestrata")).toContain(`\nacl=${ACL}\n`);
    for (const [path, name] of [
      ["/binary", "acl"],
      ["/later", "acl-binary"],
      ["/unread", "acl"],
      ["/unread", "acl-binary"],
    ] as const) {
      expect(await codeOf(() => get(path, `user.sharestrata.${name}`))).toBe("ENODATA");
    }
  });

  it("say since when a file is as it is", async () => {
    await using operations = await fixture.open(undefined, undefined, { listXattrs: true });
    const found = await of(operations, `/acme/docs/${fixture.second.name}/Case`);
    expect(found).toMatchObject({
      "user.sharestrata.snapshot": fixture.second.name,
      "user.sharestrata.since": fixture.first.name,
    });
  });

  it("are ENODATA where there is none, whatever the name", async () => {
    await using operations = await fixture.open();
    const handle = await node(operations, `/acme/docs/${fixture.first.name}/plain.txt`);
    for (const name of [
      "user.nothing",
      "security.selinux",
      "system.posix_acl_access",
      "user.sharestrata.constructor",
    ]) {
      expect(await codeOf(() => operations.getxattr(handle, name))).toBe("ENODATA");
    }
    expect(await operations.listxattr(operations.root)).toEqual([]);
    expect(await codeOf(() => operations.getxattr(operations.root, "user.comment"))).toBe("ENODATA");
  });
});

describe("xattrs of a symlink", () => {
  it("are none, because Linux would list but not read them", async () => {
    const share = { tenant: "acme", share: "links" };
    {
      await using links = await ShareBuilder.create(fixture.folder.path, share);
      await links.snapshot(new Map([["link", symlink("target")]]));
    }
    const root = { kind: "snapshot", share, snapshot: { kind: "latest", back: 0 } } as const;
    await using operations = await fixture.open(root, fixture.directory([share]));
    expect(await operations.listxattr(await resolve(operations, "/link"))).toEqual([]);
  });
});

describe("damage", () => {
  it("is EIO and one log line naming object and file, and never data", async () => {
    const share = { tenant: "acme", share: "damaged" };
    {
      await using damaged = await ShareBuilder.create(fixture.folder.path, share);
      await damaged.snapshot(
        new Map([
          ["dir", directory()],
          ["dir/a", file("to be lost")],
          ["good", file("")],
          ["link", symlink("to be lost too")],
        ]),
      );
    }
    await rm(fixture.folder.join("store", "acme", "damaged", "blobs"), { recursive: true });
    await rm(fixture.folder.join("store", "acme", "damaged", "segments"), { recursive: true });
    fixture.logged = [];
    const root = { kind: "snapshot", share, snapshot: { kind: "latest", back: 0 } } as const;
    await using operations = await fixture.open(root, fixture.directory([share]));
    for (let n = 0; n < 3; n++) expect(await codeOf(() => read(operations, "/dir/a"))).toBe("EIO");
    expect(fixture.logged).toHaveLength(1);
    expect(fixture.logged[0]).toMatch(/acme\/damaged@2026-11-20T10-00-00Z:\/dir\/a .*acme\/damaged\/blobs/);
    expect(await codeOf(async () => operations.readlink(await resolve(operations, "/link")))).toBe("EIO");
    expect(await read(operations, "/good")).toBe("");
    expect(await operations.getattr(await resolve(operations, "/dir/a"))).toMatchObject({ sizeBytes: 10 });
  });
});
