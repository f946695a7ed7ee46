/**
 * One entry of a listing, read from the bytes of its XML in one pass: what a comparison with the node tree needs, and nothing that
 * would have to be made for it. It takes only what it is sure of: the elements that it knows, without attributes, references,
 * comments or anything else that XML allows. Whatever is not so is left to `parseListing`, which understands or refuses it.
 */
import { Signature } from "../signature.js";

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const AMPERSAND = 0x26;
const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;

/** More digits than a size of a file has; all of them are safe integers. */
const MOST_SIZE_DIGITS = 15;
const QUOTE_REFERENCE = Buffer.from("&quot;");

const FILE_ID = 1;
const NAME = 2;
const LENGTH = 3;
const CREATED = 4;
const ACCESSED = 5;
const WRITTEN = 6;
const CHANGED = 7;
const MODIFIED = 8;
const ETAG = 9;
const ATTRIBUTES = 10;
const PERMISSION_KEY = 11;
const PROPERTIES = 12;

/** By number; 0 is none. */
const ELEMENTS = [
  "",
  "FileId",
  "Name",
  "Content-Length",
  "CreationTime",
  "LastAccessTime",
  "LastWriteTime",
  "ChangeTime",
  "Last-Modified",
  "Etag",
  "Attributes",
  "PermissionKey",
  "Properties",
].map((name) => Buffer.from(name));
const FILE = Buffer.from("File");
const DIRECTORY = Buffer.from("Directory");

/** What `scan` returns where it does not say where the entry ends. */
export const CUT_OFF = 0;
export const NOT_PLAIN = -1;

export class EntryScanner {
  // What the last entry said; valid when `scan` has returned its end.
  isDirectory = false;
  nameStart = 0;
  nameEnd = 0;
  isNameAscii = true;
  /** 0 for a directory. */
  sizeBytes = 0;
  /** When it was written: seconds since 1970 and the rest. */
  mtimeSeconds = 0;
  mtimeNanoseconds = 0;
  signature = 0;

  readonly #hash = new Signature();
  /** Where the text of each element begins and ends; a beginning of 0 is none. */
  readonly #starts = new Int32Array(ELEMENTS.length);
  readonly #ends = new Int32Array(ELEMENTS.length);
  #seconds = 0;
  #nanoseconds = 0;

  /**
   * @param start where `<File>` or `<Directory>` begins
   * @returns where the entry ends; CUT_OFF when `bytes` end before it does; NOT_PLAIN
   */
  scan(bytes: Buffer, start: number, isDirectory: boolean): number {
    const own = isDirectory ? DIRECTORY : FILE;
    this.isDirectory = isDirectory;
    this.#starts.fill(0);
    let at = start + own.length + 2;
    let isInProperties = false;
    for (;;) {
      let byte = bytes[at];
      while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
      if (byte !== LESS) return byte === undefined ? CUT_OFF : NOT_PLAIN;
      byte = bytes[++at];
      if (byte === SLASH) {
        const closed = isInProperties ? (ELEMENTS[PROPERTIES] as Buffer) : own;
        at = closing(bytes, at, closed);
        if (at <= 0) return at;
        if (!isInProperties) return this.#understand(bytes) ? at : NOT_PLAIN;
        isInProperties = false;
        continue;
      }
      const nameAt = at;
      while (byte !== undefined && isOfName(byte)) byte = bytes[++at];
      if (byte !== GREATER) return byte === undefined ? CUT_OFF : NOT_PLAIN;
      const element = elementAt(bytes, nameAt, at - nameAt);
      if (element === 0) return NOT_PLAIN;
      at++;
      if (element === PROPERTIES) {
        if (isInProperties) return NOT_PLAIN;
        isInProperties = true;
        continue;
      }
      const textAt = at;
      let bits = 0;
      byte = bytes[at];
      while (byte !== undefined && byte !== LESS) {
        // A reference counts as no ASCII: 0x26 is.
        bits |= byte === AMPERSAND ? 0x100 : byte;
        byte = bytes[++at];
      }
      if (byte === undefined) return CUT_OFF;
      const isPlain = bits < 0x80 || (element === NAME ? bits < 0x100 : element === ETAG);
      if (!isPlain) return NOT_PLAIN;
      if (element === NAME) this.isNameAscii = bits < 0x80;
      this.#starts[element] = textAt;
      this.#ends[element] = at;
      at = closing(bytes, at + 1, ELEMENTS[element] as Buffer);
      if (at <= 0) return at;
    }
  }

  /** @returns whether all of it is as it mostly is */
  #understand(bytes: Buffer): boolean {
    const hash = this.#hash;
    hash.restart();
    return (
      this.#takeName(bytes) &&
      this.#takeSize(bytes) &&
      this.#takeTime(bytes, WRITTEN) &&
      this.#keepWritten() &&
      this.#takeTime(bytes, CHANGED) &&
      this.#takeEtag(bytes) &&
      this.#takeText(bytes, ATTRIBUTES) &&
      this.#takeText(bytes, PERMISSION_KEY) &&
      this.#finish()
    );
  }

  #finish(): true {
    this.signature = this.#hash.value;
    return true;
  }

  /** Names that can be kept as they are, and no others. */
  #takeName(bytes: Buffer): boolean {
    const start = this.#starts[NAME] as number;
    const end = this.#ends[NAME] as number;
    if (start === 0 || start === end) return false;
    for (let at = start; at < end; at++) if (bytes[at] === SLASH || bytes[at] === 0) return false;
    if (bytes[start] === 0x2e && end - start <= 2) return false;
    this.nameStart = start;
    this.nameEnd = end;
    return true;
  }

  #takeSize(bytes: Buffer): boolean {
    this.sizeBytes = 0;
    const start = this.#starts[LENGTH] as number;
    const end = this.#ends[LENGTH] as number;
    if (this.isDirectory) {
      this.#hash.begin(1);
      this.#hash.digits(0, 1);
      return true;
    }
    const length = end - start;
    if (start === 0 || length === 0 || length > MOST_SIZE_DIGITS || (length > 1 && bytes[start] === ZERO)) return false;
    let size = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte < ZERO || byte > NINE) return false;
      size = size * 10 + (byte - ZERO);
    }
    this.sizeBytes = size;
    this.#hash.ascii(bytes, start, end);
    return true;
  }

  #keepWritten(): true {
    this.mtimeSeconds = this.#seconds;
    this.mtimeNanoseconds = this.#nanoseconds;
    return true;
  }

  /** `2026-11-20T10:00:00.1234567Z`, whose nanoseconds since 1970 have nineteen digits from 2001 to 2286. */
  #takeTime(bytes: Buffer, element: number): boolean {
    const start = this.#starts[element] as number;
    if (start === 0 || (this.#ends[element] as number) - start !== 28) return false;
    for (let at = 0; at < 28; at++) {
      const wanted = TIME_FORM[at] as number;
      const byte = bytes[start + at] as number;
      if (wanted === ZERO ? byte < ZERO || byte > NINE : byte !== wanted) return false;
    }
    const year = two(bytes, start) * 100 + two(bytes, start + 2);
    const month = two(bytes, start + 5);
    const day = two(bytes, start + 8);
    const hour = two(bytes, start + 11);
    const minute = two(bytes, start + 14);
    const second = two(bytes, start + 17);
    // The last days of months, as well as leap seconds, are left to those who know them.
    const isDate = year > 2001 && year < 2286 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
    if (!isDate || hour > 23 || minute > 59 || second > 59) return false;
    const seconds = ((daysTo(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    let ticks = 0;
    for (let at = start + 20; at < start + 27; at++) ticks = ticks * 10 + ((bytes[at] as number) - ZERO);
    this.#seconds = seconds;
    this.#nanoseconds = ticks * 100;
    this.#hash.begin(19);
    this.#hash.digits(seconds, 10);
    this.#hash.more(bytes, start + 20, start + 27);
    this.#hash.digits(0, 2);
    return true;
  }

  /** With quotes or without; the signature is of what is between them. */
  #takeEtag(bytes: Buffer): boolean {
    let start = this.#starts[ETAG] as number;
    let end = this.#ends[ETAG] as number;
    if (start === 0) {
      this.#hash.absent();
      return true;
    }
    const opening = quoteAt(bytes, start);
    if (opening > 0) {
      const ending = bytes[end - 1] === QUOTE ? 1 : QUOTE_REFERENCE.length;
      if (end - ending < start + opening || quoteAt(bytes, end - ending) !== ending) return false;
      start += opening;
      end -= ending;
    }
    if (start === end) return false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === QUOTE || byte === AMPERSAND || byte >= 0x80) return false;
    }
    this.#hash.ascii(bytes, start, end);
    return true;
  }

  #takeText(bytes: Buffer, element: number): boolean {
    const start = this.#starts[element] as number;
    const end = this.#ends[element] as number;
    if (start === 0 || start === end) this.#hash.absent();
    else this.#hash.ascii(bytes, start, end);
    return true;
  }
}

const TIME_FORM = Buffer.from("0000-00-00T00:00:00.0000000Z");
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] as number);
}

/** From 1970-01-01, of the Gregorian calendar: years begin in March, so that leap days come last. */
function daysTo(year: number, month: number, day: number): number {
  const from = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const leaps = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  return from * 365 + leaps + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - 719_468;
}

function two(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) - ZERO) * 10 + (bytes[at + 1] as number) - ZERO;
}

/** How many bytes the quote takes; 0 when there is none. */
function quoteAt(bytes: Buffer, at: number): number {
  if (bytes[at] === QUOTE) return 1;
  return isAt(bytes, at, QUOTE_REFERENCE) ? QUOTE_REFERENCE.length : 0;
}

function isOfName(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === 0x2d;
}

/** @param at where the slash should be @returns where the tag ends, CUT_OFF or NOT_PLAIN */
function closing(bytes: Buffer, at: number, name: Buffer): number {
  const end = at + name.length + 2;
  if (end > bytes.length) return CUT_OFF;
  return bytes[at] === SLASH && isAt(bytes, at + 1, name) && bytes[end - 1] === GREATER ? end : NOT_PLAIN;
}

function isAt(bytes: Buffer, at: number, what: Buffer): boolean {
  for (let index = 0; index < what.length; index++) if (bytes[at + index] !== what[index]) return false;
  return true;
}

/** @returns its number, 0 for one that is not known */
function elementAt(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at];
  let element = 0;
  if (length === 4) element = first === 0x4e ? NAME : ETAG;
  else if (length === 6) element = FILE_ID;
  else if (length === 10) element = first === 0x50 ? PROPERTIES : first === 0x41 ? ATTRIBUTES : CHANGED;
  else if (length === 12) element = CREATED;
  else if (length === 13) element = first === 0x50 ? PERMISSION_KEY : bytes[at + 4] === 0x57 ? WRITTEN : MODIFIED;
  else if (length === 14) element = first === 0x43 ? LENGTH : ACCESSED;
  return isAt(bytes, at, ELEMENTS[element] as Buffer) ? element : 0;
}
