/** A catalog from a checkpoint: every byte is verified as it comes, and what came is looked at before it is used. */
import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { environmentFile } from "../../catalog/environments.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { OutdatedCatalogError } from "../../catalog/tables.js";
import { DamagedError } from "../../core/errors.js";
import { silentLogger } from "../../core/logger.js";
import type { Checkpoint, CheckpointFile } from "../../store/checkpoints/checkpoint.js";
import type { ShareStore } from "../../store/share-store.js";
import { expectRightStore } from "../backup/catch-up.js";
import { isUnusable, tellPassedOver, usableCheckpoints, type CheckpointOptions } from "./usable.js";

export interface FetchOptions extends CheckpointOptions {
  /** Called with each part: bytes of the checkpoint that are there, and all of them, as files. */
  readonly onBytes?: ((bytes: number, totalBytes: number) => void) | undefined;
}

/**
 * Puts the newest checkpoint that is whole into a folder that is not there yet.
 * @returns undefined when there is none; then the folder is not there
 * @throws StoreError, and what writing to the folder fails with
 */
export async function fetchCheckpoint(
  folder: string,
  store: ShareStore,
  options: FetchOptions,
): Promise<Checkpoint | undefined> {
  for await (const checkpoint of usableCheckpoints(store, options)) {
    try {
      await fetchFiles(folder, store, checkpoint, options);
      await expectCatalog(folder, store, checkpoint, options);
      return checkpoint;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if (!isUnusable(error) && !(error instanceof OutdatedCatalogError)) throw error;
      tellPassedOver(options.logger ?? silentLogger, store, checkpoint.snapshot, error.message);
    }
  }
  return undefined;
}

async function fetchFiles(
  folder: string,
  store: ShareStore,
  { files }: Checkpoint,
  { signal, onBytes }: FetchOptions,
): Promise<void> {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let bytes = 0;
  const onPart = (length: number): void => onBytes?.((bytes += length), totalBytes);
  for (const file of files) await fetchFile(environmentFile(folder, file.environment), store, file, signal, onPart);
}

async function fetchFile(
  path: string,
  store: ShareStore,
  file: CheckpointFile,
  signal: AbortSignal | undefined,
  onPart: (length: number) => void,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = await open(path, "wx", 0o600);
  try {
    for await (const piece of store.checkpoints.read(file, { signal })) {
      await target.writeFile(piece);
      onPart(piece.byteLength);
    }
    await target.sync();
  } finally {
    await target.close();
  }
}

/** @throws DamagedError when it is not the catalog that the record says */
async function expectCatalog(
  folder: string,
  store: ShareStore,
  { snapshot, versions }: Checkpoint,
  { signal, logger }: FetchOptions,
): Promise<void> {
  await using catalog = openCatalog(folder, { create: false });
  const isExpected =
    catalog.snapshots().at(-1)?.number === snapshot &&
    catalog.next().version - 1 === versions &&
    catalog.unfinished() === undefined &&
    catalog.origin() !== undefined;
  if (!isExpected) {
    throw new DamagedError(`The checkpoint does not hold the catalog of snapshot ${snapshot}.`, {
      where: store.names.checkpoint(snapshot),
    });
  }
  await expectRightStore(store, catalog, logger, signal);
}
