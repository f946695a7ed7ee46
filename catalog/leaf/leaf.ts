/**
 * Reading a leaf: one page of the packed tree. It holds sections, each the entries of one directory, or of a part of one, in
 * ascending order; whole directories are copied from leaf to leaf without being decoded. A checksum tells damage before
 * anything is believed. The byte table is in docs/format.md.
 */
import { crc32 } from "node:zlib";
import { DamagedError } from "../../core/errors.js";
import { safeInteger, type NodeId } from "../../core/ids.js";
import { HEADER_BYTES, LEAF_FORMAT } from "./leaf-format.js";
import type { Section } from "./section.js";
import { SectionReader } from "./section-reader.js";

/**
 * Checks a leaf as it comes from LMDB; everything below takes leaves that were checked.
 * @throws DamagedError
 */
export function verifyLeaf(leaf: Buffer): Buffer {
  if (leaf.length < HEADER_BYTES || crc32(leaf.subarray(HEADER_BYTES - 1)) !== leaf.readUInt32LE(0)) {
    throw damagedLeaf("its checksum is wrong");
  }
  if (leaf[HEADER_BYTES - 1] !== LEAF_FORMAT) throw damagedLeaf(`unknown format ${leaf[HEADER_BYTES - 1]}`);
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
