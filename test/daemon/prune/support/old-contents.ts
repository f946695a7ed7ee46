/**
 * A share in which everything meets that can go wrong: contents that only old snapshots have, in bundles that are needed in part or not at
 * all and in lone blobs, and that the next backup finds at the source again.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readTree } from "../../../support/tree.js";
import { fill } from "../../backup/support/sources.js";
import type { World } from "../../backup/support/world.js";
import type { TreeModel } from "../../../support/tree.js";

const small = (name: string, round: number): string => `${name} of round ${round}. `.repeat(60);
/** Two or three chunks. */
const large = (round: number): string =>
  Array.from({ length: 24_000 }, (_, line) => `${round} ${(line * 2_654_435_761) % 4_294_967_296}`).join("\n");

/** Of the world that it is made in: what is large enough to be cut need not be so large. */
export const SETTINGS = {
  smallFileThresholdBytes: 64 * 1024,
  chunkMinBytes: 64 * 1024,
  chunkAverageBytes: 128 * 1024,
  chunkMaxBytes: 512 * 1024,
};

const NAMES = ["a", "b", "c", "d", "e", "f"];

/** Snapshots 1 to 3. @returns what the newest holds */
export async function makeOldContents(world: World): Promise<TreeModel> {
  const files = (round: number, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`${name}.txt`, small(name, round)]));
  await fill(world.sourceFolder, { ...files(1, NAMES), "large.bin": large(1) });
  await world.backup();
  await fill(world.sourceFolder, { ...files(2, ["a", "b", "c", "d"]), "large.bin": large(2), "lone.txt": "lone" });
  await world.backup();
  await rm(join(world.sourceFolder, "lone.txt"));
  await fill(world.sourceFolder, files(3, ["a", "b", "c"]));
  await world.backup();
  return readTree(world.sourceFolder);
}

/** The source goes back, in part, to what only old snapshots have; some of it is new. */
export async function bringBack(world: World): Promise<TreeModel> {
  await fill(world.sourceFolder, {
    "again/a.txt": small("a", 1),
    "again/b.txt": small("b", 2),
    "again/large.bin": large(1),
    "again/lone.txt": "lone",
    "new/1.txt": small("new", 1),
    "new/2.txt": small("new", 2),
    "new/3.txt": small("new", 3),
  });
  return readTree(world.sourceFolder);
}
