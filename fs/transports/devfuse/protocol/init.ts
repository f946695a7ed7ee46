/** The first exchange with the kernel: which version is spoken, and what of it is used (linux/fuse.h). */
import type { Request } from "./request.js";
import type { Reply } from "./reply.js";

const MAJOR = 7;
/** The newest version of which everything used here is known. */
const MINOR = 38;
/** With it came max_pages, without which reads are cut to 128 KiB; Linux 4.20. */
const LEAST_MINOR = 28;
const INIT_BYTES = 64;
const PAGE_BYTES = 4096;

const FLAG = {
  asyncRead: 1 << 0,
  bigWrites: 1 << 5,
  autoInvalidateData: 1 << 12,
  readdirplus: 1 << 13,
  asyncDirectIo: 1 << 15,
  noOpen: 1 << 17,
  parallelDirectories: 1 << 18,
  maxPages: 1 << 22,
  cacheSymlinks: 1 << 23,
  noOpendir: 1 << 24,
} as const;

/** What is used where the kernel knows it. Everything else would be about writing. */
const WANTED = Object.values(FLAG).reduce((all, flag) => all | flag, 0);
/** Without these the transport would be another one. */
const NEEDED = FLAG.readdirplus | FLAG.noOpen | FLAG.noOpendir;

/** A read never asks for more: the kernel's own limit. */
export const MAX_READ_BYTES = 1024 * 1024;
/** Never written, and it says how large a buffer messages need. */
const MAX_WRITE_BYTES = PAGE_BYTES;
/** So many read-ahead requests may be under way, before the kernel waits. */
const MAX_BACKGROUND = 64;

export interface Negotiated {
  readonly minor: number;
  /** Why this kernel cannot be spoken to, in half a sentence; undefined when it can. */
  readonly problem: string | undefined;
}

/** Puts the answer to `init` into `reply`. A kernel with a newer major version asks again after it. */
export function negotiate(request: Extract<Request, { readonly kind: "init" }>, reply: Reply): Negotiated {
  const { major, minor, flags, readaheadBytes } = request;
  const problem = problemOf(major, minor, flags);
  const body = reply.room(INIT_BYTES).fill(0);
  body.writeUInt32LE(MAJOR, 0);
  body.writeUInt32LE(MINOR, 4);
  if (major > MAJOR) return { minor, problem: undefined };
  // No less than the kernel offers: it takes the lesser of both.
  body.writeUInt32LE(Math.max(readaheadBytes, MAX_READ_BYTES), 8);
  body.writeUInt32LE((flags & WANTED) >>> 0, 12);
  body.writeUInt16LE(MAX_BACKGROUND, 16);
  body.writeUInt16LE((MAX_BACKGROUND / 4) * 3, 18);
  body.writeUInt32LE(MAX_WRITE_BYTES, 20);
  // Times are exact to the nanosecond.
  body.writeUInt32LE(1, 24);
  body.writeUInt16LE(MAX_READ_BYTES / PAGE_BYTES, 28);
  return { minor, problem };
}

function problemOf(major: number, minor: number, flags: number): string | undefined {
  const version = `this kernel speaks version ${major}.${minor} of the FUSE protocol`;
  if (major < MAJOR || (major === MAJOR && minor < LEAST_MINOR)) {
    return `${version}, and ${MAJOR}.${LEAST_MINOR} is needed (Linux 4.20)`;
  }
  return (flags & NEEDED) === NEEDED || major > MAJOR ? undefined : `${version}, but not all of it`;
}
