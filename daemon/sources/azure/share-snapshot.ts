/**
 * The share snapshot a backup reads from: taken first, deleted last, or kept for the next backup to compare with, which
 * then takes its place. What a killed run leaves behind is found again (own-snapshots.ts).
 */
import { randomUUID } from "node:crypto";
import type { ShareClient } from "@azure/storage-file-share";
import { messageOf } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { Connection } from "./connection.js";
import { AzureFailure } from "./failures.js";
import {
  deleteTwins,
  inUse,
  isOf,
  placeOf,
  type Requester,
  snapshotOf,
  type SnapshotTaking,
  tagsOf,
} from "./own-snapshots.js";

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
          { snapshot: this.id, reason: messageOf(error) },
          "a share snapshot could not be deleted; the next run will do it",
        );
      }
    } finally {
      inUse.delete(placeOf(this.share, this.id));
    }
  }
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
    if (isOf(metadata, owner)) await request((abortSignal) => kept.delete({ abortSignal }));
  } catch (error) {
    logger.debug(
      { snapshot: id, reason: messageOf(error) },
      "the share snapshot of the backup before could not be deleted",
    );
  }
}

/** @throws AzureFailure when it cannot be taken */
export async function createSnapshot(taking: SnapshotTaking): Promise<ShareSnapshot> {
  const { connection, owner, request, logger } = taking;
  const run = randomUUID();
  const metadata = { ...tagsOf(owner, run) };
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
      { reason: messageOf(error) },
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
