/** Numbers of the section format that its writer and reader share. */
import type { NodeKind } from "../../core/node.js";

/** Names are at most 255 characters (Azure Files) or 255 bytes (Linux); a character is at most 3 bytes a code unit. */
export const MAX_NAME_BYTES = 1024;

/** Times are multiples of 100 ns unless a section says otherwise. */
export const SECTION_IN_NANOSECONDS = 0x01;
export const SECTION_HAS_POSIX = 0x02;

/** Bits of an entry's first byte, above the two of its kind. */
export const FLAG = {
  node: 0x04,
  version: 0x08,
  content: 0x10,
  posix: 0x20,
  past: 0x40,
  sameName: 0x80,
} as const;

export const KINDS: readonly NodeKind[] = ["directory", "file", "symlink"];
export const KIND_NUMBERS: Readonly<Record<NodeKind, number>> = { directory: 0, file: 1, symlink: 2 };

/** A value as near as this to what was expected moves the expectation; a farther one is taken for an exception. */
const NEAR = 64;

/** What is expected after `value` when `expected` was: the next number, counted from the value or past an exception. */
export function nextInChain(expected: number, value: number): number {
  return isNear(value, expected) ? value + 1 : expected + 1;
}

export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < NEAR;
}

/** The numbers that an entry is told by the difference from. */
export interface Expected {
  readonly node: number;
  readonly version: number;
  readonly content: number;
  /** Of further entries of the same name. */
  readonly slotVersion: number;
  readonly slotContent: number;
  /** Of the entry before. */
  readonly seconds: number;
}
