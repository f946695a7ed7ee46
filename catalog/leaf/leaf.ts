/**
 * A leaf: one page of the packed tree. It holds sections, each the entries of one directory, or of a part of one, in
 * ascending order; whole directories are copied from leaf to leaf without being decoded. A checksum tells damage before
 * anything is believed. The byte table is in docs/format.md.
 */
import { crc32 } from "node:zlib";
import { DamagedError, SharestrataError } from "../../core/errors.js";
import { safeInteger, type NodeId } from "../../core/ids.js";
import { PAGE_BYTES } from "../page.js";
import { ByteSink } from "./byte-sink.js";
import type { LeafEntry } from "./leaf-entry.js";
import { SectionReader } from "./section-reader.js";
import { SectionWriter } from "./section-writer.js";

/** A leaf is a page. */
export const LEAF_BYTES = PAGE_BYTES;
const FORMAT = 1;
/** Checksum and format. */
const HEADER_BYTES = 5;
/** What all sections of a leaf may take together, headers included. */
export const LEAF_CAPACITY = LEAF_BYTES - HEADER_BYTES;

/** The entries of one directory, or of a part of it, encoded. */
export interface Section {
  readonly directory: NodeId;
  /** Body, without the section's own header. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const sink = new ByteSink();
const writer = new SectionWriter(sink);

/** @param entries at least one, in the order of `compareEntries` */
export function encodeSection(directory: NodeId, entries: readonly LeafEntry[]): Section {
  const [first] = entries;
  if (!first) throw new SharestrataError("INTERNAL", "A section has no entries.");
  sink.length = 0;
  const inNanoseconds = entries.some(({ mtimeNs }) => mtimeNs % 100n !== 0n);
  writer.begin(directory, first, inNanoseconds);
  for (const entry of entries) writer.write(entry);
  const bytes = Buffer.from(sink.bytes.subarray(0, sink.length));
  return { directory, bytes, start: 0, end: bytes.length };
}

export function readSection({ bytes, start, end, directory }: Section): SectionReader {
  return new SectionReader(bytes, start, end, directory);
}

export function decodeSection(section: Section): LeafEntry[] {
  const entries: LeafEntry[] = [];
  for (const reader = readSection(section); reader.next();) entries.push(reader.entry());
  return entries;
}

/** What a section takes in a leaf, behind the section of `previous`; 0 for the first. */
export function sectionCost({ directory, start, end }: Section, previous: number): number {
  return varintBytes(directory - previous) + varintBytes(end - start) + end - start;
}

/** What `sections` take in one leaf. */
export function sizeOfSections(sections: readonly Section[]): number {
  let size = 0;
  let previous = 0;
  for (const section of sections) {
    size += sectionCost(section, previous);
    previous = section.directory;
  }
  return size;
}

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest /= 0x80) size++;
  return size;
}

const MAX_SECTION_HEADER_BYTES = 8 + 2;

/** @param sections ascending by directory, together within `LEAF_CAPACITY` by `sectionCost` */
export function encodeLeaf(sections: readonly Section[]): Buffer {
  sink.length = 0;
  sink.reserve(LEAF_BYTES);
  sink.length = HEADER_BYTES;
  sink.bytes[HEADER_BYTES - 1] = FORMAT;
  let previous = 0;
  for (const { directory, bytes, start, end } of sections) {
    sink.reserve(MAX_SECTION_HEADER_BYTES);
    sink.varint(directory - previous);
    sink.varint(end - start);
    sink.copy(bytes, start, end);
    previous = directory;
  }
  if (sink.length > LEAF_BYTES) throw new SharestrataError("INTERNAL", `A leaf would have ${sink.length} bytes.`);
  const leaf = Buffer.from(sink.bytes.subarray(0, sink.length));
  leaf.writeUInt32LE(crc32(leaf.subarray(HEADER_BYTES - 1)), 0);
  return leaf;
}

/**
 * Checks a leaf as it comes from LMDB; everything below takes leaves that were checked.
 * @throws DamagedError
 */
export function verifyLeaf(leaf: Buffer): Buffer {
  if (leaf.length < HEADER_BYTES || crc32(leaf.subarray(HEADER_BYTES - 1)) !== leaf.readUInt32LE(0)) {
    throw damagedLeaf("its checksum is wrong");
  }
  if (leaf[HEADER_BYTES - 1] !== FORMAT) throw damagedLeaf(`unknown format ${leaf[HEADER_BYTES - 1]}`);
  return leaf;
}

/** @throws DamagedError */
export function decodeLeaf(leaf: Buffer): Section[] {
  const sections: Section[] = [];
  for (const cursor = new LeafCursor(leaf); cursor.next();) {
    sections.push({ directory: cursor.directory as NodeId, bytes: leaf, start: cursor.start, end: cursor.end });
  }
  return sections;
}

/**
 * The part of a directory that lies in a leaf.
 * @param scratch as of SectionReader
 * @throws DamagedError
 */
export function findSection(leaf: Buffer, directory: NodeId, scratch?: Buffer<ArrayBuffer>): SectionReader | undefined {
  for (const cursor = new LeafCursor(leaf); cursor.next();) {
    if (cursor.directory === directory) return new SectionReader(leaf, cursor.start, cursor.end, directory, scratch);
    if (cursor.directory > directory) return undefined;
  }
  return undefined;
}

/** The directory of the last section; −1 in an empty leaf. Only this one can go on in the next leaf. */
export function lastDirectoryOf(leaf: Buffer): number {
  let last = -1;
  for (const cursor = new LeafCursor(leaf); cursor.next();) last = cursor.directory;
  return last;
}

/** Steps from section to section without making an object of each. */
class LeafCursor {
  readonly #leaf: Buffer;
  #at = HEADER_BYTES;
  directory = 0;
  start = 0;
  end = 0;

  constructor(leaf: Buffer) {
    this.#leaf = leaf;
  }

  next(): boolean {
    if (this.#at >= this.#leaf.length) return false;
    this.directory = safeInteger(this.directory + this.#varint(), "leaf");
    const size = this.#varint();
    this.start = this.#at;
    this.end = this.#at + size;
    if (size === 0 || this.end > this.#leaf.length) throw damagedLeaf("a section is cut off");
    this.#at = this.end;
    return true;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#leaf[this.#at++];
      if (byte === undefined || scale > 2 ** 49) throw damagedLeaf("a section header is cut off");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }
}

function damagedLeaf(what: string): DamagedError {
  return new DamagedError(`A leaf of the node tree is damaged: ${what}.`, { where: "leaves" });
}
