/**
 * The share snapshot a backup reads from: taken first, deleted last, or kept for the next backup to compare with, which
 * then takes its place. What a killed run leaves behind is found again by
 * its tags, two metadata entries of the snapshot, and deleted by the next run of the same owner. Snapshots without
 * our tags, of another owner, or in use by another session of this process are never touched.
 */
import { createHash, randomUUID } from "node:crypto";
import type { ShareClient } from "@azure/storage-file-share";
import type { Logger } from "../../../core/logger.js";
import type { Connection } from "./connection.js";
import { AzureFailure } from "./failures.js";

/** Its value is the run's id. */
const RUN_TAG = "sharestrata";
/** Its value is a hash of who the run belongs to. */
const OWNER_TAG = "sharestrataowner";

/** Makes a request, with retry; throws AzureFailure. */
export type Requester = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

const NONE_HERE = "this kind of share or account has no share snapshots";
const NOT_ALLOWED = "the credentials may not take a share snapshot";
const TOO_MANY = "it has 200 share snapshots already, the most that a share can have, so delete some";

/** Why share snapshots cannot be had, by what the service says then: the share is read live. */
const NOT_TO_BE_HAD: ReadonlyMap<string, string> = new Map([
  ["FeatureNotSupported", NONE_HERE],
  ["FeatureNotSupportedForAccount", NONE_HERE],
  ["UnsupportedFeature", NONE_HERE],
  ["OperationNotSupported", NONE_HERE],
  ["ShareSnapshotNotSupported", NONE_HERE],
  ["UnsupportedHttpVerb", NONE_HERE],
  ["NotImplemented", NONE_HERE],
  ["ShareSnapshotCountExceeded", TOO_MANY],
  ["SnapshotCountExceeded", TOO_MANY],
  ["AuthorizationPermissionMismatch", NOT_ALLOWED],
  ["AuthorizationResourceTypeMismatch", NOT_ALLOWED],
  ["AuthorizationServiceMismatch", NOT_ALLOWED],
  ["AuthorizationFailure", NOT_ALLOWED],
  ["InsufficientAccountPermissions", NOT_ALLOWED],
]);

/** Snapshots that sessions of this process read from, by `placeOf`. */
const inUse = new Set<string>();

// Ids have a granularity of one second: two shares easily have the same one.
function placeOf({ accountName, name }: ShareClient, id: string): string {
  return `${accountName}/${name}@${id}`;
}

/** Without an id the SDK addresses the share itself, and deleting "the snapshot" would delete the share. */
function snapshotOf(share: ShareClient, id: string): ShareClient {
  if (id === "") throw new AzureFailure("The service named a share snapshot without an id", { kind: "malformed" });
  return share.withSnapshot(id);
}

export class ShareSnapshot implements AsyncDisposable {
  readonly id: string;
  /** The share as it was. */
  readonly share: ShareClient;
  readonly #request: Requester;
  readonly #logger: Logger;
  #deletion: Promise<void> | undefined;

  /** @throws AzureFailure when the id is empty */
  constructor(id: string, share: ShareClient, request: Requester, logger: Logger) {
    this.id = id;
    this.share = snapshotOf(share, id);
    this.#request = request;
    this.#logger = logger;
  }

  /** From now on it stays when this is disposed: the next run of the owner has to name it, or it counts as left behind. */
  keep(): void {
    this.#deletion ??= Promise.resolve();
    inUse.delete(placeOf(this.share, this.id));
  }

  /** Deletes it. That failing harms no backup: the log says so, and the next run deletes it. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#deletion ??= this.#delete();
    return this.#deletion;
  }

  async #delete(): Promise<void> {
    try {
      await this.#request((abortSignal) => this.share.delete({ abortSignal }));
    } catch (error) {
      if (!(error instanceof AzureFailure)) throw error;
      if (error.code !== "ShareSnapshotNotFound" && error.code !== "ShareNotFound") {
        this.#logger.warn(
          { snapshot: this.id, error },
          "a share snapshot could not be deleted; the next run will do it",
        );
      }
    } finally {
      inUse.delete(placeOf(this.share, this.id));
    }
  }
}

export interface SnapshotTaking {
  readonly connection: Connection;
  /** Who the run belongs to: leftovers of the same owner alone are deleted. */
  readonly owner: string;
  /** Not bound to the caller's signal: a snapshot taken after the abort must still become known, and be deleted. */
  readonly request: Requester;
  readonly logger: Logger;
}

/** @param snapshot id of the one that an earlier run has kept @throws AzureFailure when it is empty */
export function shareAt({ share }: Connection, snapshot: string): ShareClient {
  return snapshotOf(share, snapshot);
}

/**
 * Deletes a snapshot that an earlier run has kept, after making sure that it was one of this owner: its id comes from the
 * store. That failing harms nothing: it counts as left behind.
 */
export async function giveUpKept({ connection, owner, request, logger }: SnapshotTaking, id: string): Promise<void> {
  try {
    const kept = snapshotOf(connection.share, id);
    const { metadata } = await request((abortSignal) => kept.getProperties({ abortSignal }));
    if (isOurs(metadata, ownerTag(owner))) await request((abortSignal) => kept.delete({ abortSignal }));
  } catch (error) {
    logger.debug({ snapshot: id, error }, "the share snapshot of the backup before could not be deleted");
  }
}

function isOurs(metadata: Readonly<Record<string, string>> | undefined, owner: string): boolean {
  return metadata?.[RUN_TAG] !== undefined && metadata[OWNER_TAG] === owner;
}

/** @throws AzureFailure when it cannot be taken */
export async function createSnapshot(taking: SnapshotTaking): Promise<ShareSnapshot> {
  const { connection, owner, request, logger } = taking;
  const run = randomUUID();
  const metadata = { [RUN_TAG]: run, [OWNER_TAG]: ownerTag(owner) };
  let tries = 0;
  const { snapshot } = await request((abortSignal) => {
    tries += 1;
    return connection.share.createSnapshot({ metadata, abortSignal });
  });
  if (snapshot === undefined || snapshot === "") {
    throw new AzureFailure("The service took a share snapshot without naming it", { kind: "malformed" });
  }
  inUse.add(placeOf(connection.share, snapshot));
  // An answer that got lost on its way was one of a snapshot that had been taken.
  if (tries > 1) await deleteTwins(taking, run);
  return new ShareSnapshot(snapshot, connection.share, request, logger);
}

/**
 * @returns undefined where the service or the credentials allow no share snapshot
 * @throws AzureFailure any other refusal
 */
export async function takeSnapshot(taking: SnapshotTaking): Promise<ShareSnapshot | undefined> {
  try {
    return await createSnapshot(taking);
  } catch (error) {
    if (!(error instanceof AzureFailure) || !isRefusal(error)) throw error;
    taking.logger.warn(
      { error },
      `no share snapshot of "${taking.connection.share.name}" can be taken, because ${reasonOf(error)}: it is read live, so its files may be of different moments`,
    );
    return undefined;
  }
}

function reasonOf({ code, status }: AzureFailure): string {
  return NOT_TO_BE_HAD.get(code ?? "") ?? (status === 403 ? NOT_ALLOWED : NONE_HERE);
}

function isRefusal({ code, status }: AzureFailure): boolean {
  return status === 501 || status === 405 || (code !== undefined && NOT_TO_BE_HAD.has(code));
}

export interface LeftoverLimits {
  /** Id of one that is kept on purpose. */
  readonly kept?: string | undefined;
  /** Ids from this moment on, in ISO 8601, may be in use by other processes. undefined: none. */
  readonly till?: string | undefined;
}

/**
 * Deletes what killed runs of this owner have left. Credentials that may not list the account's shares (any SAS for
 * one share) cannot do that, which is no reason not to back up.
 * @throws AzureFailure only when there was no answer at all
 */
export async function deleteLeftovers(taking: SnapshotTaking, { kept, till }: LeftoverLimits = {}): Promise<void> {
  const mayGo = ({ id }: OwnSnapshot): boolean => id !== kept && (till === undefined || id < till);
  await deleteOwn(taking, mayGo, "deleting a share snapshot that an interrupted run has left");
}

/** Never rejects: what is left behind goes with the next run. */
async function deleteTwins(taking: SnapshotTaking, run: string): Promise<void> {
  try {
    await deleteOwn(taking, (own) => own.run === run, "deleting a share snapshot that was taken twice");
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    taking.logger.debug({ error }, "it is not known whether a share snapshot was taken twice");
  }
}

async function deleteOwn(
  { connection, owner, request, logger }: SnapshotTaking,
  isWanted: (own: OwnSnapshot) => boolean,
  message: string,
): Promise<void> {
  const { name } = connection.share;
  let found: readonly OwnSnapshot[] = [];
  try {
    found = await unusedOf(connection, name, ownerTag(owner), request);
  } catch (error) {
    if (!(error instanceof AzureFailure) || error.kind !== "refused") throw error;
    logger.debug({ share: name, error }, "share snapshots of interrupted runs cannot be looked for");
  }
  for (const own of found) {
    if (!isWanted(own)) continue;
    logger.info({ share: name, snapshot: own.id }, message);
    try {
      await request((abortSignal) => snapshotOf(connection.share, own.id).delete({ abortSignal }));
    } catch (error) {
      // One that is leased, or that may not be deleted, keeps nobody from deleting the others.
      if (!(error instanceof AzureFailure) || error.kind !== "refused") throw error;
      logger.debug({ share: name, snapshot: own.id, error }, "a share snapshot cannot be deleted");
    }
  }
}

interface OwnSnapshot {
  readonly id: string;
  readonly run: string;
}

/** The owner's that no session of this process reads from. */
async function unusedOf(
  connection: Connection,
  share: string,
  owner: string,
  request: Requester,
): Promise<readonly OwnSnapshot[]> {
  const found: OwnSnapshot[] = [];
  let continuationToken: string | undefined;
  do {
    const settings = continuationToken === undefined ? {} : { continuationToken };
    const page = await request(async (abortSignal) => {
      const shares = connection.service.listShares({
        prefix: share,
        includeSnapshots: true,
        includeMetadata: true,
        abortSignal,
      });
      const { value } = await shares.byPage(settings).next();
      return value;
    });
    for (const { name, snapshot: id, metadata } of page?.shareItems ?? []) {
      if (name !== share || id === undefined || id === "" || !isOurs(metadata, owner)) continue;
      if (!inUse.has(placeOf(connection.share, id))) found.push({ id, run: metadata?.[RUN_TAG] ?? "" });
    }
    continuationToken = page?.continuationToken === "" ? undefined : page?.continuationToken;
  } while (continuationToken !== undefined);
  return found;
}

// Metadata travels in headers: a hash is ASCII whatever the owner is called, and tells strangers nothing.
function ownerTag(owner: string): string {
  return createHash("sha256").update(owner).digest("hex").slice(0, 32);
}
