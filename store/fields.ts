/**
 * Reading FlatBuffers as if nobody could be trusted. The generated accessors check nothing: a wrong offset throws a
 * RangeError, gives undefined or reads elsewhere. `decoding` turns whatever they throw into DamagedError, and the
 * functions here check each value before it becomes a field of a domain type.
 */
import { Encoding, type ByteBuffer } from "flatbuffers";
import { DamagedError, SharestrataError } from "../core/errors.js";
import { safeInteger } from "../core/ids.js";
import { nameProblem } from "../core/names.js";
import type { TimeNs } from "../core/time.js";
import { damaged, FORMAT_VERSION, newerFormat } from "./envelope.js";

export const SHA256_BYTES = 32;

// FlatBuffers' own decoder drops a leading U+FEFF and replaces what is not UTF-8; a name must come back as it was.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Runs a codec on the object `name`; anything thrown that is not a SharestrataError becomes a DamagedError naming it. */
export function decoding<T>(name: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DamagedError) {
      throw error.fields.where === name ? error : damaged(name, `cannot be read (${error.message})`, error);
    }
    if (error instanceof SharestrataError) throw error;
    throw damaged(name, "has a structure that cannot be read", error);
  }
}

/** The `format` field of a root table. */
export function checkFormat(name: string, format: number): void {
  if (format > FORMAT_VERSION) throw newerFormat(name, format);
  if (format === 0) throw damaged(name, "says no format");
}

/** @throws DamagedError unless the four-byte file identifier is `identifier` */
export function checkIdentifier(name: string, buffer: ByteBuffer, identifier: string): void {
  if (buffer.capacity() < 8 || !buffer.__has_identifier(identifier)) throw damaged(name, "holds something else");
}

/** What the generated string accessors look like when asked for bytes. */
type StringField = (encoding: Encoding) => string | Uint8Array | null;

/** @returns undefined when the field is absent */
export function optionalText(field: StringField): string | undefined {
  const value = field(Encoding.UTF8_BYTES);
  if (value === null) return undefined;
  return typeof value === "string" ? value : utf8.decode(value);
}

export function text(what: string, field: StringField): string {
  const value = optionalText(field);
  if (value === undefined) throw missing(what);
  return value;
}

/** A node's name. @param allowEmpty the root's is "" */
export function nodeName(value: string, allowEmpty = false): string {
  if (allowEmpty && value === "") return value;
  const problem = nameProblem(value);
  if (problem !== undefined) throw new DamagedError(`a name is not allowed: ${problem}`, { where: "name" });
  return value;
}

/** A copy, so that no decoded field keeps the whole object alive. */
export function sha256Field(what: string, value: Uint8Array | null): Uint8Array {
  if (value === null) throw missing(what);
  if (value.length !== SHA256_BYTES) {
    throw new DamagedError(`${what} has ${value.length} bytes instead of ${SHA256_BYTES}`, { where: what });
  }
  return Uint8Array.prototype.slice.call(value);
}

export function time(value: bigint): TimeNs {
  return value as TimeNs;
}

/** An id or size of the branded kind T. */
export function id<T extends number = number>(value: bigint | number, what: string): T {
  return safeInteger(value, what) as T;
}

/** An id that 0 is not one of. */
export function positiveId<T extends number = number>(value: bigint | number, what: string): T {
  const number = safeInteger(value, what);
  if (number === 0) throw new DamagedError(`${what} is 0`, { where: what });
  return number as T;
}

/** Table entries by the number that stands for them. */
export function enumValue<T>(values: readonly T[], value: number, what: string): T {
  const found = values[value];
  if (found === undefined) throw new DamagedError(`${what} is ${value}, which means nothing`, { where: what });
  return found;
}

/**
 * Decodes a vector. A count that the payload cannot hold (each element takes at least 4 bytes) is refused before
 * anything is allocated for it.
 */
export function vector<F, T>(
  buffer: ByteBuffer,
  count: number,
  element: (index: number) => F | null,
  decode: (field: F, index: number) => T,
): T[] {
  if (count < 0 || count > buffer.capacity() / 4) {
    throw new DamagedError(`a list of ${count} entries does not fit`, { where: "count" });
  }
  const list: T[] = [];
  for (let index = 0; index < count; index++) {
    const field = element(index);
    if (field === null) throw missing("an entry of a list");
    list.push(decode(field, index));
  }
  return list;
}

export function missing(what: string): DamagedError {
  return new DamagedError(`${what} is missing`, { where: what });
}
