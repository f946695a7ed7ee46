/**
 * From hashes to nodes, each to be taken so many times: an open table in typed arrays, because a million objects would take ten times
 * as much memory. Places that become free are closed up at once, so that it does not fill with what is no more.
 */
import type { NodeId } from "../../core/ids.js";

const FEWEST_SLOTS = 1024;
/** Fuller than this, it is made twice as large. */
const FULL = 0.75;
/** Of a hash, which are enough for no two of many millions to be equal. */
const WORDS = 3;

export class HashedNodes {
  #hashes = new Uint32Array(FEWEST_SLOTS * WORDS);
  #nodes = new Float64Array(FEWEST_SLOTS);
  /** How often each is still taken; 0: the slot is free. */
  #left = new Uint32Array(FEWEST_SLOTS);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** @param hash random bytes, 12 at least @param times how often it is taken, 1 at least */
  set(hash: Buffer, node: NodeId, times: number): void {
    if (this.#count >= this.#left.length * FULL) this.#grow();
    this.#write(wordsOf(hash), node, times);
  }

  /** @returns undefined when it is not there, or has been taken as often as it was to be */
  take(hash: Buffer): NodeId | undefined {
    const slot = this.#slotOf(wordsOf(hash));
    const left = this.#left[slot] ?? 0;
    if (left === 0) return undefined;
    const node = this.#nodes[slot] as NodeId;
    if (left > 1) this.#left[slot] = left - 1;
    else this.#free(slot);
    return node;
  }

  /** Where it is, or would be. */
  #slotOf(words: Uint32Array): number {
    const last = this.#left.length - 1;
    let slot = (words[0] ?? 0) & last;
    while (this.#left[slot] !== 0 && !this.#isAt(slot, words)) slot = (slot + 1) & last;
    return slot;
  }

  #isAt(slot: number, words: Uint32Array): boolean {
    for (let word = 0; word < WORDS; word++) if (this.#hashes[slot * WORDS + word] !== words[word]) return false;
    return true;
  }

  #write(words: Uint32Array, node: NodeId, times: number): void {
    const slot = this.#slotOf(words);
    if (this.#left[slot] === 0) this.#count++;
    this.#hashes.set(words, slot * WORDS);
    this.#nodes[slot] = node;
    this.#left[slot] = times;
  }

  /** Whatever stands behind it only because it was taken moves up. */
  #free(freed: number): void {
    const last = this.#left.length - 1;
    let hole = freed;
    for (let slot = (hole + 1) & last; this.#left[slot] !== 0; slot = (slot + 1) & last) {
      const home = (this.#hashes[slot * WORDS] ?? 0) & last;
      const isBehindHole = ((slot - home) & last) >= ((slot - hole) & last);
      if (!isBehindHole) continue;
      this.#hashes.copyWithin(hole * WORDS, slot * WORDS, (slot + 1) * WORDS);
      this.#nodes[hole] = this.#nodes[slot] ?? 0;
      this.#left[hole] = this.#left[slot] ?? 0;
      hole = slot;
    }
    this.#left[hole] = 0;
    this.#count--;
  }

  #grow(): void {
    const [hashes, nodes, left] = [this.#hashes, this.#nodes, this.#left];
    const slots = left.length * 2;
    this.#hashes = new Uint32Array(slots * WORDS);
    this.#nodes = new Float64Array(slots);
    this.#left = new Uint32Array(slots);
    this.#count = 0;
    for (const [slot, times] of left.entries()) {
      if (times > 0) this.#write(hashes.subarray(slot * WORDS, (slot + 1) * WORDS), nodes[slot] as NodeId, times);
    }
  }
}

function wordsOf(hash: Buffer): Uint32Array {
  return Uint32Array.from({ length: WORDS }, (_, word) => hash.readUInt32LE(word * 4));
}
