/**
 * The leaves in LMDB: finding the leaf for a place in the tree, walking from leaf to leaf, and rewriting a leaf with
 * the changes that fall into it. When a leaf overflows, it and some neighbours are packed anew, so that a leaf is
 * added only when several are full: leaves stay some nine tenths full however entries come.
 */
import type { Database } from "lmdb";
import type { NodeId } from "../../core/ids.js";
import { decodeLeaf, findSection, lastDirectoryOf, verifyLeaf } from "./leaf.js";
import { emptyLeaf, LeafBuilder } from "./leaf-builder.js";
import { LEAF_CAPACITY } from "./leaf-format.js";
import { endOfDirectory, FIRST_KEY } from "./leaf-key.js";
import { encodeSection, isEncoded, readSection, sizeOfSections, type Piece, type Section } from "./section.js";
import { MAX_NAME_BYTES } from "./section-format.js";
import type { SectionReader } from "./section-reader.js";

import { floorOf } from "../keys.js";
import { PageBuffer } from "../page-buffer.js";

export type LeafDatabase = Database<Buffer, Buffer>;

export interface StoredLeaf {
  readonly key: Buffer;
  readonly sections: readonly Section[];
}

interface WarmLeaf {
  readonly key: Buffer;
  readonly bytes: Buffer;
  readonly lastDirectory: number;
  /** The next leaf's key, if it is known: read with the leaf, as a writer may move it later. */
  readonly boundKey: Buffer | undefined;
  /** For which it was read. */
  readonly snapshot: number;
}

/** Neighbours that share the overflow of a leaf, on each side. */
const NEIGHBOURS = 5;
/** More than this is not shared among neighbours, but takes leaves of its own. */
const MANY_BYTES = LEAF_CAPACITY * 3;
const USUAL_ENTRY_BYTES = 40;
/** The last of many new leaves takes in what is behind it until it is at least so full. */
const JOIN_BYTES = LEAF_CAPACITY * 0.7;
/** A leaf emptier than this is joined with its neighbour. */
const SPARSE_BYTES = LEAF_CAPACITY * 0.4;

export class LeafTable {
  readonly #database: LeafDatabase;
  #warm: WarmLeaf | undefined;
  readonly #page = new PageBuffer();
  /** Within the warm leaf: what is looked up next often comes next. */
  #reader: SectionReader | undefined;
  readonly #scratch = Buffer.allocUnsafe(MAX_NAME_BYTES);
  readonly #visitScratch = Buffer.allocUnsafe(MAX_NAME_BYTES);

  constructor(database: LeafDatabase) {
    this.#database = database;
  }

  /** The leaf that holds whatever is at `key`, with its sections; undefined only while there is no leaf at all. */
  floor(key: Buffer): StoredLeaf | undefined {
    for (const { key: own, value } of this.#database.getRange(floorOf(key))) {
      return { key: own, sections: decodeLeaf(verifyLeaf(value)) };
    }
    return undefined;
  }

  /**
   * Whether the entries of a name lie all in the leaf that holds its key, so that `onlySection` has them.
   * @param snapshot for which it is asked; Infinity for the live tree
   */
  isInOneLeaf(directory: NodeId, key: Buffer, snapshot: number): boolean {
    const leaf = this.#leafAt(directory, key, snapshot);
    if (!leaf || directory < leaf.lastDirectory) return true;
    const { boundKey } = leaf;
    // The next leaf may go on in the midst of the name: its key is that name and more.
    return boundKey?.[key.length] !== 0 || Buffer.compare(boundKey.subarray(0, key.length), key) !== 0;
  }

  /**
   * The part of a directory in the leaf that was asked for last, undefined when there is none. Asked again for the same
   * directory it is the same reader, which stands where it was left; `fresh` gives one that stands before the first entry.
   */
  onlySection(directory: NodeId, fresh: boolean): SectionReader | undefined {
    if (!this.#warm) return undefined;
    if (fresh || this.#reader?.directory !== directory) {
      this.#reader = findSection(this.#warm.bytes, directory, this.#scratch);
    }
    return this.#reader;
  }

  /**
   * The parts of one directory, leaf by leaf, from the leaf that holds `from` on.
   * @param snapshot as of `onlySection`
   */
  *sections(directory: NodeId, from: Buffer, snapshot: number): IterableIterator<SectionReader> {
    const leaf = this.#leafAt(directory, from, snapshot);
    if (!leaf) return;
    const { lastDirectory, boundKey } = leaf;
    const goesOn =
      directory >= lastDirectory && boundKey !== undefined && Buffer.compare(boundKey, endOfDirectory(directory)) < 0;
    if (!goesOn) {
      // While this one is read, another leaf may be asked for.
      const only = findSection(Buffer.from(leaf.bytes), directory);
      if (only) yield only;
      return;
    }
    // Leaf by leaf in one state of the table: the warm leaf may be of an older one, with other leaves behind it.
    for (const start of this.#database.getKeys(floorOf(from))) {
      for (const { value } of this.#database.getRange({ start, end: endOfDirectory(directory) })) {
        const section = findSection(verifyLeaf(value), directory);
        if (section) yield section;
      }
    }
  }

  /**
   * The part of a directory in the live tree's leaf that holds `key`, of bytes of its own: it can be read whatever is asked for
   * meanwhile, and says what was there now.
   * @returns undefined when the directory has nothing from there on; `nextLeaf` is the key of the leaf that goes on with it
   */
  partAt(
    directory: NodeId,
    key: Buffer,
  ): { readonly section: SectionReader; readonly nextLeaf: Buffer | undefined } | undefined {
    const end = endOfDirectory(directory);
    for (let at: Buffer | undefined = key; at;) {
      const leaf = this.#leafAt(directory, at, Number.POSITIVE_INFINITY);
      if (!leaf) return undefined;
      const { lastDirectory, boundKey } = leaf;
      const goesOn = directory >= lastDirectory && boundKey !== undefined && Buffer.compare(boundKey, end) < 0;
      const nextLeaf: Buffer | undefined = goesOn ? boundKey : undefined;
      const section = findSection(Buffer.from(leaf.bytes), directory);
      if (section) return { section, nextLeaf };
      // A directory that begins with the next leaf.
      at = nextLeaf;
    }
    return undefined;
  }

  /**
   * As `sections`, for those who are done with each part when `use` returns, and ask for nothing else meanwhile.
   * @param use returns whether it wants more
   */
  visit(directory: NodeId, from: Buffer, snapshot: number, use: (section: SectionReader) => boolean): void {
    const leaf = this.#leafAt(directory, from, snapshot);
    if (!leaf) return;
    if (directory < leaf.lastDirectory) {
      const only = findSection(leaf.bytes, directory, this.#visitScratch);
      if (only) use(only);
      return;
    }
    for (const section of this.sections(directory, from, snapshot)) if (!use(section)) return;
  }

  /** Every part of every directory, in order, of one state of the table. */
  *allSections(): IterableIterator<SectionReader> {
    for (const { value } of this.#database.getRange()) {
      for (const section of decodeLeaf(verifyLeaf(value))) yield readSection(section);
    }
  }

  /**
   * The leaf that was read last often holds what is asked for next. What it says of a snapshot, and of all before it, does
   * not change once that snapshot is published, whatever is written meanwhile; of later ones it knows nothing. The live
   * tree changes under `replace` alone, which forgets it.
   *
   * Its bytes lie in a buffer that the next leaf overwrites.
   */
  #leafAt(directory: NodeId, key: Buffer, snapshot: number): WarmLeaf | undefined {
    const warm = this.#warm;
    if (warm && snapshot <= warm.snapshot && Buffer.compare(warm.key, key) <= 0 && isWithin(warm, directory, key)) {
      return warm;
    }
    this.forget();
    for (const own of this.#database.getKeys(floorOf(key))) {
      const bytes = verifyLeaf(this.#page.read(this.#database, own));
      const lastDirectory = lastDirectoryOf(bytes);
      const boundKey = directory < lastDirectory ? undefined : this.keyAfter(own);
      this.#warm = { key: own, bytes, lastDirectory, boundKey, snapshot };
    }
    return this.#warm;
  }

  /** The live tree has changed, or may have. */
  forget(): void {
    this.#warm = undefined;
    this.#reader = undefined;
  }

  /** The key of the leaf behind; undefined for the last. */
  keyAfter(key: Buffer): Buffer | undefined {
    for (const next of this.#database.getKeys({ start: key, exclusiveStart: true, limit: 1 })) return next;
    return undefined;
  }

  /**
   * Puts `pieces` in the place of what a leaf held.
   * @param key the leaf's; FIRST_KEY for the first of an empty table
   * @param isLast whether no leaf is behind it: then the tree grows at its end, and leaves are filled to the brim
   */
  replace(key: Buffer, pieces: readonly Piece[], isLast: boolean): void {
    this.forget();
    if (isLast) this.#write(key, pieces, LEAF_CAPACITY);
    else if (estimatedSize(pieces) > MANY_BYTES) this.#insertMany(key, pieces);
    else this.#replaceOne(key, pieces.map(encoded));
  }

  #replaceOne(key: Buffer, sections: readonly Section[]): void {
    const size = sizeOfSections(sections);
    if (size > LEAF_CAPACITY) this.#spread(key, sections);
    else if (size < SPARSE_BYTES) this.#joinWithNext(key, sections);
    else this.#write(key, sections, LEAF_CAPACITY);
  }

  #write(key: Buffer, pieces: readonly Piece[], limitBytes: number): void {
    const builder = this.#builder(key, limitBytes);
    builder.add(pieces);
    this.#finish(key, builder);
  }

  #builder(key: Buffer, limitBytes: number): LeafBuilder {
    return new LeafBuilder(key, limitBytes, (own, leaf) => void this.#database.put(own, leaf));
  }

  /** @param key of the builder's first leaf */
  #finish(key: Buffer, builder: LeafBuilder): void {
    if (builder.finish()) return;
    // The first leaf stays, empty, as the lower bound of everything.
    if (key.equals(FIRST_KEY)) void this.#database.put(key, emptyLeaf());
    else void this.#database.remove(key);
  }

  /** Several leaves' worth, in the midst of the tree: filled to the brim, and the last joined with what is behind it. */
  #insertMany(key: Buffer, pieces: readonly Piece[]): void {
    // Asked before new leaves lie in between.
    const behind = this.#keysBehind(key, NEIGHBOURS);
    const builder = this.#builder(key, LEAF_CAPACITY);
    builder.add(pieces);
    for (const next of behind) {
      if (builder.openBytes >= JOIN_BYTES) break;
      const { sections } = this.floor(next) as StoredLeaf;
      void this.#database.remove(next);
      builder.add(sections);
    }
    this.#finish(key, builder);
  }

  /** Shares an overflow among neighbours, with one leaf more where they are full as well. */
  #spread(key: Buffer, sections: readonly Section[]): void {
    const before = Array.from(
      this.#database.getRange({ ...floorOf(key), exclusiveStart: true, limit: NEIGHBOURS }),
      stored,
    ).toReversed();
    const leaves: StoredLeaf[] = [...before, { key, sections }, ...this.#leavesBehind(key, NEIGHBOURS)];
    const all = leaves.flatMap((leaf) => leaf.sections);
    const total = sizeOfSections(all);
    const count = Math.max(leaves.length, Math.ceil(total / (LEAF_CAPACITY * 0.97)));
    const first = leaves[0] as StoredLeaf;
    for (const leaf of leaves.slice(1)) void this.#database.remove(leaf.key);
    for (const { key: own, leaf } of packEvenly(first.key, all, total / count, count)) {
      void this.#database.put(own, leaf);
    }
  }

  #joinWithNext(key: Buffer, sections: readonly Section[]): void {
    for (const next of this.#leavesBehind(key, 1)) {
      const joined = [...sections, ...next.sections];
      if (sizeOfSections(joined) > LEAF_CAPACITY * 0.9) continue;
      void this.#database.remove(next.key);
      this.#write(key, joined, LEAF_CAPACITY);
      return;
    }
    this.#write(key, sections, LEAF_CAPACITY);
  }

  #keysBehind(key: Buffer, limit: number): readonly Buffer[] {
    return Array.from(this.#database.getKeys({ start: key, exclusiveStart: true, limit }));
  }

  #leavesBehind(key: Buffer, limit: number): readonly StoredLeaf[] {
    return Array.from(this.#database.getRange({ start: key, exclusiveStart: true, limit }), stored);
  }
}

/** Whether what is at `key`, not before the leaf, is in it. */
function isWithin({ lastDirectory, boundKey }: WarmLeaf, directory: NodeId, key: Buffer): boolean {
  return directory < lastDirectory || (boundKey !== undefined && Buffer.compare(key, boundKey) < 0);
}

interface NewLeaf {
  readonly key: Buffer;
  readonly leaf: Buffer;
}

/**
 * How much fuller than on average leaves may become to make up for cuts, which cost some bytes and are made only where
 * it is worth it. With too little, a rest is left over, and a leaf for it alone would stay nearly empty.
 */
const SLACK_BYTES = [48, 120, LEAF_CAPACITY];

function packEvenly(key: Buffer, sections: readonly Section[], evenBytes: number, count: number): readonly NewLeaf[] {
  let leaves: NewLeaf[] = [];
  for (const slackBytes of SLACK_BYTES) {
    leaves = [];
    const limit = Math.min(LEAF_CAPACITY, Math.ceil(evenBytes) + slackBytes);
    const builder = new LeafBuilder(key, limit, (own, leaf) => void leaves.push({ key: own, leaf }));
    builder.add(sections);
    builder.finish();
    if (leaves.length <= count) break;
  }
  return leaves;
}

function stored({ key, value }: { readonly key: Buffer; readonly value: Buffer }): StoredLeaf {
  return { key, sections: decodeLeaf(verifyLeaf(value)) };
}

function encoded(piece: Piece): Section {
  return isEncoded(piece) ? piece : encodeSection(piece);
}

/** Nearly right, without encoding. */
function estimatedSize(pieces: readonly Piece[]): number {
  let size = 0;
  for (const piece of pieces) {
    size += isEncoded(piece) ? piece.end - piece.start : piece.entries.length * USUAL_ENTRY_BYTES;
  }
  return size;
}
