// Inode numbers across snapshots, one kind of change after another: equal as long as nothing is different, in the thing itself or
// anywhere beneath it, and different as soon as something is.
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { TimeNs } from "../../../core/time.js";
import { requireCapability } from "../../support/requires.js";
import { temporaryDirectory } from "../../support/tmp.js";
import type { TreeEntry, TreeModel } from "../../support/tree/model.js";
import { makeFolder, mountInChild } from "../support/mounted.js";
import { ShareBuilder, type NodeExtras } from "../support/share-builder.js";
import { TRANSPORTS } from "../support/transports.js";
import { directory, file, symlink } from "../support/trees.js";

const docs = { tenant: "acme", share: "docs" };
const BASE: TreeModel = new Map([
  ["a", directory()],
  ["a/b", directory()],
  ["a/b/file", file("file")],
  ["a/b/other", file("other")],
  ["a/beside", file("beside")],
  ["c", directory()],
  ["c/file", file("file")],
  ["c/link", symlink("file")],
]);
const UP_TO_B = ["", "a", "a/b"];

interface Change {
  readonly what: string;
  readonly edit?: (tree: Map<string, TreeEntry>) => void;
  readonly extras?: readonly (readonly [string, NodeExtras])[];
  readonly differ: readonly string[];
}

const CHANGES: readonly Change[] = [
  { what: "nothing", differ: [] },
  { what: "a content", edit: (tree) => tree.set("a/b/file", file("FILE")), differ: [...UP_TO_B, "a/b/file"] },
  { what: "a time", edit: (tree) => tree.set("a/b/file", file("file", 1)), differ: [...UP_TO_B, "a/b/file"] },
  {
    what: "a time by 100 ns",
    extras: [["a/b/file", { mtimeNs: 1_767_600_000_000_000_100n as TimeNs }]],
    differ: [...UP_TO_B, "a/b/file"],
  },
  {
    what: "a mode",
    extras: [["a/b/file", { posix: { mode: 0o600, uid: 0, gid: 0 } }]],
    differ: [...UP_TO_B, "a/b/file"],
  },
  {
    what: "an extended attribute",
    extras: [["a/b/file", { metadata: { xattrs: [{ name: "user.x", value: Buffer.from("y") }] } }]],
    differ: [...UP_TO_B, "a/b/file"],
  },
  { what: "a target", edit: (tree) => tree.set("c/link", symlink("other")), differ: ["", "c", "c/link"] },
  { what: "a folder's own time", edit: (tree) => tree.set("a/b", directory(1)), differ: UP_TO_B },
  { what: "a new file", edit: (tree) => tree.set("a/b/new", file("new")), differ: UP_TO_B },
  { what: "a file that is gone", edit: (tree) => tree.delete("a/b/other"), differ: UP_TO_B },
  {
    what: "a folder in a file's place",
    edit: (tree) => tree.set("a/b/file", directory()),
    differ: [...UP_TO_B, "a/b/file"],
  },
];

describe.each(TRANSPORTS.filter(({ sameInodes }) => sameInodes))("inode numbers through $name", ({ name }) => {
  beforeEach((ctx) => requireCapability(ctx, "fuse"));

  it("differ between two snapshots exactly where something does", async () => {
    await using folder = await temporaryDirectory();
    const snapshots: string[] = [];
    {
      await using builder = await ShareBuilder.create(folder.path, docs);
      for (const { edit, extras } of CHANGES) {
        snapshots.push((await builder.snapshot(BASE)).name);
        const tree = new Map(BASE);
        edit?.(tree);
        snapshots.push((await builder.snapshot(tree, { extras: new Map(extras) })).name);
      }
    }
    await using child = await mountInChild({
      folder: folder.path,
      mountPoint: await makeFolder(folder.join("mnt")),
      shares: [docs],
      root: { kind: "share", share: docs },
      transport: name,
    });
    const inode = async (snapshot: string | undefined, path: string): Promise<bigint | undefined> =>
      lstat(join(child.mountPoint, snapshot ?? "", path), { bigint: true }).then(
        ({ ino }) => ino,
        () => undefined,
      );
    for (const [index, { what, differ }] of CHANGES.entries()) {
      const [before, after] = [snapshots[2 * index], snapshots[2 * index + 1]];
      const found: string[] = [];
      for (const path of ["", ...BASE.keys()]) {
        const [first, second] = [await inode(before, path), await inode(after, path)];
        if (first !== second && second !== undefined) found.push(path);
      }
      expect([what, found.toSorted()]).toEqual([what, differ.toSorted()]);
    }
  });
});
