/**
 * Records shared out by their key, so that all of one key are in one partition and a partition is small enough to be
 * handled at once. Full blocks go to the spill file; what does not fill a block stays in memory, so a small share never
 * touches the disk.
 */
import { BLOCK_BYTES, mix, RecordBlock } from "./content-record.js";
import { SpillFile } from "./spill-file.js";

export class Partitions {
  readonly #spill: SpillFile;
  readonly #shift: number;
  readonly #open: (RecordBlock | undefined)[];
  readonly #spilled: number[][];

  /**
   * @param spill of blocks of `BLOCK_BYTES`; several may share it
   * @param bits 2^bits partitions, 0 … 11
   */
  constructor(spill: SpillFile, bits: number) {
    this.#spill = spill;
    this.#shift = 32 - bits;
    this.#open = Array.from({ length: 2 ** bits }, () => undefined);
    this.#spilled = Array.from({ length: 2 ** bits }, () => []);
  }

  get count(): number {
    return this.#open.length;
  }

  /**
   * @param low, high halves of the key
   * @returns the block to write the next record to, behind its last one; whoever writes it counts it
   * @throws as SpillFile.write
   */
  blockFor(low: number, high: number): RecordBlock {
    // A shift by 32 is one by 0 in JavaScript.
    const partition = this.#shift === 32 ? 0 : mix(low, high) >>> this.#shift;
    const block = (this.#open[partition] ??= new RecordBlock());
    if (block.isFull) {
      this.#spilled[partition]?.push(this.#spill.write(block.bytes));
      block.records = 0;
    }
    return block;
  }

  /** The blocks of a partition, which is empty afterwards. Each is valid until the next is asked for. */
  *drain(partition: number, scratch: RecordBlock): IterableIterator<RecordBlock> {
    for (const number of this.#spilled[partition] ?? []) {
      this.#spill.take(number, scratch.bytes);
      scratch.fill();
      yield scratch;
    }
    this.#spilled[partition] = [];
    const last = this.#open[partition];
    this.#open[partition] = undefined;
    if (last) yield last;
  }
}

export function spillFor(folder: string): SpillFile {
  return new SpillFile(folder, BLOCK_BYTES);
}
