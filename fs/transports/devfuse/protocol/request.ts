/**
 * The kernel's messages, decoded (linux/fuse.h, protocol 7). Nothing outside a message is read, whatever its lengths say; one that
 * makes no sense is a ProtocolError that says whom to answer, if anybody.
 */
import type { NodeNumber } from "../../../node-number.js";
import { OPCODE, WRITES } from "./opcodes.js";

/** The bytes of every message's header. */
export const HEADER_BYTES = 40;
/** Names beyond this the kernel refuses by itself: FUSE_NAME_MAX was 1024, and is PATH_MAX in newer ones. */
const MAX_NAME_BYTES = 4096;

interface Asked {
  /** What the answer must carry. Even, and below 2^53 for any mount that can exist. */
  readonly unique: number;
  readonly node: NodeNumber;
}

export type Request = Asked &
  (
    | { readonly kind: "getattr" | "readlink" | "statfs" | "destroy" }
    | { readonly kind: "lookup"; readonly name: string }
    | { readonly kind: "readdir"; readonly plus: boolean; readonly offset: number; readonly sizeBytes: number }
    | { readonly kind: "read"; readonly offset: number; readonly sizeBytes: number }
    /** A size of 0 asks how many bytes there are. */
    | { readonly kind: "getxattr"; readonly name: string; readonly sizeBytes: number }
    | { readonly kind: "listxattr"; readonly sizeBytes: number }
    | {
        readonly kind: "init";
        readonly major: number;
        readonly minor: number;
        readonly readaheadBytes: number;
        readonly flags: number;
      }
    /** Not answered: somebody does not want the answer to `target` any more. */
    | { readonly kind: "interrupt"; readonly target: number }
    /** Not answered. */
    | { readonly kind: "forget" }
    /** To be refused: it would change something, or nothing here knows it. */
    | { readonly kind: "write" | "unknown" }
  );

/** A message that is not what the protocol says. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** To be answered with EINVAL; undefined when there is no telling whom to answer. */
  readonly unique: number | undefined;

  constructor(message: string, unique?: number) {
    super(message);
    this.unique = unique;
  }
}

/** Whether the first `length` bytes are a message that only tells what the kernel has forgotten; decoding would say the same. */
export function isForget(message: Buffer, length: number): boolean {
  if (length < HEADER_BYTES) return false;
  const opcode = message.readUInt32LE(4);
  return opcode === OPCODE.forget || opcode === OPCODE.batchForget;
}

/** Whether the first `length` bytes are a message that asks for contents. */
export function isRead(message: Buffer, length: number): boolean {
  return length >= HEADER_BYTES && message.readUInt32LE(4) === OPCODE.read;
}

/**
 * @param message one message, whole
 * @throws ProtocolError
 */
export function decodeRequest(message: Buffer): Request {
  if (message.length < HEADER_BYTES) throw new ProtocolError("the message has no header");
  const unique = word64(message, 8);
  if (unique === undefined) throw new ProtocolError("the message's number is too great");
  if (message.readUInt32LE(0) !== message.length) throw new ProtocolError("the message has another length", unique);
  const opcode = message.readUInt32LE(4);
  const node: NodeNumber = { low: message.readUInt32LE(16), high: message.readUInt32LE(20) };
  const body = new Body(message, unique);
  switch (opcode) {
    case OPCODE.lookup:
      return { kind: "lookup", unique, node, name: body.name(0) };
    case OPCODE.getattr:
      return { kind: "getattr", unique, node };
    case OPCODE.readdirplus:
    case OPCODE.readdir:
      return {
        kind: "readdir",
        unique,
        node,
        plus: opcode === OPCODE.readdirplus,
        offset: body.offset(8),
        sizeBytes: body.word(16),
      };
    case OPCODE.read:
      return { kind: "read", unique, node, offset: body.offset(8), sizeBytes: body.word(16) };
    case OPCODE.readlink:
      return { kind: "readlink", unique, node };
    case OPCODE.statfs:
      return { kind: "statfs", unique, node };
    case OPCODE.getxattr:
      return { kind: "getxattr", unique, node, sizeBytes: body.word(0), name: body.name(8) };
    case OPCODE.listxattr:
      return { kind: "listxattr", unique, node, sizeBytes: body.word(0) };
    case OPCODE.init:
      return {
        kind: "init",
        unique,
        node,
        major: body.word(0),
        minor: body.word(4),
        // A kernel of another major version may send less.
        readaheadBytes: body.wordIfThere(8),
        flags: body.wordIfThere(12),
      };
    case OPCODE.interrupt:
      return { kind: "interrupt", unique, node, target: body.offset(0) };
    case OPCODE.forget:
    case OPCODE.batchForget:
    case OPCODE.notifyReply:
      return { kind: "forget", unique, node };
    case OPCODE.destroy:
      return { kind: "destroy", unique, node };
    default:
      return { kind: WRITES.has(opcode) ? "write" : "unknown", unique, node };
  }
}

/** What follows the header. Offsets count from its end. */
class Body {
  readonly #message: Buffer;
  readonly #unique: number;

  constructor(message: Buffer, unique: number) {
    this.#message = message;
    this.#unique = unique;
  }

  word(offset: number): number {
    return this.#message.readUInt32LE(this.#at(offset, 4));
  }

  wordIfThere(offset: number): number {
    return this.#message.length >= HEADER_BYTES + offset + 4 ? this.word(offset) : 0;
  }

  /** 64 bits that are a place in a file or directory, or a message's number. */
  offset(offset: number): number {
    const value = word64(this.#message, this.#at(offset, 8));
    if (value === undefined) throw this.#wrong("an offset is too great");
    return value;
  }

  /** Ends with the first NUL. Bytes that are no UTF-8 give a name that nothing has. */
  name(offset: number): string {
    const start = this.#at(offset, 1);
    const end = this.#message.indexOf(0, start);
    if (end < 0) throw this.#wrong("a name does not end");
    if (end === start || end - start > MAX_NAME_BYTES) throw this.#wrong("a name is empty or too long");
    const bytes = this.#message.subarray(start, end);
    const name = bytes.toString("utf8");
    // Wrong bytes become U+FFFD, which a file may have in its name as well.
    return name.includes("\uFFFD") && !Buffer.from(name).equals(bytes) ? "\0" : name;
  }

  #at(offset: number, sizeBytes: number): number {
    const at = HEADER_BYTES + offset;
    if (at + sizeBytes > this.#message.length) throw this.#wrong("the message is cut off");
    return at;
  }

  #wrong(message: string): ProtocolError {
    return new ProtocolError(message, this.#unique);
  }
}

function word64(message: Buffer, at: number): number | undefined {
  const value = message.readUInt32LE(at) + message.readUInt32LE(at + 4) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : undefined;
}
