/**
 * Which objects a sample reads, and which files are compared. Every one has a place on a circle of a million, made from its id; a sample of N % is the
 * N % of the circle behind a position, and the next one begins where it ended. So 100/N samples read everything, whatever the
 * rhythm they are taken in, and also when N changes from one to the next.
 */
export const CIRCLE = 1_000_000;

/** Objects whose place is in [start, start + width), around the circle. */
export interface Sample {
  /** 0 … CIRCLE − 1. */
  readonly start: number;
  /** 1 … CIRCLE; CIRCLE is everything. */
  readonly width: number;
}

export const EVERYTHING: Sample = { start: 0, width: CIRCLE };

/** A blob and a bundle of the same id have places of their own; a file's id is its node's. */
export type SampledKind = "bundle" | "blob" | "checkpoint-part" | "file";
const SEEDS: Readonly<Record<SampledKind, number>> = {
  bundle: 0x9e3779b9,
  blob: 0x85ebca6b,
  "checkpoint-part": 0xc2b2ae35,
  file: 0x27d4eb2f,
};

export function isInSample({ start, width }: Sample, kind: SampledKind, id: number): boolean {
  return (placeOf(kind, id) - start + CIRCLE) % CIRCLE < width;
}

/** Where the sample after this one begins. */
export function nextStart({ start, width }: Sample): number {
  return (start + width) % CIRCLE;
}

/** Ids are handed out one after another, so their bits are mixed until neighbours lie anywhere: MurmurHash3's finaliser. */
function placeOf(kind: SampledKind, id: number): number {
  let hash = (id >>> 0) ^ Math.imul(Math.floor(id / 2 ** 32), 0x27d4eb2f) ^ SEEDS[kind];
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % CIRCLE;
}
