/**
 * Writing a checkpoint of the catalog: each environment in turn is copied beside the catalog, and the copy is sent to the
 * store part by part. The caller holds the writer's claim and nothing is unfinished, so the copies are of one
 * moment and hold nothing but what is published.
 */
import { randomBytes } from "node:crypto";
import { open, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Catalog } from "../../catalog/catalog.js";
import type { DedupIndex } from "../../catalog/dedup-index.js";
import { environmentFile } from "../../catalog/environments.js";
import { CATALOG_FORMAT } from "../../catalog/tables.js";
import { SharestrataError } from "../../core/errors.js";
import { CHECKPOINT_PART_BYTES, type Checkpoint } from "../../store/checkpoints/checkpoint.js";
import type { ShareStore } from "../../store/share-store.js";

export interface CheckpointParts {
  readonly store: ShareStore;
  /** Claimed by the caller. */
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
  /** How much of a file is one part. Default: `CHECKPOINT_PART_BYTES`. */
  readonly partBytes?: number | undefined;
}

/**
 * Makes a checkpoint of the newest snapshot, then deletes all but it and the one before.
 * @throws SharestrataError `ALREADY_EXISTS` when there is one, or another machine is writing it; `INTERNAL` when there
 * is no snapshot or an unfinished one; `STORE_FULL`, also when the state folder has no room for a copy; StoreError
 */
export async function writeCheckpoint(
  { store, catalog, dedup, partBytes = CHECKPOINT_PART_BYTES }: CheckpointParts,
  signal?: AbortSignal,
): Promise<Checkpoint> {
  const snapshot = catalog.snapshots().at(-1)?.number;
  if (snapshot === undefined || catalog.unfinished()) {
    throw new SharestrataError("INTERNAL", "A checkpoint holds published snapshots and nothing else.");
  }
  const { ref } = await store.readManifest(snapshot, { signal });
  const writer = await store.checkpoints.begin(snapshot, { signal });
  await removeLeftOvers(catalog.folder);
  for (const [environment, copyTo] of [
    ["tree", (folder: string) => catalog.copyTo(folder)],
    ["identities", (folder: string) => catalog.copyIdentitiesTo(folder)],
    ["dedup", (folder: string) => dedup.copyTo(folder)],
  ] as const) {
    signal?.throwIfAborted();
    const copy = `${catalog.folder}.checkpoint-${process.pid}-${randomBytes(4).toString("hex")}`;
    try {
      await copyTo(copy);
      await writer.add(environment, piecesOf(environmentFile(copy, "tree"), partBytes, signal), { signal });
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  }
  const facts = {
    catalogFormat: CATALOG_FORMAT,
    versions: catalog.next().version - 1,
    manifestSha256: ref.sha256,
  };
  const checkpoint = await writer.finish(facts, { signal });
  await store.checkpoints.deleteOld(snapshot, { signal });
  return checkpoint;
}

/** What a kill has left: with the claim held, nobody else is copying. */
async function removeLeftOvers(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${basename(folder)}.checkpoint-`))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function* piecesOf(path: string, sizeBytes: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    for (;;) {
      signal?.throwIfAborted();
      const piece = Buffer.allocUnsafeSlow(sizeBytes);
      // A local file gives fewer bytes only at its end; parts need not be of one length.
      const { bytesRead } = await file.read(piece, 0, piece.length);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
