/**
 * What a section's header says is expected first: the first entry's number, unless that is the exception. An entry that
 * was changed since has a version far from its neighbours'; expecting those from it on would make exceptions of all.
 */
import type { LeafEntry } from "./leaf-entry.js";
import { isNear } from "./section-format.js";

/** How many entries are looked at. */
export const LOOK_AHEAD = 8;

/** Of one of the numbers that go on from entry to entry: the first three, each less what comes before it. */
class ChainStart {
  #count = 0;
  #a = 0;
  #b = 0;
  #c = 0;

  clear(): void {
    this.#count = 0;
  }

  add(value: number): void {
    const start = value - this.#count;
    if (this.#count === 0) this.#a = start;
    if (this.#count <= 1) this.#b = start;
    if (this.#count <= 2) this.#c = start;
    this.#count++;
  }

  /** The middle one where the first is far from it; 0 of none. */
  get value(): number {
    if (this.#count < 3) return this.#count === 0 ? 0 : this.#a;
    const [a, b, c] = [this.#a, this.#b, this.#c];
    const middle = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    return isNear(a, middle) ? a : Math.max(0, middle);
  }
}

const nodes = new ChainStart();
const versions = new ChainStart();
const contents = new ChainStart();

/** @returns numbers that hold until the next call */
export function chainStarts(entries: readonly LeafEntry[], from: number) {
  nodes.clear();
  versions.clear();
  contents.clear();
  const end = Math.min(entries.length, from + LOOK_AHEAD);
  for (let at = from; at < end; at++) {
    const { nodeId, version, contentId } = entries[at] as LeafEntry;
    nodes.add(nodeId);
    versions.add(version);
    if (contentId !== 0) contents.add(contentId);
  }
  return { node: nodes.value, version: versions.value, content: contents.value };
}
