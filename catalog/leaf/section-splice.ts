/**
 * Changing some entries of an encoded section: bytes of entries that stay are copied as they are. Behind a change entries
 * are written one by one until what is expected of the next is again what it was, which is usually so after one. What
 * comes out is, byte for byte, what writing all entries behind its header would give. The header stays unless the first
 * entry is changed.
 */
import { ByteSink } from "./byte-sink.js";
import { LOOK_AHEAD } from "./chain-start.js";
import { LIVE, type LeafEntry } from "./leaf-entry.js";
import type { MergeTarget } from "./merge-target.js";
import type { Section } from "./section.js";
import { MAX_NAME_BYTES } from "./section-format.js";
import { SectionReader } from "./section-reader.js";
import { SectionWriter } from "./section-writer.js";

const sink = new ByteSink();
const writer = new SectionWriter(sink);
const readerName = Buffer.allocUnsafe(MAX_NAME_BYTES);
const behindName = Buffer.allocUnsafe(MAX_NAME_BYTES);

/** One at a time: all share the buffers they work in. */
export class SectionSplice implements MergeTarget {
  readonly #section: Section;
  /** On the first entry that is neither kept nor dropped. */
  readonly #reader: SectionReader;
  #isOnEntry: boolean;
  /** Follows the reader to where the writer has to go on. */
  readonly #behind: SectionReader;
  /** Bytes of the section from here on, up to the entry the reader stands on, are still to be copied. */
  #copyFrom: number;
  /** Whether entries that are kept can be copied. */
  #isInStep = true;
  #isChanged = false;
  /** Entries of a section whose beginning is changed, until there are enough to begin with. */
  readonly #first: LeafEntry[] = [];

  /** @param section whose unit of time is fine enough for whatever is put */
  constructor(section: Section) {
    const { bytes, start, end, directory } = section;
    this.#section = section;
    this.#reader = new SectionReader(bytes, start, end, directory, readerName);
    this.#behind = new SectionReader(bytes, start, end, directory, behindName);
    this.#isOnEntry = this.#reader.next();
    this.#copyFrom = start;
    sink.length = 0;
  }

  seek(name: string): LeafEntry | undefined {
    const utf8 = Buffer.from(name);
    while (this.#isOnEntry) {
      const order = this.#reader.compareName(utf8);
      if (order === 0 && this.#reader.until === LIVE) return this.#reader.entry();
      if (order >= 0) return undefined;
      this.#keep();
    }
    return undefined;
  }

  put(entry: LeafEntry): void {
    this.#change();
    this.#write(entry);
  }

  drop(): void {
    this.#change();
    this.#isOnEntry = this.#reader.next();
  }

  finish(): Section | undefined {
    const { bytes, end, directory } = this.#section;
    if (!this.#isChanged) return this.#section;
    while (this.#isOnEntry && !this.#isInStep) this.#keep();
    if (this.#isInStep) sink.copy(bytes, this.#copyFrom, end);
    if (this.#first.length > 0) this.#begin();
    if (sink.length === 0) return undefined;
    return { directory, bytes: Buffer.from(sink.bytes.subarray(0, sink.length)), start: 0, end: sink.length };
  }

  #keep(): void {
    if (!this.#isInStep) {
      this.#write(this.#reader.entry());
      this.#isInStep = sink.length > 0 && writer.isInStepWith(this.#reader);
      this.#copyFrom = this.#reader.entryEnd;
    }
    this.#isOnEntry = this.#reader.next();
  }

  /** From here on entries are written. */
  #change(): void {
    if (!this.#isInStep) return;
    this.#isInStep = false;
    this.#isChanged = true;
    const to = this.#isOnEntry ? this.#reader.entryStart : this.#section.end;
    while (this.#behind.entryEnd < to) this.#behind.next();
    // The header is told by the first entries, so it is written with them.
    if (!this.#behind.isOnEntry) return;
    sink.copy(this.#section.bytes, this.#copyFrom, to);
    writer.resume(this.#behind);
  }

  #write(entry: LeafEntry): void {
    if (sink.length > 0) writer.write(entry);
    else if (this.#first.push(entry) === LOOK_AHEAD) this.#begin();
  }

  #begin(): void {
    writer.begin(this.#section.directory, this.#first, 0, this.#reader.inNanoseconds);
    for (const entry of this.#first) writer.write(entry);
    this.#first.length = 0;
  }
}
