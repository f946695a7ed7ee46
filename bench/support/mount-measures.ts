/** What is done with a mount, or with the plain folder beside it, and how long that takes. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dropCaches } from "./kernel.js";
import { Random } from "./random.js";
import { secondsOf } from "./seconds-of.js";
import type { Cleanup } from "./cleanup.js";

export interface Places {
  /** The whole tree, and the same one snapshot later. */
  readonly tree: string;
  readonly again: string | undefined;
  /** Within the tree. */
  readonly subtree: string;
  readonly largeFile: string;
}

/** In seconds where nothing else is said. */
export interface Measures {
  readonly coldFind: number;
  readonly warmFind: number;
  readonly copy: number;
  readonly diff: number | undefined;
  readonly firstReadBytesPerSecond: number;
  /** Read before; the kernel's pages dropped since. */
  readonly secondReadBytesPerSecond: number;
  readonly randomReadsPerSecond: number;
}

/** Of the file that is read as a whole. */
export const LARGE_BYTES = 1024 ** 3;

const PIECE_BYTES = 1024 * 1024;
const PAGE_BYTES = 4096;
const RANDOM_READS = 4000;
const RANDOM_SECONDS = 5;

/** @param onWalked called when everything was listed, and nothing read yet */
export async function measureReading(
  places: Places,
  work: string,
  cleanup: Cleanup,
  onWalked: () => void = () => undefined,
): Promise<Measures> {
  const { signal } = cleanup;
  const find = async (): Promise<number> => {
    signal.throwIfAborted();
    return secondsOf("find", [places.tree, "-printf", "%s %T@ %p\\n"]);
  };
  dropCaches();
  const coldFind = await find();
  const warmFind = await find();
  onWalked();
  const copy = await copying(join(places.tree, places.subtree), work, cleanup);
  const diff = places.again === undefined ? undefined : await comparing(places, cleanup);
  signal.throwIfAborted();
  return { coldFind, warmFind, copy, diff, ...readingLarge(places.largeFile) };
}

async function copying(folder: string, work: string, cleanup: Cleanup): Promise<number> {
  const target = mkdtempSync(join(work, "copy-"));
  const remove = cleanup.add(target, () => rmSync(target, { recursive: true, force: true }));
  dropCaches();
  cleanup.signal.throwIfAborted();
  const seconds = await secondsOf("cp", ["-r", folder, join(target, "out")]);
  await remove();
  return seconds;
}

async function comparing({ tree, again, subtree }: Places, cleanup: Cleanup): Promise<number> {
  dropCaches();
  cleanup.signal.throwIfAborted();
  const folders = [tree, again ?? tree].map((root) => join(root, subtree));
  return secondsOf("diff", ["-rq", "--no-dereference", ...folders]);
}

function readingLarge(
  file: string,
): Pick<Measures, "firstReadBytesPerSecond" | "secondReadBytesPerSecond" | "randomReadsPerSecond"> {
  dropCaches();
  const firstReadBytesPerSecond = readWhole(file);
  dropCaches();
  const secondReadBytesPerSecond = readWhole(file);
  dropCaches();
  return { firstReadBytesPerSecond, secondReadBytesPerSecond, randomReadsPerSecond: readRandomly(file) };
}

/** @returns bytes a second, of a file that whoever serves it has room to keep, the kernel's pages dropped since it was read */
export function readKept(file: string): number {
  readWhole(file);
  dropCaches();
  return readWhole(file);
}

function readWhole(file: string): number {
  const fd = openSync(file, "r");
  const buffer = Buffer.alloc(PIECE_BYTES);
  const begun = performance.now();
  let bytes = 0;
  for (let got = 1; got > 0; bytes += got) got = readSync(fd, buffer);
  closeSync(fd);
  return (bytes / (performance.now() - begun)) * 1000;
}

function readRandomly(file: string): number {
  const random = new Random(7);
  const fd = openSync(file, "r");
  const buffer = Buffer.alloc(PAGE_BYTES);
  const pages = Math.floor(LARGE_BYTES / PAGE_BYTES);
  const begun = performance.now();
  let reads = 0;
  while (reads < RANDOM_READS && performance.now() - begun < RANDOM_SECONDS * 1000) {
    readSync(fd, buffer, 0, PAGE_BYTES, random.between(0, pages - 1) * PAGE_BYTES);
    reads++;
  }
  closeSync(fd);
  return (reads / (performance.now() - begun)) * 1000;
}
