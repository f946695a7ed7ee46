/** Which blobs of a bundle are worth reading along with one that is asked for: a pure function. */
import type { BundleIndex } from "./bundle-index.js";

/** Positions in a bundle's index, both included; all of them lie behind each other. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

export interface StretchLimits {
  /** Of the object, gaps between blobs included. */
  readonly storedBytes: number;
  /** Of all blobs together, each in whole units of `UNIT_BYTES`, as caches keep them. */
  readonly plainBytes: number;
}

const UNIT_BYTES = 4096;

/**
 * The blob at `position` and as many behind it as the limits allow: files of a folder are stored in the order in which they are listed, and
 * mostly read so. The blob itself is in it whatever its size.
 * @param isWanted ends the stretch before the first blob that is not
 */
export function stretchFrom(
  index: BundleIndex,
  position: number,
  limits: StretchLimits,
  isWanted: (position: number) => boolean,
): Stretch {
  const first = index.at(position);
  if (!first) throw new RangeError(`there is no blob at ${position}`);
  let plainBytes = inUnits(first.plainBytes);
  let last = position;
  for (let next = position + 1; next < index.size && isWanted(next); next++) {
    const member = index.at(next);
    if (!member) break;
    plainBytes += inUnits(member.plainBytes);
    const storedBytes = member.offset + member.storedBytes - first.offset;
    if (storedBytes > limits.storedBytes || plainBytes > limits.plainBytes) break;
    last = next;
  }
  return { first: position, last };
}

const inUnits = (bytes: number): number => Math.ceil(bytes / UNIT_BYTES) * UNIT_BYTES;
