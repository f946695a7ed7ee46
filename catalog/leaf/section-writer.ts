/**
 * Encoding the entries of one directory: front-coded names, and for every number what can be expected from the entry
 * before, so that the common entry of a fresh tree costs its name's own bytes, its time, its size and its two hashes.
 * The byte table is in docs/format.md ("leaf").
 */
import type { NodeId } from "../../core/ids.js";
import type { ByteSink } from "./byte-sink.js";
import { chainStarts } from "./chain-start.js";
import {
  FLAG,
  KIND_NUMBERS,
  MAX_NAME_BYTES,
  nextInChain,
  SECTION_HAS_POSIX,
  SECTION_IN_NANOSECONDS,
} from "./section-format.js";
import type { LeafEntry } from "./leaf-entry.js";
import type { SectionReader } from "./section-reader.js";
import { TimeSplitter } from "./time-splitter.js";

const time = new TimeSplitter();
/** Everything but the name, at its longest. */
const FIELDS_BYTES = 96;

/** Writes the body of one section, from its beginning or from any entry on. */
export class SectionWriter {
  readonly #sink: ByteSink;
  #inNanoseconds = false;
  #previousName: string | undefined;
  /** A time was written that takes nanoseconds, in a section without them: the section has to be written anew. */
  isTooCoarse = false;
  #node = 0;
  #version = 0;
  #content = 0;
  #slotVersion = 0;
  #slotContent = 0;
  #previousNode = 0;
  #seconds = 0;
  #posix = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** @param entries those that will be written, as far as they are known, from `from` on; at least one */
  begin(directory: NodeId, entries: readonly LeafEntry[], from: number, inNanoseconds: boolean): void {
    const first = entries[from] as LeafEntry;
    const { node, version, content } = chainStarts(entries, from);
    const sink = this.#sink;
    sink.reserve(64);
    this.#inNanoseconds = inNanoseconds;
    this.isTooCoarse = false;
    this.#posix = first.posixId;
    this.#node = node;
    this.#version = version;
    this.#content = content;
    this.#seconds = time.split(first.mtimeNs).seconds;
    this.#previousName = undefined;
    sink.byte((inNanoseconds ? SECTION_IN_NANOSECONDS : 0) | (this.#posix === 0 ? 0 : SECTION_HAS_POSIX));
    sink.signed(this.#node - directory);
    sink.signed(this.#version - this.#node);
    sink.varint(this.#content);
    sink.signed(this.#seconds);
    if (this.#posix !== 0) sink.varint(this.#posix);
  }

  /** Goes on behind the entry `reader` stands on, with the bytes of the section so far in the sink. */
  resume(reader: SectionReader): void {
    const { node, version, content, slotVersion, slotContent, seconds } = reader.expected;
    this.#inNanoseconds = reader.inNanoseconds;
    this.isTooCoarse = false;
    this.#previousName = reader.name;
    this.#previousNode = reader.nodeId;
    this.#posix = reader.posixId;
    this.#node = node;
    this.#version = version;
    this.#content = content;
    this.#slotVersion = slotVersion;
    this.#slotContent = slotContent;
    this.#seconds = seconds;
  }

  /**
   * Whether what is behind the entry `reader` stands on could be copied as it is.
   * @param reader whose entry was written last, of a section with times of the same unit
   */
  isInStepWith(reader: SectionReader): boolean {
    const { node, version, content, slotVersion, slotContent } = reader.expected;
    if (this.#node !== node || this.#version !== version || this.#content !== content) return false;
    return !reader.isNameGoingOn || (this.#slotVersion === slotVersion && this.#slotContent === slotContent);
  }

  /** Entries come in the order of `compareEntries`. */
  write(entry: LeafEntry): void {
    const sink = this.#sink;
    sink.reserve(FIELDS_BYTES + MAX_NAME_BYTES);
    const { kind, nodeId, version, until, contentId, posixId, sizeBytes } = entry;
    const sameName = entry.name === this.#previousName;
    if (!sameName) {
      this.#slotVersion = this.#version;
      this.#slotContent = this.#content;
    }
    const expectedNode = sameName ? this.#previousNode : this.#node;
    const expectedVersion = this.#slotVersion;
    const expectedContent = sizeBytes === 0 ? 0 : this.#slotContent;
    const isFile = kind === "file";

    sink.byte(
      KIND_NUMBERS[kind] |
        (nodeId === expectedNode ? 0 : FLAG.node) |
        (version === expectedVersion ? 0 : FLAG.version) |
        (isFile && contentId !== expectedContent ? FLAG.content : 0) |
        (posixId === this.#posix ? 0 : FLAG.posix) |
        (until === 0 ? 0 : FLAG.past) |
        (sameName ? FLAG.sameName : 0),
    );
    if (!sameName) this.#writeName(entry.name);
    if (until !== 0) sink.varint(until);
    if (nodeId !== expectedNode) sink.signed(nodeId - expectedNode);
    if (version !== expectedVersion) sink.signed(version - expectedVersion);
    if (posixId !== this.#posix) sink.varint(posixId);
    this.#writeTime(entry);
    if (kind !== "directory") sink.varint(sizeBytes);
    if (isFile && contentId !== expectedContent) sink.signed(contentId - expectedContent);
    if (until === 0) {
      if (isFile) sink.word64(entry.xorhash);
      sink.uint32(entry.signature);
    }

    this.#posix = posixId;
    this.#previousNode = nodeId;
    if (sameName) return;
    this.#node = nextInChain(this.#node, nodeId);
    this.#version = nextInChain(this.#version, version);
    if (isFile && sizeBytes !== 0) this.#content = nextInChain(this.#content, contentId);
  }

  /** Most names are ASCII and told from the one before without leaving JavaScript. */
  #writeName(name: string): void {
    const previous = this.#previousName ?? "";
    this.#previousName = name;
    const sink = this.#sink;
    const start = sink.length;
    const most = Math.min(previous.length, name.length);
    let bits = 0;
    let prefix = 0;
    while (prefix < most) {
      const code = name.charCodeAt(prefix);
      if (code !== previous.charCodeAt(prefix)) break;
      bits |= code;
      prefix++;
    }
    sink.varint(prefix);
    sink.varint(name.length - prefix);
    const { bytes } = sink;
    let at = sink.length;
    for (let index = prefix; index < name.length; index++) {
      const code = name.charCodeAt(index);
      bits |= code;
      bytes[at++] = code;
    }
    sink.length = at;
    if (bits < 0x80) return;
    sink.length = start;
    this.#writeOtherName(Buffer.from(name), Buffer.from(previous));
  }

  #writeOtherName(name: Buffer, previous: Buffer): void {
    const most = Math.min(previous.length, name.length);
    let prefix = 0;
    while (prefix < most && name[prefix] === previous[prefix]) prefix++;
    this.#sink.varint(prefix);
    this.#sink.varint(name.length - prefix);
    this.#sink.copy(name, prefix, name.length);
  }

  #writeTime({ mtimeNs }: LeafEntry): void {
    const sink = this.#sink;
    const { seconds, nanoseconds } = time.split(mtimeNs);
    const delta = seconds - this.#seconds;
    this.#seconds = seconds;
    const zigzag = delta < 0 ? -delta * 2 - 1 : delta * 2;
    sink.varint(zigzag * 2 + (nanoseconds === 0 ? 0 : 1));
    if (nanoseconds === 0) return;
    if (!this.#inNanoseconds && nanoseconds % 100 !== 0) this.isTooCoarse = true;
    const fraction = this.#inNanoseconds ? nanoseconds : nanoseconds / 100;
    sink.byte(fraction & 0xff);
    sink.byte((fraction >>> 8) & 0xff);
    sink.byte((fraction >>> 16) & 0xff);
    if (this.#inNanoseconds) sink.byte(fraction >>> 24);
  }
}
