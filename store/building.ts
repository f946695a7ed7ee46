/**
 * Writing FlatBuffers: checks that keep this program from storing what it would refuse to read. They throw
 * `INTERNAL`, because a caller that gets here with such a value is at fault, not the data.
 */
import type { Builder, Offset } from "flatbuffers";
import { SharestrataError } from "../core/errors.js";
import { nameProblem } from "../core/names.js";
import { SHA256_BYTES } from "./fields.js";

/** 0 stands for "absent" where an offset is optional. */
export const ABSENT: Offset = 0;

export function refuse(message: string): SharestrataError {
  return new SharestrataError("INTERNAL", message);
}

/** An id or size, as 64 bits. */
export function uint64(value: number): bigint {
  if (!Number.isSafeInteger(value) || value < 0) throw refuse(`${value} is not an id or size and cannot be stored.`);
  return BigInt(value);
}

export function uint32(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw refuse(`${value} does not fit into 32 bits and cannot be stored.`);
  }
  return value;
}

/** A time. @throws SharestrataError when it lies outside the years 1678 … 2262 */
export function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw refuse(`The time ${value} does not fit into 64 bits.`);
  return value;
}

export function fingerprint(value: bigint): bigint {
  if (BigInt.asUintN(64, value) !== value) throw refuse(`The fingerprint ${value} does not fit into 64 bits.`);
  return value;
}

export function addText(builder: Builder, value: string | undefined): Offset {
  return value === undefined ? ABSENT : builder.createString(value);
}

export function addName(builder: Builder, name: string, allowEmpty = false): Offset {
  const problem = allowEmpty && name === "" ? undefined : nameProblem(name);
  if (problem !== undefined) throw refuse(`A name cannot be stored: ${problem}.`);
  return builder.createString(name);
}

export function addBytes(builder: Builder, value: Uint8Array | undefined): Offset {
  return value === undefined ? ABSENT : builder.createByteVector(value);
}

export function addSha256(builder: Builder, value: Uint8Array): Offset {
  if (value.length !== SHA256_BYTES) throw refuse(`A SHA-256 of ${value.length} bytes cannot be stored.`);
  return builder.createByteVector(value);
}

/** A vector of tables that are built already, in order. */
export function addTables(builder: Builder, tables: readonly Offset[]): Offset {
  builder.startVector(4, tables.length, 4);
  for (let i = tables.length - 1; i >= 0; i--) builder.addOffset(tables[i] ?? ABSENT);
  return builder.endVector();
}

/** As `addTables`, but an empty list is absent. */
export function addOptionalTables(builder: Builder, tables: readonly Offset[]): Offset {
  return tables.length === 0 ? ABSENT : addTables(builder, tables);
}
