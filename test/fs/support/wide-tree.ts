// Owns what the example tree leaves out because few tests look at it: folders that take many listings, deep paths, files that
// can be run, symlinks that lead in circles, files that are alike, and attributes of every length.
import type { TreeEntry, TreeModel } from "../../support/tree/model.js";
import type { NodeExtras } from "./share-builder.js";
import { directory, file, noise, symlink } from "./trees.js";

/** Entries of the folder `crowd`, whose names are long, so that it takes many pieces to list it. */
export const CROWD = 1200;
/** Folders in one another beneath `depths`. */
export const DEPTH = 120;
/** The deepest of them; in all a path below the kernel's limit of 4096. */
export const DEEPEST = `depths/${Array.from({ length: DEPTH }, (_, n) => `level ${n}`).join("/")}`;
export const ODD_BYTES = 300_001;
export const ODD_FILE = "odd length.bin";
export const ATTRIBUTES: ReadonlyMap<string, number> = new Map([
  ["user.empty", 0],
  ["user.short", 5],
  ["user.long", 4000],
]);

export function widened(tree: TreeModel): TreeModel {
  const wide = new Map<string, TreeEntry>(tree);
  wide.set("crowd", directory());
  for (let n = 0; n < CROWD; n++) wide.set(`crowd/${crowdName(n)}`, file(`${n}`));
  wide.set("depths", directory());
  for (let n = 1, path = "depths"; n <= DEPTH; n++) wide.set((path = `${path}/level ${n - 1}`), directory());
  wide.set(`${DEEPEST}/bottom`, file("at the bottom"));
  wide.set(ODD_FILE, file(noise(ODD_BYTES, "odd")));
  wide.set("script", file("#!/bin/sh\necho it runs\n"));
  wide.set("no script", file("#!/bin/sh\necho it runs\n"));
  wide.set("loop", symlink("loop"));
  wide.set("loop a", symlink("loop b"));
  wide.set("loop b", symlink("./loop a"));
  wide.set("deep/link out", symlink("../.."));
  wide.set("twin a", file("twins"));
  wide.set("twin b", file("twins"));
  wide.set("attributes", file("attributes"));
  return wide;
}

/** 200 bytes long. */
export const crowdName = (n: number): string => `${n}`.padStart(200, "entry of the crowd ");

export const extrasOfTheWide: ReadonlyMap<string, NodeExtras> = new Map<string, NodeExtras>([
  ["script", { posix: { mode: 0o755, uid: 0, gid: 0 } }],
  [
    "attributes",
    { metadata: { xattrs: Array.from(ATTRIBUTES, ([name, bytes]) => ({ name, value: noise(bytes, name) })) } },
  ],
]);
