/**
 * Which share snapshots are ours. Each has two metadata entries, the run that has taken it and whose run that was; what a killed run leaves
 * behind is found again by them, and deleted by the next run of the same owner. Snapshots without our tags, of another owner, or in use
 * by another session of this process are never touched.
 */
import { createHash } from "node:crypto";
import type { ShareClient } from "@azure/storage-file-share";
import { messageOf } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { Connection } from "./connection.js";
import { AzureFailure } from "./failures.js";

/** Its value is the run's id. */
const RUN_TAG = "sharestrata";
/** Its value is a hash of who the run belongs to. */
const OWNER_TAG = "sharestrataowner";

/** Makes a request, with retry; throws AzureFailure. */
export type Requester = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Snapshots that sessions of this process read from, by `placeOf`. */
export const inUse = new Set<string>();

// Ids have a granularity of one second: two shares easily have the same one.
export function placeOf({ accountName, name }: ShareClient, id: string): string {
  return `${accountName}/${name}@${id}`;
}

/** Without an id the SDK addresses the share itself, and deleting "the snapshot" would delete the share. */
export function snapshotOf(share: ShareClient, id: string): ShareClient {
  if (id === "") throw new AzureFailure("The service named a share snapshot without an id", { kind: "malformed" });
  return share.withSnapshot(id);
}

/** The metadata of a snapshot that a run takes. */
export function tagsOf(owner: string, run: string): Readonly<Record<string, string>> {
  return { [RUN_TAG]: run, [OWNER_TAG]: tagOf(owner) };
}

/** @param metadata of a snapshot */
export function isOf(metadata: Readonly<Record<string, string>> | undefined, owner: string): boolean {
  return metadata?.[RUN_TAG] !== undefined && metadata[OWNER_TAG] === tagOf(owner);
}

// Metadata travels in headers: a hash is ASCII whatever the owner is called, and tells strangers nothing.
function tagOf(owner: string): string {
  return createHash("sha256").update(owner).digest("hex").slice(0, 32);
}

/** What snapshots are looked for with. */
export interface SnapshotSearch {
  readonly connection: Connection;
  readonly request: Requester;
  readonly logger: Logger;
}

export interface SnapshotTaking extends SnapshotSearch {
  /** Who the run belongs to: leftovers of the same owner alone are deleted. */
  readonly owner: string;
  /** Not bound to the caller's signal: a snapshot taken after the abort must still become known, and be deleted. */
  readonly request: Requester;
}

/** What counts as left behind. */
export interface Leftovers {
  /** Whose. */
  readonly owner: string;
  /** Id of one that is kept on purpose. */
  readonly kept?: string | undefined;
  /** Ids from this moment on, in ISO 8601, may be in use by other processes. undefined: none. */
  readonly till?: string | undefined;
}

/**
 * Deletes what killed runs have left. Credentials that may not list the account's shares (any SAS for one share) cannot do that, which
 * is no reason not to back up.
 * @throws AzureFailure only when there was no answer at all
 */
export async function deleteLeftovers(searching: SnapshotSearch, leftovers: readonly Leftovers[]): Promise<void> {
  const isLeft = ({ id, metadata }: TaggedSnapshot): boolean =>
    leftovers.some(
      ({ owner, kept, till }) => isOf(metadata, owner) && id !== kept && (till === undefined || id < till),
    );
  await deleteUnused(searching, isLeft, "deleting a share snapshot that an interrupted run has left");
}

/** Deletes what a run has taken twice. Never rejects: what is left behind goes with the next run. */
export async function deleteTwins(taking: SnapshotTaking, run: string): Promise<void> {
  const isTwin = ({ metadata }: TaggedSnapshot): boolean => isOf(metadata, taking.owner) && metadata?.[RUN_TAG] === run;
  try {
    await deleteUnused(taking, isTwin, "deleting a share snapshot that was taken twice");
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    taking.logger.debug({ reason: messageOf(error) }, "it is not known whether a share snapshot was taken twice");
  }
}

async function deleteUnused(
  { connection, request, logger }: SnapshotSearch,
  isWanted: (snapshot: TaggedSnapshot) => boolean,
  message: string,
): Promise<void> {
  const { name } = connection.share;
  let found: readonly string[] = [];
  try {
    found = await unusedOf(connection, request, isWanted);
  } catch (error) {
    if (!(error instanceof AzureFailure) || error.kind !== "refused") throw error;
    const fields = { share: name, reason: messageOf(error) };
    logger.debug(fields, "share snapshots of interrupted runs cannot be looked for");
  }
  for (const id of found) {
    logger.info({ share: name, snapshot: id }, message);
    try {
      await request((abortSignal) => snapshotOf(connection.share, id).delete({ abortSignal }));
    } catch (error) {
      // One that is leased, or that may not be deleted, keeps nobody from deleting the others.
      if (!(error instanceof AzureFailure) || error.kind !== "refused") throw error;
      logger.debug({ share: name, snapshot: id, reason: messageOf(error) }, "a share snapshot cannot be deleted");
    }
  }
}

interface TaggedSnapshot {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

/** @returns ids of those that are wanted, and that no session of this process reads from */
async function unusedOf(
  { service, share }: Connection,
  request: Requester,
  isWanted: (snapshot: TaggedSnapshot) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  let continuationToken: string | undefined;
  do {
    const asked = continuationToken;
    const page = await request(async (abortSignal) => {
      const { name: prefix } = share;
      const shares = service.listShares({ prefix, includeSnapshots: true, includeMetadata: true, abortSignal });
      const { value } = await shares.byPage(asked === undefined ? {} : { continuationToken: asked }).next();
      return value;
    });
    for (const { name, snapshot: id, metadata } of page?.shareItems ?? []) {
      if (name !== share.name || id === undefined || id === "" || inUse.has(placeOf(share, id))) continue;
      if (isWanted({ id, metadata })) found.push(id);
    }
    continuationToken = page?.continuationToken === "" ? undefined : page?.continuationToken;
    if (continuationToken !== undefined && continuationToken === asked) {
      throw new AzureFailure("The service goes on with the page that it has just sent", { kind: "malformed" });
    }
  } while (continuationToken !== undefined);
  return found;
}
