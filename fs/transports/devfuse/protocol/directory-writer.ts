/** A piece of a directory as the kernel takes it: fuse_dirent, or fuse_direntplus with attributes, of linux/fuse.h. */
import type { NodeKind } from "../../../../core/node.js";
import type { NodeNumber } from "../../../node-number.js";
import {
  ENTRY_BYTES,
  put64,
  putEntry,
  putNoEntry,
  putNumber,
  typeOf,
  type NumberedAttributes,
} from "./attributes-codec.js";

const DIRENT_BYTES = 24;
/** No record is shorter: with a name of one byte. */
export const LEAST_RECORD_BYTES = 32;

export interface DirectoryRecord {
  readonly name: string;
  readonly kind: NodeKind;
  /** To go on behind it. */
  readonly offset: number;
  readonly inode: NodeNumber;
}

export class DirectoryWriter {
  readonly #room: Buffer;
  #at = 0;

  constructor(room: Buffer) {
    this.#room = room;
  }

  get usedBytes(): number {
    return this.#at;
  }

  /** @returns false, and nothing is written, when there is no room for it */
  add(record: DirectoryRecord): boolean {
    return this.#put(record, this.#at);
  }

  /**
   * With all that `lookup` would answer.
   * @param entry undefined for `.` and `..`, of which the kernel takes no attributes
   */
  addPlus(record: DirectoryRecord, entry: NumberedAttributes | undefined): boolean {
    const at = this.#at;
    // The name first, which is what may not fit.
    if (!this.#put(record, at + ENTRY_BYTES)) return false;
    if (entry) putEntry(this.#room, at, entry);
    else putNoEntry(this.#room, at, 0);
    return true;
  }

  #put({ name, kind, offset, inode }: DirectoryRecord, at: number): boolean {
    const room = this.#room;
    const nameAt = at + DIRENT_BYTES;
    // A character takes three bytes at most.
    if (nameAt + name.length * 3 > room.length && nameAt + Buffer.byteLength(name) > room.length) return false;
    const nameBytes = room.write(name, nameAt);
    const end = nameAt + nameBytes;
    const next = (end + 7) & ~7;
    if (next > room.length) return false;
    for (let pad = end; pad < next; pad++) room[pad] = 0;
    putNumber(room, at, inode);
    put64(room, at + 8, offset);
    room.writeUInt32LE(nameBytes, at + 16);
    room.writeUInt32LE(typeOf(kind), at + 20);
    this.#at = next;
    return true;
  }
}
