/**
 * Identifiers. Ids and sizes are safe integers (`number`), decided here once for the whole project: handed out
 * one after another they stay below 2^53 for any tree that can exist, and a `number` costs no allocation. On disk
 * they are 64 bits wide; `safeInteger` guards every place where 64 bits become a `number`. The exceptions are
 * 64-bit by nature and therefore `bigint`: times in nanoseconds and the xorhash.
 */
import { DamagedError } from "./errors.js";

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** A node (directory, file or symlink) for its whole life, whatever it is called and wherever it moves. */
export type NodeId = Branded<number, "NodeId">;
/** Consecutive number of a snapshot within its share, from 1. */
export type SnapshotNumber = Branded<number, "SnapshotNumber">;
/** One version of one entry. A single counter per share hands them all out, so no two things ever share one. */
export type VersionNumber = Branded<number, "VersionNumber">;
/** A unit of stored content, or a list of such units. 0 is the empty content. */
export type ContentId = Branded<number, "ContentId">;
/** A bundle of small blobs. */
export type BundleId = Branded<number, "BundleId">;
/** Consecutive number of a lease of a share, from 1: of two writers, the one with the higher number is the rightful one. */
export type FencingNumber = Branded<number, "FencingNumber">;

/** Consecutive number of a prune record within its share, from 1. */
export type PruneNumber = Branded<number, "PruneNumber">;

/** The root directory of every share. */
export const ROOT_NODE = 1 as NodeId;
/** The parent of the root: no node has this id. */
export const NO_NODE = 0 as NodeId;
/** What an empty file holds, and what directories and symlinks have. */
export const EMPTY_CONTENT = 0 as ContentId;

/**
 * Narrows a 64-bit value read from disk to a safe integer.
 * @param where what was being read, for the error
 * @throws DamagedError when the value is outside 0 … 2^53 − 1
 */
export function safeInteger(value: bigint | number, where: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new DamagedError(`${where}: ${value} is not an id or size this format allows`, { where });
  }
  return number;
}

/**
 * Bundles that prunes have written have ids of their own, far behind those that backups hand out, so that a prune never takes
 * an id from a backup that runs beside it: 2^52 + number of the prune record · 2^20 + 0, 1, 2 …
 */
export const FIRST_REWRITTEN_BUNDLE = 2 ** 52;
const REWRITTEN_PER_PRUNE = 2 ** 20;

/** @returns undefined when one prune cannot write so many bundles (16 TiB) */
export function rewrittenBundleId(prune: PruneNumber, index: number): BundleId | undefined {
  if (index >= REWRITTEN_PER_PRUNE) return undefined;
  return (FIRST_REWRITTEN_BUNDLE + prune * REWRITTEN_PER_PRUNE + index) as BundleId;
}

/** The prune that wrote a bundle, and which of its bundles that is; undefined for a bundle of a backup. */
export function pruneOfBundle(id: BundleId): { readonly prune: PruneNumber; readonly index: number } | undefined {
  if (id < FIRST_REWRITTEN_BUNDLE) return undefined;
  const number = id - FIRST_REWRITTEN_BUNDLE;
  return { prune: Math.floor(number / REWRITTEN_PER_PRUNE) as PruneNumber, index: number % REWRITTEN_PER_PRUNE };
}

/** An id as it appears in object names: 14 lower-case hexadecimal digits, so that names sort like ids. */
export function hexId(id: number): string {
  return id.toString(16).padStart(14, "0");
}
