/**
 * Files of one tree that hold the same. Two things tell it, and they are told apart:
 *
 * - the **content id**: equal ids are proof, and such content is stored once already, however many files have it;
 * - the **fingerprint**, xorhash and size: a hint. The catalog knows it of live entries only. For one that is no longer live
 *   (in an older snapshot) it is taken from any file of the tree with the same content id; where there is none, the
 *   content id itself stands for it, so that proof still counts and there is nothing to guess.
 *
 * It is exact, and its memory is bounded whatever the tree: records of 40 bytes are shared out by content id into
 * partitions, mostly on disk; each is brought together into contents, which are shared out again by fingerprint. A
 * partition is read block by block into a table of its different keys, so a content that half of all files have takes
 * no more room than any other.
 */
import { EMPTY_CONTENT } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import type { CatalogEntry } from "../catalog.js";
import { ContentGroups, type NodePlaced } from "./content-groups.js";
import { FIELD, RecordBlock, RECORD_WORDS } from "./content-record.js";
import { Largest } from "./largest.js";
import { Partitions, spillFor } from "./partitions.js";
import type { SpillFile } from "./spill-file.js";

/** Different keys in a partition: a table of some 13 MB. */
const PARTITION_KEYS = 2 ** 17;
/** 2048 partitions, whose open blocks take 64 MiB. With a billion files a partition's table has 50 MB. */
const MOST_BITS = 11;

export interface DuplicateGroup {
  /** Of each file. */
  readonly sizeBytes: number;
  readonly files: number;
  /** How many content ids the files have; 1 is proof that they are equal. */
  readonly contents: number;
  /** Some of the files. */
  readonly samples: readonly NodePlaced[];
}

export interface Duplicates {
  readonly groups: number;
  /** In all groups. */
  readonly files: number;
  /** What all files but one of each group hold. */
  readonly wastedBytes: number;
  /** The part of it that is stored more than once: equal by fingerprint alone. */
  readonly unsharedBytes: number;
  /** Those that waste most, first. */
  readonly largest: readonly DuplicateGroup[];
  /** The most room that was taken on disk meanwhile. */
  readonly spilledBytes: number;
}

export interface DuplicateOptions {
  /** Where a temporary file without a name may be written. */
  readonly folder: string;
  /** About how many files will come: decides how many partitions are made. A wrong guess costs memory or time, no more. */
  readonly expectedFiles: number;
  /** Different keys that a partition is to have; tests take few. */
  readonly partitionKeys?: number;
}

/** Disposing it gives back what it took on disk. */
export class DuplicateFinder implements Disposable {
  readonly #spill: SpillFile;
  readonly #bits: number;
  readonly #byContent: Partitions;
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);

  constructor({ folder, expectedFiles, partitionKeys = PARTITION_KEYS }: DuplicateOptions) {
    const wanted = Math.ceil(Math.log2(Math.max(1, expectedFiles / partitionKeys)));
    this.#bits = Math.min(MOST_BITS, wanted);
    this.#spill = spillFor(folder);
    this.#byContent = new Partitions(this.#spill, this.#bits);
  }

  /** Empty files count for nothing. @throws SharestrataError `STORE_FULL`, `FAILED` */
  add({ sizeBytes, contentId, xorhash, parentId, nodeId }: CatalogEntry): void {
    if (sizeBytes === 0 || contentId === EMPTY_CONTENT) return;
    this.#number[0] = contentId;
    const block = this.#byContent.blockFor(this.#halves[0]!, this.#halves[1]!);
    const at = block.records++ * RECORD_WORDS;
    block.numbers[at + FIELD.key] = contentId;
    block.numbers[at + FIELD.sizeBytes] = sizeBytes;
    block.bigints[at + FIELD.detail] = xorhash;
    block.numbers[at + FIELD.parentId] = parentId;
    block.numbers[at + FIELD.nodeId] = nodeId;
  }

  /**
   * Nothing can be added afterwards.
   * @param top how many groups are told
   * @throws SharestrataError `STORE_FULL`, `FAILED`; the reason of `signal`
   */
  async finish(top: number, signal?: AbortSignal): Promise<Duplicates> {
    signal?.throwIfAborted();
    const pace = new Pace(signal);
    const byFingerprint = new Partitions(this.#spill, this.#bits);
    for await (const groups of broughtTogether(this.#byContent, "addFiles", pace)) {
      groups.passOn((low, high) => byFingerprint.blockFor(low, high));
    }
    const found = new Found(top);
    for await (const groups of broughtTogether(byFingerprint, "addContents", pace)) found.addAll(groups);
    return { ...found.duplicates(), spilledBytes: this.#spill.bytes };
  }

  [Symbol.dispose](): void {
    this.#spill[Symbol.dispose]();
  }
}

/** Each partition's groups, valid until the next ones are asked for. */
async function* broughtTogether(
  partitions: Partitions,
  add: "addFiles" | "addContents",
  pace: Pace,
): AsyncIterableIterator<ContentGroups> {
  const groups = new ContentGroups();
  const scratch = new RecordBlock();
  for (let partition = 0; partition < partitions.count; partition++) {
    groups.clear();
    for (const block of partitions.drain(partition, scratch)) {
      groups[add](block);
      const pause = pace.step(block.records);
      if (pause) await pause;
    }
    yield groups;
    const pause = pace.step(groups.count);
    if (pause) await pause;
  }
}

class Found {
  readonly #largest: Largest<DuplicateGroup>;
  #groups = 0;
  #files = 0;
  #wastedBytes = 0;
  #unsharedBytes = 0;

  constructor(top: number) {
    this.#largest = new Largest(top);
  }

  addAll(groups: ContentGroups): void {
    for (let group = 0; group < groups.count; group++) {
      const files = groups.files(group);
      if (files < 2) continue;
      const sizeBytes = groups.sizeBytes(group);
      const contents = groups.contents(group);
      const wastedBytes = (files - 1) * sizeBytes;
      this.#groups++;
      this.#files += files;
      this.#wastedBytes += wastedBytes;
      this.#unsharedBytes += (contents - 1) * sizeBytes;
      if (this.#largest.wants(wastedBytes)) {
        this.#largest.add(wastedBytes, { sizeBytes, files, contents, samples: groups.samples(group) });
      }
    }
  }

  duplicates(): Omit<Duplicates, "spilledBytes"> {
    return {
      groups: this.#groups,
      files: this.#files,
      wastedBytes: this.#wastedBytes,
      unsharedBytes: this.#unsharedBytes,
      largest: this.#largest.items(),
    };
  }
}
