/** What a check of a catalog finds. */

/**
 * `file`: pages of the LMDB file itself. `record`: bytes that cannot be read, or whose checksum is wrong. `order`: keys or
 * entries in a wrong place. `tree`: entries, places, runs and stamps that do not fit together. `count`: totals and
 * numbers that do not fit what is there. `content`: what is known of contents and segments.
 */
export type ProblemKind = "file" | "record" | "order" | "tree" | "count" | "content";

export interface CatalogProblem {
  readonly kind: ProblemKind;
  /** The table, and what in it, such as `leaves: directory 12 "a.txt"`. */
  readonly where: string;
  /** A sentence without a full stop. */
  readonly message: string;
}

export function problem(kind: ProblemKind, where: string, message: string): CatalogProblem {
  return { kind, where, message };
}

/** A check does its work bit by bit: what it finds, and undefined after each bit, so that others get a turn. */
export type Findings = IterableIterator<CatalogProblem | undefined>;

/** What was looked at. */
export interface CheckCounts {
  /** Of the catalog's files. */
  bytes: number;
  /** Of the tree, live and past. */
  entries: number;
  /** With any entry, live or past. */
  directories: number;
  snapshots: number;
  problems: number;
}
