/** What a restore has done so far, or what a plan would do. */
import type { NodeKind } from "../../core/node.js";
import type { Action } from "./plan.js";

/** One name, and what is done with it. */
export interface PlanStep {
  /** Names from below the share's root; of what is deleted, where it would be. */
  readonly path: readonly string[];
  readonly kind: NodeKind | "other";
  readonly action: Action;
  /** A few words for a person. */
  readonly reason: string;
  /** Of a file. */
  readonly sizeBytes: number;
}

/** How much one action concerns. */
export interface ActionTotal {
  /** Files, symlinks and whatever else is no folder. */
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
}

export type PlanTotals = Readonly<Record<Action, ActionTotal>>;

export interface RestoreProgress {
  /** Files and symlinks put back or found to be there. */
  readonly files: number;
  readonly directories: number;
  /** Bytes of those files, and of what of others is done. */
  readonly bytes: number;
  /** Of `files`: those that were there already as they should be. */
  readonly unchanged: number;
  /** Content that was sent to the target. */
  readonly bytesWritten: number;
  /** Names taken away: files, links and folders. */
  readonly deleted: number;
  readonly errors: number;
}

const ACTIONS: readonly Action[] = [
  "create",
  "replace",
  "overwrite",
  "compare",
  "attributes",
  "leave",
  "refuse",
  "delete",
];

export class Tally {
  files = 0;
  directories = 0;
  bytes = 0;
  unchanged = 0;
  bytesWritten = 0;
  deleted = 0;
  errors = 0;
  readonly #totals = new Map<Action, { files: number; directories: number; bytes: number }>();

  plan({ action, kind, sizeBytes }: PlanStep): void {
    const total = this.#totals.get(action) ?? { files: 0, directories: 0, bytes: 0 };
    this.#totals.set(action, total);
    if (kind === "directory") total.directories++;
    else total.files++;
    if (kind === "file") total.bytes += sizeBytes;
  }

  get totals(): PlanTotals {
    const none = { files: 0, directories: 0, bytes: 0 };
    return Object.fromEntries(
      ACTIONS.map((action) => [action, { ...none, ...this.#totals.get(action) }]),
    ) as PlanTotals;
  }

  get progress(): RestoreProgress {
    const { files, directories, bytes, unchanged, bytesWritten, deleted, errors } = this;
    return { files, directories, bytes, unchanged, bytesWritten, deleted, errors };
  }
}
