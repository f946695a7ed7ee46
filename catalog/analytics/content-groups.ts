/**
 * The records of one partition, brought together by key and size. A group is twelve words in one growing array, and an
 * open hash table says where it stands: a hundred bytes for each different key, and nothing for further records of one.
 */
import type { NodeId } from "../../core/ids.js";
import { FIELD, mix, type RecordBlock, RECORD_WORDS } from "./content-record.js";

/** Files of a group that are remembered, to be named. */
export const SAMPLES = 3;

/** A file, by where it is to be found. */
export interface NodePlaced {
  readonly parentId: NodeId;
  readonly nodeId: NodeId;
}

/** Words of a group. */
const WORD = { key: 0, sizeBytes: 1, xorhash: 2, files: 3, contents: 4, samples: 5, places: 6 } as const;
const WORDS = WORD.places + 2 * SAMPLES;

const FEWEST = 1024;

export class ContentGroups {
  #capacity = FEWEST;
  #numbers = new Float64Array(FEWEST * WORDS);
  #halves = new Uint32Array(this.#numbers.buffer);
  /** Twice the capacity; the number of a group plus 1, 0 where there is none. */
  #slots = new Uint32Array(2 * FEWEST);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
  }

  /** Records that stand for one file each, with their xorhash where it is known. */
  addFiles(block: RecordBlock): void {
    for (let record = 0; record < block.records; record++) {
      const from = record * RECORD_WORDS;
      const to = this.#groupOf(block, from) * WORDS;
      this.#numbers[to + WORD.files]! += 1;
      const [low, high] = [block.halves[2 * (from + FIELD.detail)]!, block.halves[2 * (from + FIELD.detail) + 1]!];
      if ((low | high) !== 0) {
        this.#halves[2 * (to + WORD.xorhash)] = low;
        this.#halves[2 * (to + WORD.xorhash) + 1] = high;
      }
      this.#addSample(block, from, to);
    }
  }

  /** Records as `passOn` makes them. */
  addContents(block: RecordBlock): void {
    for (let record = 0; record < block.records; record++) {
      const from = record * RECORD_WORDS;
      const to = this.#groupOf(block, from) * WORDS;
      const files = block.numbers[from + FIELD.detail]!;
      this.#numbers[to + WORD.files]! += files;
      if (files > 0) this.#numbers[to + WORD.contents]! += 1;
      this.#addSample(block, from, to);
    }
  }

  /**
   * Writes each group of files down as the content it is, to be brought together by fingerprint: its xorhash, or its
   * content id where no xorhash is known. It takes a record for each file that is remembered, never more than there were;
   * the first one stands for all files, and the others for none.
   */
  passOn(blockFor: (low: number, high: number) => RecordBlock): void {
    for (let group = 0; group < this.#count; group++) {
      const from = group * WORDS;
      const xorhash = 2 * (from + WORD.xorhash);
      const isKnown = (this.#halves[xorhash]! | this.#halves[xorhash + 1]!) !== 0;
      const key = isKnown ? xorhash : 2 * (from + WORD.key);
      const [low, high] = [this.#halves[key]!, this.#halves[key + 1]!];
      const samples = this.#numbers[from + WORD.samples]!;
      for (let sample = 0; sample < samples; sample++) {
        const block = blockFor(low, high);
        const to = block.records++ * RECORD_WORDS;
        block.halves[2 * (to + FIELD.key)] = low;
        block.halves[2 * (to + FIELD.key) + 1] = high;
        block.numbers[to + FIELD.sizeBytes] = this.#numbers[from + WORD.sizeBytes]!;
        block.numbers[to + FIELD.detail] = sample === 0 ? this.#numbers[from + WORD.files]! : 0;
        block.numbers[to + FIELD.parentId] = this.#numbers[from + WORD.places + 2 * sample]!;
        block.numbers[to + FIELD.nodeId] = this.#numbers[from + WORD.places + 2 * sample + 1]!;
      }
    }
  }

  sizeBytes(group: number): number {
    return this.#numbers[group * WORDS + WORD.sizeBytes]!;
  }

  files(group: number): number {
    return this.#numbers[group * WORDS + WORD.files]!;
  }

  contents(group: number): number {
    return this.#numbers[group * WORDS + WORD.contents]!;
  }

  samples(group: number): readonly NodePlaced[] {
    const at = group * WORDS + WORD.places;
    return Array.from({ length: this.#numbers[group * WORDS + WORD.samples]! }, (_, sample) => ({
      parentId: this.#numbers[at + 2 * sample] as NodeId,
      nodeId: this.#numbers[at + 2 * sample + 1] as NodeId,
    }));
  }

  #addSample(block: RecordBlock, from: number, to: number): void {
    const sample = this.#numbers[to + WORD.samples]!;
    if (sample === SAMPLES) return;
    this.#numbers[to + WORD.places + 2 * sample] = block.numbers[from + FIELD.parentId]!;
    this.#numbers[to + WORD.places + 2 * sample + 1] = block.numbers[from + FIELD.nodeId]!;
    this.#numbers[to + WORD.samples] = sample + 1;
  }

  /** The group with a record's key and size, a new one if need be. */
  #groupOf(block: RecordBlock, from: number): number {
    const [low, high] = [block.halves[2 * (from + FIELD.key)]!, block.halves[2 * (from + FIELD.key) + 1]!];
    const sizeBytes = block.numbers[from + FIELD.sizeBytes]!;
    const mask = this.#slots.length - 1;
    let slot = mix(low, high) & mask;
    for (let group = this.#slots[slot]!; group !== 0; group = this.#slots[slot]!) {
      const at = (group - 1) * WORDS;
      const isSame = this.#halves[2 * at] === low && this.#halves[2 * at + 1] === high;
      if (isSame && this.#numbers[at + WORD.sizeBytes] === sizeBytes) return group - 1;
      slot = (slot + 1) & mask;
    }
    if (this.#count === this.#capacity) {
      this.#grow();
      return this.#groupOf(block, from);
    }
    const at = this.#count * WORDS;
    this.#numbers.fill(0, at, at + WORDS);
    this.#halves[2 * at] = low;
    this.#halves[2 * at + 1] = high;
    this.#numbers[at + WORD.sizeBytes] = sizeBytes;
    this.#slots[slot] = ++this.#count;
    return this.#count - 1;
  }

  #grow(): void {
    this.#capacity *= 2;
    const numbers = new Float64Array(this.#capacity * WORDS);
    numbers.set(this.#numbers);
    // Float64Array.set copies bytes between equal types, so keys keep every bit.
    this.#numbers = numbers;
    this.#halves = new Uint32Array(numbers.buffer);
    this.#slots = new Uint32Array(2 * this.#capacity);
    const mask = this.#slots.length - 1;
    for (let group = 0; group < this.#count; group++) {
      const at = 2 * group * WORDS;
      let slot = mix(this.#halves[at]!, this.#halves[at + 1]!) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = group + 1;
    }
  }
}
