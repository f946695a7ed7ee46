/**
 * Write transactions whose failure is told in our words. lmdb-js says of a commit that fails no more than that it did, and
 * keeps the reason in a promise of its own (`commitError`): whoever does not take it from there ends the process, because
 * nobody else can. What was committed before stays; the failed transaction has left nothing.
 */
import type { RootDatabase } from "lmdb";
import { messageOf, SharestrataError } from "../core/errors.js";
import { expectRoom } from "./room.js";

/**
 * For every environment that is written to. By its default lmdb-js collects what is written in one turn of the event loop
 * under a promise that it gives to nobody, so that nobody can catch it when the commit fails. Everything here is written in
 * transactions, which need no such collecting.
 */
export const COMMIT_OPTIONS = { eventTurnBatching: false } as const;

/** ENOSPC, as LMDB numbers it. */
const NO_SPACE = 28;

/**
 * Runs `work` in a write transaction, and waits until it is durable.
 * @param folder of the environment
 * @throws SharestrataError `STORE_FULL` when the disk is full, `FAILED` when it cannot be written to; what `work` throws
 */
export async function commit<T>(
  environment: Pick<RootDatabase, "transaction">,
  folder: string,
  work: () => T,
): Promise<T> {
  try {
    return await environment.transaction(work);
  } catch (error) {
    if (!isCommitFailure(error)) throw error;
    throw commitFailure(folder, await reasonOf(error));
  }
}

interface CommitFailure {
  /** Rejects with LMDB's own error. */
  readonly commitError: Promise<never>;
}

function isCommitFailure(error: unknown): error is CommitFailure {
  return error instanceof Error && "commitError" in error && error.commitError instanceof Promise;
}

async function reasonOf({ commitError }: CommitFailure): Promise<unknown> {
  try {
    return await commitError;
  } catch (reason) {
    return reason;
  }
}

function commitFailure(folder: string, reason: unknown): SharestrataError {
  if (reason instanceof Error && "code" in reason && reason.code === NO_SPACE) return full(folder, reason);
  try {
    // A page of which only a part found room is an I/O error to LMDB.
    expectRoom(folder);
  } catch {
    return full(folder, reason);
  }
  const message = `The catalog in ${folder} cannot be written: ${messageOf(reason)}.`;
  return new SharestrataError("FAILED", message, { where: folder }, reason);
}

function full(folder: string, reason: unknown): SharestrataError {
  return new SharestrataError(
    "STORE_FULL",
    `No space is left for the catalog in ${folder}: make room and run the command again, it goes on from there.`,
    { where: folder },
    reason,
  );
}
