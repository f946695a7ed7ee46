// Shares of premium accounts that are mounted over NFS: listings leave out what kind of file a file is, whose it is and how many names it has.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SnapshotNumber } from "../../../../core/ids.js";
import { DescribedShare } from "../support/described-share.js";

let azure: DescribedShare;
beforeEach(async () => {
  azure = await DescribedShare.create({ protocol: "NFS" });
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

const number = (snapshot: number): SnapshotNumber => snapshot as SnapshotNumber;
const posix = (mode: string, owner = "1000", group = "100") => ({ posix: { mode, owner, group } });
const count = (operation: string): number => azure.emulator.requests.count(operation);
const link = (path: string, target: string): void =>
  void azure.share.files.createHardLink(path.split("/"), target.split("/"));

async function backup() {
  azure.emulator.requests.reset();
  const { snapshot, passedOver } = await azure.backup();
  expect(passedOver).toEqual([]);
  return snapshot;
}

describe("a backup of an NFS share", () => {
  it("keeps modes, owners and where links lead, and asks nothing of what has not changed", async () => {
    const { seed } = azure.share;
    seed.directory("bin", posix("2750"));
    seed.file("bin/tool", "#!", posix("4755", "0", "0"));
    seed.file("plain", "x", posix("0600", "65534", "4294967295"));
    seed.symbolicLink("bin/link", "../plain%20 x");
    const snapshot = await backup();
    expect(snapshot.counters).toMatchObject({ files: 3, directories: 2, added: 5 });
    const puts = await azure.puts(number(1));
    expect(puts.get("bin")?.entry.posix).toEqual({ mode: 0o2750, uid: 1000, gid: 100 });
    expect(puts.get("bin/tool")?.entry.posix).toEqual({ mode: 0o4755, uid: 0, gid: 0 });
    expect(puts.get("plain")?.entry.posix).toEqual({ mode: 0o600, uid: 65_534, gid: 4_294_967_295 });
    expect(puts.get("bin/link")).toMatchObject({
      entry: { kind: "symlink", sizeBytes: 13, contentId: 0 },
      metadata: { linkTarget: "../plain%20 x" },
    });
    expect(puts.get("")?.entry.posix).toEqual({ mode: 0o755, uid: 0, gid: 0 });
    expect(puts.get("plain")?.metadata.permissionKey).toBeUndefined();
    // A file and a folder once each, a link twice.
    expect([count("Get File Properties"), count("Get Directory Properties"), count("Get Symbolic Link")]).toEqual([
      3, 4, 1,
    ]);

    const again = await backup();
    expect(again.counters).toMatchObject({ unchanged: 5, added: 0, modified: 0, files: 3 });
    expect([count("Get File Properties"), count("Get Symbolic Link"), count("Get File")]).toEqual([0, 0, 0]);
  });

  it("keeps mode, owner and group of a file that was written to while it was read", async () => {
    const { seed } = azure.share;
    const { faults } = azure.emulator;
    const forbidden = { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" } as const;
    faults.add({ match: { operation: "Snapshot Share" }, fault: forbidden });
    seed.file("busy", Buffer.alloc(600_000, 1), posix("4751", "1234", "4321"));
    const write = (): void => void seed.write("busy", 0, Buffer.alloc(600_000, 2));
    faults.add({ match: { operation: "Get File", path: "busy" }, fault: { kind: "meanwhile", before: write } });
    expect((await backup()).counters).toMatchObject({ files: 1, added: 2, errors: 0 });
    const put = (await azure.puts(number(1))).get("busy");
    expect(put?.entry).toMatchObject({ sizeBytes: 600_000, posix: { mode: 0o4751, uid: 1234, gid: 4321 } });
    expect((await backup()).counters).toMatchObject({ unchanged: 2, modified: 0 });
  });

  it("sees a change of mode or owner alone, and reads no content for it", async () => {
    const { seed, files } = azure.share;
    seed.file("a", "content", posix("0644"));
    seed.directory("d", posix("0755"));
    await backup();
    files.updateFile(["a"], posix("0640", "7", "8"));
    files.updateDirectory(["d"], posix("0700"));
    const snapshot = await backup();
    expect(snapshot.counters).toMatchObject({ modified: 2, bytesRead: 0 });
    expect(count("Get File")).toBe(0);
    const [before, after] = [await azure.puts(number(1)), await azure.puts(number(2))];
    expect(after.get("a")?.entry).toMatchObject({ posix: { mode: 0o640, uid: 7, gid: 8 } });
    expect(after.get("a")?.entry.contentId).toBe(before.get("a")?.entry.contentId);
    expect(after.get("d")?.entry.posix?.mode).toBe(0o700);
  });

  it("follows a link that is made anew, and one that becomes a file", async () => {
    const { seed } = azure.share;
    seed.symbolicLink("l", "one");
    seed.symbolicLink("m", "x");
    await backup();
    seed.remove("l");
    seed.symbolicLink("l", "two");
    seed.remove("m");
    seed.file("m", "a file now");
    const snapshot = await backup();
    expect(snapshot.counters).toMatchObject({ modified: 2, deleted: 0 });
    const puts = await azure.puts(number(2));
    expect(puts.get("l")?.metadata.linkTarget).toBe("two");
    expect(puts.get("m")?.entry).toMatchObject({ kind: "file", sizeBytes: 10 });
  });

  it("goes on when a node is gone before it could be looked at, and says so", async () => {
    azure.share.seed.file("a", "x");
    azure.share.seed.symbolicLink("b", "target");
    azure.share.seed.directory("c");
    azure.share.seed.file("c/d", "x");
    const gone = { kind: "status", status: 404, code: "ResourceNotFound" } as const;
    for (const path of ["a", "b"]) {
      azure.emulator.faults.add({ match: { operation: "Get File Properties", path }, fault: gone });
    }
    azure.emulator.faults.add({ match: { operation: "Get Directory Properties", path: "c" }, fault: gone });
    const { snapshot, passedOver } = await azure.backup();
    expect(passedOver.map(({ path }) => path.join("/")).toSorted()).toEqual(["a", "b", "c"]);
    expect([...(await azure.puts(snapshot.number)).keys()].toSorted()).toEqual(["", "c", "c/d"]);
    const next = await backup();
    expect(next.counters).toMatchObject({ added: 2, errors: 0 });
  });
});

describe("nodes of an NFS share that cannot be looked at for a while", () => {
  const TRIES = 3;
  const locked = { kind: "status", status: 409, code: "FileLockConflict" } as const;
  const lock = (path: string, kind: "File" | "Directory"): void =>
    void azure.emulator.faults.add({
      match: { operation: `Get ${kind} Properties`, path },
      fault: locked,
      times: TRIES,
    });
  const facts = async (snapshot: number) => {
    const puts = await azure.puts(number(snapshot));
    return Object.fromEntries(
      [...puts].map(([path, { entry, metadata }]) => [path, [entry.kind, entry.posix?.mode, metadata.linkTarget]]),
    );
  };

  it("are reported when they are new, and whole in the next snapshot", async () => {
    const { seed } = azure.share;
    seed.directory("dir", posix("2750"));
    seed.file("dir/inside", "x", posix("0640"));
    seed.file("plain", "content", posix("0600"));
    seed.symbolicLink("link", "plain");
    lock("dir", "Directory");
    lock("plain", "File");
    lock("link", "File");
    const { snapshot, passedOver } = await azure.backup();
    expect(passedOver.map(({ path }) => path.join("/")).toSorted()).toEqual(["dir", "link", "plain"]);
    expect(snapshot).toMatchObject({ status: "with-errors", counters: { errors: 3 } });
    expect(await facts(1)).toEqual({
      "": ["directory", 0o755, undefined],
      dir: ["directory", undefined, undefined],
      "dir/inside": ["file", 0o640, undefined],
    });
    await backup();
    expect(await facts(2)).toEqual({
      "": ["directory", 0o755, undefined],
      dir: ["directory", 0o2750, undefined],
      "dir/inside": ["file", 0o640, undefined],
      plain: ["file", 0o600, undefined],
      link: ["symlink", 0o777, "plain"],
    });
  });

  it("stay as they were when they have changed or moved, and are what they have become in the next snapshot", async () => {
    const { seed, files } = azure.share;
    seed.directory("dir", posix("0750"));
    seed.file("changed", "content", posix("0640"));
    seed.file("moved", "content", posix("0604"));
    for (const name of ["link", "goes"]) seed.symbolicLink(name, "changed");
    await backup();
    const before = await facts(1);

    files.updateDirectory(["dir"], posix("0700"));
    files.updateFile(["changed"], posix("0600"));
    files.rename(["moved"], ["dir", "there"]);
    files.rename(["goes"], ["dir", "gone"]);
    seed.remove("link");
    seed.symbolicLink("link", "dir");
    lock("dir", "Directory");
    for (const path of ["changed", "dir/there", "dir/gone", "link"]) lock(path, "File");
    const { passedOver } = await azure.backup();
    expect(passedOver).toHaveLength(5);
    const { moved, ...others } = before;
    expect(await facts(2)).toEqual({ ...others, "dir/there": moved });

    await backup();
    const { goes, ...rest } = others;
    expect(await facts(3)).toEqual({
      ...rest,
      dir: ["directory", 0o700, undefined],
      changed: ["file", 0o600, undefined],
      "dir/there": moved,
      "dir/gone": goes,
      link: ["symlink", 0o777, "dir"],
    });
  });
});

describe("hard links of an NFS share", () => {
  const idOf = (path: string): string | undefined => azure.share.live.find(path.split("/"))?.id;

  it("are one file with several names: read once, stored once, and told apart from others", async () => {
    const { seed } = azure.share;
    seed.file("a", "shared content");
    seed.directory("d");
    link("d/b", "a");
    link("c", "a");
    seed.file("alone", "shared content!");
    const snapshot = await backup();
    expect(snapshot.counters).toMatchObject({ files: 4, added: 6, bytesRead: 14 + 15 });
    const puts = await azure.puts(number(1));
    const names = ["a", "d/b", "c"].map((path) => puts.get(path));
    for (const name of names) expect(name?.metadata).toMatchObject({ linkCount: 3, linkId: names[0]?.metadata.linkId });
    expect(names[0]?.metadata.linkId).toContain(idOf("a"));
    expect(new Set(names.map((name) => name?.entry.contentId)).size).toBe(1);
    expect(new Set(names.map((name) => name?.entry.nodeId)).size).toBe(3);
    expect(puts.get("alone")?.metadata).toMatchObject({ linkCount: undefined, linkId: undefined });
  });

  it("may be added, removed and renamed, and none is taken for a move of another", async () => {
    const { seed, files } = azure.share;
    seed.file("m", "content");
    seed.directory("d");
    link("d/n", "m");
    await backup();
    const nodes = (path: string) => azure.puts(number(1)).then((puts) => puts.get(path)?.entry.nodeId);
    const [m, n] = [await nodes("m"), await nodes("d/n")];

    // Before and behind the others in the order of the walk.
    link("a", "m");
    link("z", "m");
    const added = await backup();
    expect(added.counters).toMatchObject({ added: 2, modified: 2, renamed: 0, deleted: 0, bytesRead: 0 });
    let puts = await azure.puts(number(2));
    expect([puts.get("m")?.entry.nodeId, puts.get("d/n")?.entry.nodeId]).toEqual([m, n]);
    expect(["a", "m", "z", "d/n"].map((path) => puts.get(path)?.metadata.linkCount)).toEqual([4, 4, 4, 4]);

    files.rename(["z"], ["d", "y"]);
    const renamed = await backup();
    expect(renamed.counters).toMatchObject({ added: 1, deleted: 1, renamed: 0 });
    puts = await azure.puts(number(3));
    expect([puts.get("m")?.entry.nodeId, puts.get("d/n")?.entry.nodeId]).toEqual([m, n]);

    seed.remove("a");
    seed.remove("d/y");
    seed.remove("d/n");
    const removed = await backup();
    expect(removed.counters).toMatchObject({ deleted: 3, added: 0, renamed: 0, modified: 1 });
    puts = await azure.puts(number(4));
    expect(puts.get("m")).toMatchObject({
      entry: { nodeId: m },
      metadata: { linkCount: undefined, linkId: undefined },
    });
    expect([...puts.keys()].toSorted()).toEqual(["", "d", "m"]);

    // With one name left a rename is a rename.
    files.rename(["m"], ["d", "moved"]);
    expect((await backup()).counters).toMatchObject({ renamed: 1, added: 0, deleted: 0, bytesRead: 0 });
  });

  it("that take the place of another file have its content from then on", async () => {
    const { seed } = azure.share;
    seed.file("a", "one");
    seed.file("b", "two");
    await backup();
    seed.remove("b");
    link("b", "a");
    const snapshot = await backup();
    expect(snapshot.counters).toMatchObject({ modified: 2, renamed: 0, deleted: 0, bytesRead: 0 });
    const puts = await azure.puts(number(2));
    expect(puts.get("b")?.entry.contentId).toBe(puts.get("a")?.entry.contentId);
  });

  it("have the bytes of all when one is written to, and are read once", async () => {
    const { seed } = azure.share;
    seed.file("a", "before");
    link("b", "a");
    link("c", "a");
    await backup();
    seed.write("b", 0, "AFTER!");
    const snapshot = await backup();
    expect(snapshot.counters).toMatchObject({ modified: 3, bytesRead: 6 });
    expect(count("Get File")).toBe(1);
    const puts = await azure.puts(number(2));
    expect(new Set(["a", "b", "c"].map((path) => puts.get(path)?.entry.contentId)).size).toBe(1);
    expect(puts.get("a")?.entry.contentId).not.toBe((await azure.puts(number(1))).get("a")?.entry.contentId);
  });

  it("are read again by each name when the first cannot be read", async () => {
    const { seed } = azure.share;
    seed.file("a", "content");
    link("b", "a");
    const locked = { kind: "status", status: 409, code: "FileLockConflict" } as const;
    azure.emulator.faults.add({ match: { operation: "Get File", path: "a" }, fault: locked, times: Infinity });
    const { passedOver } = await azure.backup();
    expect(passedOver.map(({ path }) => path)).toEqual([["a"]]);
    const puts = await azure.puts(number(1));
    expect(puts.get("b")?.entry.sizeBytes).toBe(7);
  });
});
