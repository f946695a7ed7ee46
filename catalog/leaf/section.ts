/** Sections: the entries of one directory, or of a part of it, as they lie in a leaf or are on their way into one. */
import { SharestrataError } from "../../core/errors.js";
import type { NodeId } from "../../core/ids.js";
import { ByteSink } from "./byte-sink.js";
import type { LeafEntry } from "./leaf-entry.js";
import { SECTION_IN_NANOSECONDS } from "./section-format.js";
import { SectionReader } from "./section-reader.js";
import { SectionWriter } from "./section-writer.js";

/** Encoded. */
export interface Section {
  readonly directory: NodeId;
  /** Body, without the section's own header. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Not encoded yet. */
export interface OpenSection {
  readonly directory: NodeId;
  /** At least one, in the order of `compareEntries`. */
  readonly entries: readonly LeafEntry[];
}

export type Piece = Section | OpenSection;

export function isEncoded(piece: Piece): piece is Section {
  return "bytes" in piece;
}

const sink = new ByteSink();
const writer = new SectionWriter(sink);

/** @param mayBeCoarse false for a section that takes nanoseconds whether its times need them or not */
export function encodeSection({ directory, entries }: OpenSection, mayBeCoarse = true): Section {
  if (entries.length === 0) throw new SharestrataError("INTERNAL", "A section has no entries.");
  for (const isFine of mayBeCoarse ? [false, true] : [true]) {
    sink.length = 0;
    writer.begin(directory, entries, 0, isFine);
    for (const entry of entries) writer.write(entry);
    if (!writer.isTooCoarse) break;
  }
  const bytes = Buffer.from(sink.bytes.subarray(0, sink.length));
  return { directory, bytes, start: 0, end: bytes.length };
}

export function readSection({ bytes, start, end, directory }: Section): SectionReader {
  return new SectionReader(bytes, start, end, directory);
}

/** Whether its times are in nanoseconds, so that it takes any. */
export function isInNanoseconds({ bytes, start }: Section): boolean {
  return ((bytes[start] as number) & SECTION_IN_NANOSECONDS) !== 0;
}

/** The same entries in a section that takes any time. */
export function inNanoseconds(section: Section): Section {
  if (isInNanoseconds(section)) return section;
  return encodeSection({ directory: section.directory, entries: decodeSection(section) }, false);
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

export function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest /= 0x80) size++;
  return size;
}
