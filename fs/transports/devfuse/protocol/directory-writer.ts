/** A piece of a directory as the kernel takes it: fuse_dirent, or fuse_direntplus with attributes, of linux/fuse.h. */
import type { NodeKind } from "../../../../core/node.js";
import type { NodeNumber } from "../../../node-number.js";
import {
  ENTRY_BYTES,
  put64,
  putEntry,
  putNoEntry,
  putListed,
  putNumber,
  typeOf,
  type ListedNode,
  type NumberedAttributes,
} from "./attributes-codec.js";

const DIRENT_BYTES = 24;
const OFFSET_AT = 8;

/**
 * Added to the offset of a directory's last entry, where that cannot change: the kernel asks what is behind it all the same, and
 * knows the answer itself. Offsets are below it, being nodes (node-number.ts) and a little.
 */
const END = 2 ** 40;

/** Whether the offset says by itself that nothing is behind it. */
export function isEnd(offset: number): boolean {
  return offset >= END;
}

export interface DirectoryRecord {
  readonly kind: NodeKind;
  /** To go on behind it. */
  readonly offset: number;
  readonly inode: NodeNumber;
}

export class DirectoryWriter {
  readonly #room: Buffer;
  #at = 0;
  #lastAt = -1;
  #lastOffset = 0;

  constructor(room: Buffer) {
    this.#room = room;
  }

  get usedBytes(): number {
    return this.#at;
  }

  /** @returns false, and nothing is written, when there is no room for it */
  add(name: Buffer, nameLength: number, record: DirectoryRecord): boolean {
    return this.#put(name, nameLength, record, this.#at);
  }

  /**
   * With all that `lookup` would answer.
   * @param name its first `nameLength` bytes, of UTF-8, are copied
   * @param entry undefined for what the kernel shall look up, and for `.` and `..`
   */
  addPlus(name: Buffer, nameLength: number, record: DirectoryRecord, entry: NumberedAttributes | undefined): boolean {
    const at = this.#at;
    // The name first, which is what may not fit.
    if (!this.#put(name, nameLength, record, at + ENTRY_BYTES)) return false;
    if (entry) putEntry(this.#room, at, entry);
    else putNoEntry(this.#room, at, 0);
    return true;
  }

  /** As `addPlus`, of a node in a snapshot. */
  addListed(name: Buffer, nameLength: number, node: ListedNode, validSeconds: number): boolean {
    const at = this.#at;
    if (!this.#put(name, nameLength, node, at + ENTRY_BYTES)) return false;
    putListed(this.#room, at, node, validSeconds);
    return true;
  }

  /** Nothing is behind the last record, and never will be. */
  end(): void {
    if (this.#lastAt >= 0) put64(this.#room, this.#lastAt + OFFSET_AT, this.#lastOffset + END);
  }

  #put(name: Buffer, nameLength: number, { kind, offset, inode }: DirectoryRecord, at: number): boolean {
    const room = this.#room;
    const nameAt = at + DIRENT_BYTES;
    const end = nameAt + nameLength;
    const next = (end + 7) & ~7;
    if (next > room.length) return false;
    putNumber(room, at, inode);
    put64(room, at + OFFSET_AT, offset);
    room.writeUInt32LE(nameLength, at + 16);
    room.writeUInt32LE(typeOf(kind), at + 20);
    // Names are short: a loop is done before a call has begun.
    for (let index = 0; index < nameLength; index++) room[nameAt + index] = name[index] as number;
    for (let pad = end; pad < next; pad++) room[pad] = 0;
    this.#at = next;
    this.#lastAt = at;
    this.#lastOffset = offset;
    return true;
  }
}
