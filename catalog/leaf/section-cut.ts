/**
 * Cutting an encoded section in two and joining two into one: all entries but those next to the seam are copied as they
 * are. What comes out is what writing all entries behind its header would give.
 */
import { ByteSink } from "./byte-sink.js";
import { LOOK_AHEAD } from "./chain-start.js";
import { directoryKey, entryKey } from "./leaf-key.js";
import { inNanoseconds, isInNanoseconds, type Section } from "./section.js";
import { MAX_NAME_BYTES } from "./section-format.js";
import { SectionReader } from "./section-reader.js";
import { SectionWriter } from "./section-writer.js";

const sink = new ByteSink();
const writer = new SectionWriter(sink);
const scratch = Buffer.allocUnsafe(MAX_NAME_BYTES);

export interface Cut {
  /** Undefined when not even the first entry fits. */
  readonly head: Section | undefined;
  /** Undefined when all is in the head. */
  readonly tail: Tail | undefined;
}

interface Tail {
  readonly section: Section;
  /** For a leaf that begins with it. */
  readonly key: Buffer;
}

/**
 * @param roomBytes for the head
 * @param mostEntries that it may have
 */
export function cutSection(section: Section, roomBytes: number, mostEntries = Number.POSITIVE_INFINITY): Cut {
  const { directory, bytes, start } = section;
  const reader = readerOf(section);
  for (let count = 0; ; count++) {
    const isNewName = !reader.isNameGoingOn;
    if (!reader.next()) return { head: section, tail: undefined };
    if (count < mostEntries && reader.entryEnd - start <= roomBytes) continue;
    if (count === 0) return { head: undefined, tail: { section, key: directoryKey(directory) } };
    const head = { directory, bytes, start, end: reader.entryStart };
    const next = reader.entry();
    return { head, tail: { section: from(reader, section), key: entryKey(directory, next, isNewName) } };
  }
}

/** @param b what is behind `a` in the same directory */
export function joinSections(a: Section, b: Section): Section {
  if (isInNanoseconds(a) !== isInNanoseconds(b)) return joinSections(inNanoseconds(a), inNanoseconds(b));
  const first = readerOf(a);
  while (first.next());
  sink.length = 0;
  sink.copy(a.bytes, a.start, a.end);
  writer.resume(first);
  const second = readerOf(b);
  second.next();
  return goOn(second, b);
}

function readerOf({ bytes, start, end, directory }: Section): SectionReader {
  return new SectionReader(bytes, start, end, directory, scratch);
}

/** What begins with the entry the reader stands on. */
function from(reader: SectionReader, section: Section): Section {
  const first = [reader.entry()];
  while (first.length < LOOK_AHEAD && reader.next()) first.push(reader.entry());
  sink.length = 0;
  writer.begin(section.directory, first, 0, reader.inNanoseconds);
  for (const entry of first.slice(0, -1)) writer.write(entry);
  return goOn(reader, section);
}

/** Writes the entry the reader stands on and those behind it, until what is left can be copied. */
function goOn(reader: SectionReader, { directory, bytes, end }: Section): Section {
  do writer.write(reader.entry());
  while (!writer.isInStepWith(reader) && reader.next());
  sink.copy(bytes, reader.entryEnd, end);
  return { directory, bytes: Buffer.from(sink.bytes.subarray(0, sink.length)), start: 0, end: sink.length };
}
