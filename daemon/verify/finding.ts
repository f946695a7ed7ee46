/** What verifying finds wrong: one finding for each object, in a sentence that names it. */
import { SharestrataError, StoreError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";

export type ObjectKind =
  | "share"
  | "latest"
  | "manifest"
  | "segment"
  | "bundle"
  | "blob"
  | "checkpoint"
  | "checkpoint-part"
  | "prune"
  | "key"
  | "catalog";

export interface Finding {
  readonly kind: ObjectKind;
  /** Its name in the store; of the catalog, which lies on this machine, the folder. */
  readonly object: string;
  readonly problem: "missing" | "damaged";
  /** One sentence. */
  readonly message: string;
  /** Whose manifest or segment it is. */
  readonly snapshot?: SnapshotNumber | undefined;
}

/** Hears of each finding once; resolves when it has been told, so that a slow reader slows the search down. */
export type Report = (finding: Finding) => Promise<void>;

/**
 * Whether an error says that this one object is lost: it does not verify, or the disk beneath cannot give it back. Anything
 * else (a store that does not answer, a newer format) says nothing about the object, and ends the run.
 */
export function isDamage(error: unknown): error is SharestrataError {
  if (error instanceof StoreError) return error.code === "FAILED" && !error.retryable;
  return error instanceof SharestrataError && error.code === "DAMAGED";
}

/** Of an object that is missing, or has not the size it must have. @param found its size, undefined when it is missing */
export function absence(
  object: string,
  found: number | undefined,
  expected: string,
): Pick<Finding, "object" | "problem" | "message"> {
  if (found === undefined) {
    return { object, problem: "missing", message: `The object ${object} in the store is missing.` };
  }
  const message = `The object ${object} in the store has ${found} bytes instead of ${expected}.`;
  return { object, problem: "damaged", message };
}
