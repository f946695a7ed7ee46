// The nodes of a snapshot as every transport sees them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONG_NAME } from "./support/trees.js";
import { UnmountedFixture, codeOf, names, node, read, resolve, tree } from "./support/unmounted.js";

let fixture: UnmountedFixture;
beforeAll(async () => {
  fixture = await UnmountedFixture.build();
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

describe("nodes", () => {
  it("have every name of the tree, in each snapshot its own", async () => {
    await using operations = await fixture.open();
    const inRoot = [...tree.keys()].filter((path) => !path.includes("/"));
    const listed = await names(operations, `/acme/docs/${fixture.first.name}`);
    expect(listed.toSorted()).toEqual([".", "..", ...inRoot].toSorted());
    expect(await names(operations, `/acme/docs/${fixture.second.name}/deep`)).toEqual([
      ".",
      "..",
      "a",
      "link up",
      "new.txt",
    ]);
    expect(await codeOf(() => resolve(operations, `/acme/docs/${fixture.first.name}/deep/new.txt`))).toBe("ENOENT");
  });

  it("are found by name and read as they were", async () => {
    await using operations = await fixture.open();
    const at = `/acme/docs/${fixture.first.name}`;
    expect(await read(operations, `${at}/${LONG_NAME}`)).toBe("long name");
    expect([await read(operations, `${at}/Case`), await read(operations, `${at}/case`)]).toEqual(["upper", "lower"]);
    expect(await read(operations, `${at}/e\u0301`)).toBe("decomposed");
    expect(await read(operations, `${at}/\u00E9`)).toBe("composed");
    expect(await read(operations, `${at}/empty file`)).toBe("");
    expect(await read(operations, `/acme/docs/${fixture.second.name}/plain.txt`)).toBe("changed text\n");
  });

  it("answer names that are not there, paths through files, and the root of nothing", async () => {
    await using operations = await fixture.open();
    const at = `/acme/docs/${fixture.first.name}`;
    for (const path of [
      "/nobody",
      "/acme/nothing",
      "/acme/docs/2001-01-01T00-00-00Z",
      `${at}/nothing`,
      `${at}/deep/..`,
    ]) {
      expect([path, await codeOf(() => resolve(operations, path))]).toEqual([path, "ENOENT"]);
    }
    expect(await codeOf(() => resolve(operations, `${at}/plain.txt/x`))).toBe("ENOTDIR");
    expect(await codeOf(() => resolve(operations, `${at}/link to folder/b`))).toBe("ENOTDIR");
    expect(await codeOf(async () => operations.readdir(await node(operations, `${at}/plain.txt`), 0, 1))).toBe(
      "ENOTDIR",
    );
  });

  it("list the same however often the listing is taken up again, and from any offset", async () => {
    await using operations = await fixture.open();
    const path = `/acme/docs/${fixture.first.name}/many`;
    const whole = await names(operations, path);
    expect(whole).toHaveLength(302);
    for (const limit of [1, 2, 3, 7, 100, 301]) expect(await names(operations, path, limit)).toEqual(whole);
    // A transport that never listed the beginning, such as one that was asked to seek.
    await using fresh = await fixture.open();
    const entries = await operations.readdir(await resolve(operations, path), 0, 1000);
    for (const at of [0, 1, 2, 151, 300, 301]) {
      const batch = await fresh.readdir(await resolve(fresh, path), entries[at]?.offset ?? 0, 3);
      expect(batch.map((entry) => entry.name)).toEqual(whole.slice(at + 1, at + 4));
    }
    expect(await fresh.readdir(await resolve(fresh, path), 1e9, 3)).toEqual([]);
  });

  it("show size, kind, exact time, and the owner the mount gives where the source has none", async () => {
    await using operations = await fixture.open();
    const at = `/acme/docs/${fixture.first.name}`;
    const attributes = async (name: string) => operations.getattr(await resolve(operations, `${at}/${name}`));
    expect(await attributes("plain.txt")).toEqual({
      kind: "file",
      mode: 0o640,
      uid: 500,
      gid: 501,
      sizeBytes: 11,
      blocks: 1,
      linkCount: 1,
      mtimeNs: 1_767_600_000_123_456_700n,
      ctimeNs: 1_767_600_000_123_456_700n,
      atimeNs: 1_767_600_000_123_456_700n,
    });
    expect(await attributes("deep")).toMatchObject({ kind: "directory", mode: 0o750, sizeBytes: 4096, blocks: 0 });
    expect(await attributes("link to plain")).toMatchObject({ kind: "symlink", mode: 0o777, sizeBytes: 9 });
    expect(await attributes("case")).toMatchObject({ mode: 0o4750, uid: 1234, gid: 99 });
  });

  it("lead where they led", async () => {
    await using operations = await fixture.open();
    const at = `/acme/docs/${fixture.first.name}`;
    expect(await operations.readlink(await node(operations, `${at}/link to nowhere`))).toBe("not/there");
    expect(await operations.readlink(await node(operations, `${at}/deep/link up`))).toBe("../plain.txt");
    expect(await codeOf(async () => operations.readlink(await node(operations, `${at}/deep`)))).toBe("EINVAL");
  });

  it("can be opened for reading when they are files, and for nothing else", async () => {
    await using operations = await fixture.open();
    const at = `/acme/docs/${fixture.first.name}`;
    const opening = async (path: string, write: boolean): Promise<unknown> =>
      codeOf(async () => operations.open(await resolve(operations, path), { write }));
    expect(await opening(`${at}/plain.txt`, false)).toBe("no error");
    expect(await opening(`${at}/plain.txt`, true)).toBe("EROFS");
    expect(await opening(`${at}/deep`, false)).toBe("EISDIR");
    expect(await opening("/acme", false)).toBe("EISDIR");
    expect(await opening(`${at}/link to plain`, false)).toBe("ELOOP");
    expect(await opening("/acme/docs/latest", false)).toBe("ELOOP");
  });

  it("are read from any offset, and refuse what is no offset", async () => {
    await using operations = await fixture.open();
    const path = `/acme/docs/${fixture.first.name}/plain.txt`;
    expect(await read(operations, path, 6, 4)).toBe("text");
    expect(await read(operations, path, 10, 100)).toBe("\n");
    expect(await read(operations, path, 11, 100)).toBe("");
    expect(await read(operations, path, 2 ** 52, 100)).toBe("");
    for (const offset of [-1, 0.5, Number.NaN])
      expect(await codeOf(() => read(operations, path, offset))).toBe("EINVAL");
  });
});
