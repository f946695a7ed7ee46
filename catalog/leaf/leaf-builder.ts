/**
 * Filling leaves from one end to the other. Sections that fit are copied as they are; what does not fit is cut between
 * two entries, so that leaves are full to within an entry. What is not encoded yet is so once: an entry that turns out
 * too long for the open leaf is taken back and becomes the first of the next.
 */
import { crc32 } from "node:zlib";
import { SharestrataError } from "../../core/errors.js";
import type { NodeId } from "../../core/ids.js";
import { ByteSink } from "./byte-sink.js";
import type { LeafEntry } from "./leaf-entry.js";
import { directoryKey, entryKey, FIRST_KEY } from "./leaf-key.js";
import { HEADER_BYTES, LEAF_BYTES, LEAF_CAPACITY, LEAF_FORMAT } from "./leaf-format.js";
import { decodeSection, isEncoded, sectionCost, varintBytes, type Piece, type Section } from "./section.js";
import { cutSection, joinSections, type Cut } from "./section-cut.js";
import { SectionWriter } from "./section-writer.js";

/** What of a section goes into an open leaf should be worth what a cut costs: a section header and a whole name. */
const WORTH_CUTTING_BYTES = 160;
/** Of the length of a section that fits into a leaf. */
const MOST_LENGTH_BYTES = 2;
const MAX_SECTION_HEADER_BYTES = 8 + MOST_LENGTH_BYTES;

const body = new ByteSink();
const writer = new SectionWriter(body);
const leaf = new ByteSink();

/** One at a time: all share the buffers in which leaves grow. */
export class LeafBuilder {
  readonly #limitBytes: number;
  readonly #emit: (key: Buffer, leaf: Buffer) => void;
  #key = FIRST_KEY;
  #isEmpty = true;
  /** Directory of the last section in the open leaf. */
  #previous = 0;
  /** Where that section begins, its header included, and the directory before it. */
  #last: { readonly start: number; readonly bodyStart: number; readonly before: number } | undefined;

  /**
   * @param key of the first leaf
   * @param limitBytes how full leaves may become, headers of leaves left out; at most `LEAF_CAPACITY`
   * @param emit takes each leaf that is full, and the last
   */
  constructor(key: Buffer, limitBytes: number, emit: (key: Buffer, leaf: Buffer) => void) {
    this.#limitBytes = limitBytes;
    this.#emit = emit;
    this.#open(key);
  }

  /** Bytes in the leaf that is not full yet, its header left out. */
  get openBytes(): number {
    return leaf.length - HEADER_BYTES;
  }

  /** @param pieces ascending by directory, also from call to call; those of one directory in order, to be joined */
  add(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      const taken = piece.directory === this.#previous ? this.#takeBack() : undefined;
      if (isEncoded(piece)) this.#section(taken ? joinSections(taken, piece) : piece);
      else this.#entries(piece.directory, taken ? [...decodeSection(taken), ...piece.entries] : piece.entries);
    }
  }

  /** Emits the last leaf. @returns false when there is nothing in it, and nothing was emitted */
  finish(): boolean {
    if (this.#isEmpty) return false;
    this.#close();
    return true;
  }

  #section(section: Section): void {
    let rest = section;
    while (this.openBytes + sectionCost(rest, this.#previous) > this.#limitBytes) {
      const { head, tail } = this.#cut(rest);
      if (head) this.#append(head);
      if (!tail) return;
      this.#close();
      this.#open(tail.key);
      rest = tail.section;
    }
    this.#append(rest);
  }

  /** @returns as `head` what of a section that does not fit goes into the open leaf all the same */
  #cut(section: Section): Cut {
    const header = varintBytes(section.directory - this.#previous) + MOST_LENGTH_BYTES;
    const cut = cutSection(section, this.#limitBytes - this.openBytes - header);
    if (!this.#isEmpty) {
      const isWorth = cut.head && (!cut.tail || cut.head.end - cut.head.start >= WORTH_CUTTING_BYTES);
      return isWorth ? cut : { head: undefined, tail: { section, key: directoryKey(section.directory) } };
    }
    if (cut.head) return cut;
    // A single entry may be longer than the limit, never than a leaf.
    const single = cutSection(section, LEAF_CAPACITY - header, 1);
    if (!single.head) throw tooLong();
    return single;
  }

  #entries(directory: NodeId, entries: readonly LeafEntry[]): void {
    let from = 0;
    while (from < entries.length) {
      const isFresh = this.#isEmpty;
      const header = varintBytes(directory - this.#previous) + MOST_LENGTH_BYTES;
      const room = this.#limitBytes - this.openBytes - header;
      let count = encodeEntries(directory, entries, from, room);
      // A single entry may be longer than the limit, never than a leaf.
      if (count === 0 && isFresh) count = encodeEntries(directory, entries, from, LEAF_CAPACITY - header, 1);
      if (count === 0 && isFresh) throw tooLong();
      const isAll = from + count === entries.length;
      const isDropped = !isAll && !isFresh && body.length < WORTH_CUTTING_BYTES;
      if (!isDropped && count > 0) {
        this.#append({ directory, bytes: body.bytes, start: 0, end: body.length });
        from += count;
      }
      if (isAll) return;
      this.#close();
      const next = entries[from] as LeafEntry;
      this.#open(
        from === 0 ? directoryKey(directory) : entryKey(directory, next, entries[from - 1]?.name !== next.name),
      );
    }
  }

  /** The last section of the open leaf, to be joined with what goes on with its directory. */
  #takeBack(): Section | undefined {
    if (!this.#last) return undefined;
    const { start, bodyStart, before } = this.#last;
    const bytes = Buffer.from(leaf.bytes.subarray(bodyStart, leaf.length));
    const section = { directory: this.#previous as NodeId, bytes, start: 0, end: bytes.length };
    leaf.length = start;
    this.#previous = before;
    this.#last = undefined;
    this.#isEmpty = start === HEADER_BYTES;
    return section;
  }

  #append({ directory, bytes, start, end }: Section): void {
    leaf.reserve(MAX_SECTION_HEADER_BYTES);
    const headerStart = leaf.length;
    leaf.varint(directory - this.#previous);
    leaf.varint(end - start);
    this.#last = { start: headerStart, bodyStart: leaf.length, before: this.#previous };
    leaf.copy(bytes, start, end);
    this.#previous = directory;
    this.#isEmpty = false;
  }

  #open(key: Buffer): void {
    this.#key = key;
    leaf.length = 0;
    leaf.reserve(LEAF_BYTES);
    leaf.length = HEADER_BYTES;
    leaf.bytes[HEADER_BYTES - 1] = LEAF_FORMAT;
    this.#previous = 0;
    this.#last = undefined;
    this.#isEmpty = true;
  }

  #close(): void {
    this.#emit(this.#key, sealedLeaf());
  }
}

/** A leaf without anything. */
export function emptyLeaf(): Buffer {
  leaf.length = HEADER_BYTES;
  leaf.bytes[HEADER_BYTES - 1] = LEAF_FORMAT;
  return sealedLeaf();
}

function sealedLeaf(): Buffer {
  if (leaf.length > LEAF_BYTES) throw new SharestrataError("INTERNAL", `A leaf would have ${leaf.length} bytes.`);
  const bytes = Buffer.from(leaf.bytes.subarray(0, leaf.length));
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES - 1)), 0);
  return bytes;
}

function tooLong(): SharestrataError {
  return new SharestrataError("INTERNAL", "An entry is longer than a leaf.");
}

/**
 * Encodes entries into `body` until the next one would make it longer than `room`.
 * @returns how many
 */
function encodeEntries(
  directory: NodeId,
  entries: readonly LeafEntry[],
  from: number,
  room: number,
  most = entries.length,
): number {
  for (const inNanoseconds of [false, true]) {
    body.length = 0;
    writer.begin(directory, entries, from, inNanoseconds);
    let count = 0;
    for (let index = from; index < entries.length && count < most; index++, count++) {
      const mark = body.length;
      writer.write(entries[index] as LeafEntry);
      if (writer.isTooCoarse) break;
      if (body.length > room) {
        body.length = mark;
        return count;
      }
    }
    if (!writer.isTooCoarse) return count;
  }
  throw new SharestrataError("INTERNAL", "A time is finer than nanoseconds.");
}
