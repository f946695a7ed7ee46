/**
 * Decoding the entries of one directory, one after another, without making an object of an entry unless it is asked
 * for. Every step is checked against the section's end, so damaged bytes are an error that names the place.
 */
import { DamagedError } from "../../core/errors.js";
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { TimeNs } from "../../core/time.js";
import type { LeafEntry } from "./leaf-entry.js";
import {
  type Expected,
  FLAG,
  KINDS,
  MAX_NAME_BYTES,
  nextInChain,
  SECTION_HAS_POSIX,
  SECTION_IN_NANOSECONDS,
} from "./section-format.js";

const SECOND = 1_000_000_000n;
const LATEST_SECOND = 2 ** 40;
/** Snapshots have four bytes in keys. */
const LATEST_SNAPSHOT = 0xffff_ffff;
/** Longer names make the reader look for more room. */
const USUAL_NAME_BYTES = 128;

export class SectionReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly directory: NodeId;
  readonly inNanoseconds: boolean;
  #at: number;
  /** Where the entry it stands on begins. */
  entryStart = 0;

  nameBytes: Buffer;
  nameLength = 0;
  #ascii = true;
  #name: string | undefined;
  kind = 0;
  nodeId = 0;
  version = 0;
  until = 0;
  sizeBytes = 0;
  contentId = 0;
  posixId = 0;
  signature = 0;
  #xorhashAt = 0;
  #view: DataView | undefined;
  /** The modification time: whole seconds, rounded down, and the rest. */
  seconds = 0;
  nanoseconds = 0;

  #node: number;
  #nextVersion: number;
  #nextContent: number;
  #slotVersion = 0;
  #slotContent = 0;
  #started = false;
  #ended = false;

  /**
   * The section's body is `bytes` from `start` to `end`.
   * @param scratch where names are put together: given by who reads one section at a time and to its end
   */
  constructor(
    bytes: Buffer,
    start: number,
    end: number,
    directory: NodeId,
    scratch = Buffer.allocUnsafe(USUAL_NAME_BYTES),
  ) {
    this.nameBytes = scratch;
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.directory = directory;
    const flags = this.#byte();
    if (flags > (SECTION_IN_NANOSECONDS | SECTION_HAS_POSIX)) throw this.#damaged("unknown flags");
    this.inNanoseconds = (flags & SECTION_IN_NANOSECONDS) !== 0;
    this.#node = this.#id(directory + this.#signed());
    this.#nextVersion = this.#id(this.#node + this.#signed());
    this.#nextContent = this.#varint();
    this.seconds = this.#signed();
    if (flags & SECTION_HAS_POSIX) this.posixId = this.#varint();
  }

  /** Whether it stands on an entry: not before the first, nor behind the last. */
  get isOnEntry(): boolean {
    return this.#started && !this.#ended;
  }

  /** Behind the entry it stands on, or behind the section's header. */
  get entryEnd(): number {
    return this.#at;
  }

  /** Whether the entry it stands on is not the last of its name. */
  get isNameGoingOn(): boolean {
    return this.#at < this.#end && ((this.#bytes[this.#at] as number) & FLAG.sameName) !== 0;
  }

  /** What the next entry is told by, besides name, node, time and `posixId` of the entry it stands on. */
  get expected(): Expected {
    return {
      node: this.#node,
      version: this.#nextVersion,
      content: this.#nextContent,
      slotVersion: this.#slotVersion,
      slotContent: this.#slotContent,
      seconds: this.seconds,
    };
  }

  /** Moves to the next entry. @returns false at the end; @throws DamagedError */
  next(): boolean {
    if (this.#at >= this.#end) {
      this.#ended = true;
      return false;
    }
    this.entryStart = this.#at;
    const flags = this.#byte();
    const sameName = (flags & FLAG.sameName) !== 0;
    if (sameName) {
      if (!this.#started) throw this.#damaged("the first entry has no name");
    } else {
      this.#readName();
      this.#slotVersion = this.#nextVersion;
      this.#slotContent = this.#nextContent;
    }
    this.#started = true;
    this.kind = flags & 0x03;
    if (this.kind > 2) throw this.#damaged("unknown kind");
    this.until = flags & FLAG.past ? this.#varint() : 0;
    if (flags & FLAG.past && (this.until === 0 || this.until > LATEST_SNAPSHOT)) {
      throw this.#damaged("a past entry has no end that can be");
    }
    const expectedNode = sameName ? this.nodeId : this.#node;
    this.nodeId = flags & FLAG.node ? this.#id(expectedNode + this.#signed()) : expectedNode;
    this.version = flags & FLAG.version ? this.#id(this.#slotVersion + this.#signed()) : this.#slotVersion;
    if (flags & FLAG.posix) this.posixId = this.#varint();
    this.#readTime();
    this.sizeBytes = this.kind === 0 ? 0 : this.#varint();
    this.contentId = 0;
    if (this.kind === 1) {
      const expected = this.sizeBytes === 0 ? 0 : this.#slotContent;
      this.contentId = flags & FLAG.content ? this.#id(expected + this.#signed()) : expected;
    }
    this.signature = 0;
    this.#xorhashAt = 0;
    if (this.until === 0) {
      if (this.kind === 1) this.#xorhashAt = this.#take(8);
      this.signature = this.#bytes.readUInt32LE(this.#take(4));
    }
    if (!sameName) {
      this.#node = nextInChain(this.#node, this.nodeId);
      this.#nextVersion = nextInChain(this.#nextVersion, this.version);
      if (this.kind === 1 && this.sizeBytes !== 0) this.#nextContent = nextInChain(this.#nextContent, this.contentId);
    }
    return true;
  }

  get name(): string {
    this.#name ??= this.#ascii
      ? this.nameBytes.toString("latin1", 0, this.nameLength)
      : this.nameBytes.toString("utf8", 0, this.nameLength);
    return this.#name;
  }

  /** As `compareUtf8(this.name, …)`, without making a string of the name. */
  compareName(utf8: Buffer): number {
    const length = Math.min(this.nameLength, utf8.length);
    for (let index = 0; index < length; index++) {
      const difference = (this.nameBytes[index] as number) - (utf8[index] as number);
      if (difference !== 0) return difference;
    }
    return this.nameLength - utf8.length;
  }

  /** Whether the entry it stands on has this name, without making a string of its own. */
  isNamed(name: string): boolean {
    if (!this.#ascii) return this.name === name;
    const bytes = this.nameBytes;
    let at = this.nameLength;
    if (name.length !== at) return false;
    // Neighbours begin alike, so they are told apart sooner from the end.
    while (at-- > 0) if (bytes[at] !== name.charCodeAt(at)) return false;
    return true;
  }

  get mtimeNs(): TimeNs {
    return (BigInt(this.seconds) * SECOND + BigInt(this.nanoseconds)) as TimeNs;
  }

  get xorhash(): bigint {
    if (this.#xorhashAt === 0) return 0n;
    const { buffer, byteOffset, byteLength } = this.#bytes;
    // A DataView reads 64 bits many times as fast as a Buffer.
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view.getBigUint64(this.#xorhashAt, true);
  }

  /** The entry the reader stands on. */
  entry(): LeafEntry {
    return {
      name: this.name,
      kind: KINDS[this.kind] ?? "file",
      nodeId: this.nodeId as NodeId,
      version: this.version as VersionNumber,
      until: this.until as SnapshotNumber,
      mtimeNs: this.mtimeNs,
      sizeBytes: this.sizeBytes,
      contentId: this.contentId as ContentId,
      xorhash: this.xorhash,
      signature: this.signature,
      posixId: this.posixId,
    };
  }

  #readName(): void {
    const prefix = this.#varint();
    const suffix = this.#varint();
    const length = prefix + suffix;
    if (prefix > this.nameLength || length > MAX_NAME_BYTES) throw this.#damaged("a name is too long");
    const start = this.#take(suffix);
    if (length > this.nameBytes.length) this.nameBytes = Buffer.concat([this.nameBytes], MAX_NAME_BYTES);
    let bits = this.#ascii || prefix === 0 ? 0 : 0x80;
    for (let index = 0; index < suffix; index++) {
      const byte = this.#bytes[start + index] as number;
      bits |= byte;
      this.nameBytes[prefix + index] = byte;
    }
    // Once a prefix has been kept of a name that was not ASCII, the next name counts as such too: slower, never wrong.
    this.#ascii = bits < 0x80;
    this.nameLength = length;
    this.#name = undefined;
  }

  #readTime(): void {
    const value = this.#varint();
    const zigzag = Math.floor(value / 2);
    this.seconds += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    if (Math.abs(this.seconds) > LATEST_SECOND) throw this.#damaged("a time is out of range");
    if (value % 2 === 0) this.nanoseconds = 0;
    else if (this.inNanoseconds) this.nanoseconds = this.#bytes.readUInt32LE(this.#take(4));
    else this.nanoseconds = this.#bytes.readUIntLE(this.#take(3), 3) * 100;
  }

  #byte(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  #varint(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at++] ?? 0;
    let value = byte & 0x7f;
    if (byte > 0x7f) {
      let scale = 0x80;
      do {
        byte = bytes[at++] ?? 0;
        value += (byte & 0x7f) * scale;
        scale *= 0x80;
      } while (byte > 0x7f && scale < 2 ** 56);
    }
    if (at > this.#end || byte > 0x7f || value > Number.MAX_SAFE_INTEGER)
      throw this.#damaged("a number is cut off or too long");
    this.#at = at;
    return value;
  }

  #signed(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #id(value: number): number {
    if (value < 0 || !Number.isSafeInteger(value)) throw this.#damaged(`${value} is no id`);
    return value;
  }

  #take(size: number): number {
    const start = this.#at;
    if (start + size > this.#end) throw this.#damaged("it ends too early");
    this.#at = start + size;
    return start;
  }

  #damaged(what: string): DamagedError {
    const where = `directory ${this.directory} in the node tree`;
    return new DamagedError(`${where}: ${what}`, { where });
  }
}
