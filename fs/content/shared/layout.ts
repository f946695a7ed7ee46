/**
 * Where everything lies in the shared memory of a blob cache: a header of 32-bit words, its users and their pins, the hash
 * buckets, the entries, a link for each unit, and the units. Made for one process, so it has no version and no byte order.
 * Memory that was never written to is not committed, so a cache that nobody reads through costs its tables' first pages.
 */

/** What blobs are kept in, chained where they do not lie behind each other. A blob takes whole ones. */
export const UNIT_BYTES = 4096;
/** Users that a cache may have, of which there is one in each thread. */
export const MOST_USERS = 32;
/** Blobs that a user may hold views of at a time. */
export const PINS_PER_USER = 24;

/** Words of the header. */
export const Header = {
  /** 0, or the number of the user that holds the lock, counted from 1. */
  lock: 0,
  /** Not 0: a thread has gone with the lock in its hands, and nothing in the tables is believed any more. */
  isOff: 1,
  /** Changes whenever something that was being loaded is there, or is given up. */
  landed: 2,
  /** Where the clock's hand stands, an entry. */
  hand: 3,
  /** Where the search for free units goes on. */
  cursor: 4,
  freeUnits: 5,
  /** The first of the chain of free entries, counted from 1. */
  freeEntry: 6,
  /** Entries from here on were never used. */
  top: 7,
  wordCount: 16,
} as const;

/** Words of an entry. */
export const Entry = {
  slot: 0,
  idLow: 1,
  idHigh: 2,
  sizeBytes: 3,
  /** Counted from 1; 0: none. */
  firstUnit: 4,
  state: 5,
  /** The user that loads it. */
  owner: 6,
  /** The next in its bucket, or in the chain of free ones; counted from 1. */
  next: 7,
  /** Whether it was asked for since the hand came by. */
  isUsed: 8,
  wordCount: 9,
} as const;

export const State = { free: 0, loading: 1, ready: 2 } as const;

/** Link of a unit that no blob has; otherwise the unit behind it, counted from 1, 0 at the end. Set when the cache is made. */
export const FREE_UNIT = -1;

export interface Layout {
  readonly header: Int32Array;
  /** By number of a user the thread it lives in, counted from 1; 0 where there is none. */
  readonly users: Int32Array;
  readonly pins: Int32Array;
  readonly buckets: Int32Array;
  readonly entries: Int32Array;
  readonly links: Int32Array;
  readonly units: Uint8Array;
  readonly unitCount: number;
}

const WORD = Int32Array.BYTES_PER_ELEMENT;
const FIXED_BYTES = (Header.wordCount + MOST_USERS * (1 + PINS_PER_USER)) * WORD;
/** What the tables take for each unit: an entry, its link, and a bucket for every other. */
const BYTES_PER_UNIT = UNIT_BYTES + (Entry.wordCount + 1) * WORD + WORD / 2;

/** @returns the parts of `memory`, whatever made it; of a memory that is too small for a unit, none */
export function layoutOf(memory: SharedArrayBuffer): Layout {
  const fitting = Math.floor((memory.byteLength - FIXED_BYTES - UNIT_BYTES) / BYTES_PER_UNIT);
  const unitCount = Math.max(0, fitting & ~1);
  let at = 0;
  const words = (count: number): Int32Array => {
    const part = new Int32Array(memory, at, count);
    at += count * WORD;
    return part;
  };
  if (unitCount === 0) {
    const nothing = new Int32Array(0);
    return {
      header: words(Header.wordCount),
      users: nothing,
      pins: nothing,
      buckets: nothing,
      entries: nothing,
      links: nothing,
      units: new Uint8Array(0),
      unitCount,
    };
  }
  const header = words(Header.wordCount);
  const users = words(MOST_USERS);
  const pins = words(MOST_USERS * PINS_PER_USER);
  const buckets = words(unitCount / 2);
  const entries = words(unitCount * Entry.wordCount);
  const links = words(unitCount);
  const start = Math.ceil(at / UNIT_BYTES) * UNIT_BYTES;
  return {
    header,
    users,
    pins,
    buckets,
    entries,
    links,
    units: new Uint8Array(memory, start, unitCount * UNIT_BYTES),
    unitCount,
  };
}

/** @returns a memory of at most `maxBytes` in all, ready for use */
export function newMemory(maxBytes: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(Math.max(Header.wordCount * WORD, Math.floor(maxBytes / WORD) * WORD));
  const { header, links, unitCount } = layoutOf(memory);
  header[Header.freeUnits] = unitCount;
  links.fill(FREE_UNIT);
  return memory;
}
