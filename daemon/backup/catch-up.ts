/**
 * Bringing a catalog up to the store. The catalog is the fold of the store's segments, so one that is new, lost or
 * stopped between a manifest and its own mark is mended by applying what it has not seen. The store decides: a
 * snapshot exists when its manifest does, and a catalog that has applied anything else is given up.
 */
import type { Catalog, CatalogReader, UnfinishedSnapshot } from "../../catalog/catalog.js";
import type { DedupIndex } from "../../catalog/dedup-index.js";
import { DamagedError, SharestrataError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { ChangeBatch } from "../../core/node.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { ShareStore } from "../../store/share-store.js";
import type { Manifest, ObjectRef } from "../../store/snapshots/manifest.js";

export interface CatchUpParts {
  readonly store: ShareStore;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
  readonly logger?: Logger | undefined;
  /** Called by `catchUp` behind each segment, and once more when its snapshot is published. */
  readonly onFolded?: ((progress: FoldProgress) => void) | undefined;
}

/** How far `catchUp` is. */
export interface FoldProgress {
  /** Snapshots published, segments applied, entries put or removed, bytes of segments. */
  readonly snapshots: number;
  readonly segments: number;
  readonly entries: number;
  readonly bytes: number;
}

/** The catalog was made from another store than the one that is asked: its ids mean other bytes there. */
export class WrongStoreError extends SharestrataError {
  override readonly name = "WrongStoreError";
}

/**
 * Applies and publishes every snapshot that the store has and the catalog has not, and then every prune record.
 * @returns what was added
 * @throws WrongStoreError; DamagedError when a segment does not verify, or is not what the catalog has applied
 */
export async function catchUp(parts: CatchUpParts, signal?: AbortSignal): Promise<FoldProgress> {
  const { store, catalog } = parts;
  await expectRightStore(store, catalog, parts.logger, signal);
  if (catalog.origin() === undefined) await catalog.keepOrigin(originOf(store));
  // Before the manifests: whatever snapshot a record knows of was published before it was written.
  const prunes = await store.prunes.numbers(catalog.prune() ?? 0, { signal });
  const last = catalog.snapshots().at(-1)?.number;
  const folded = { snapshots: 0, segments: 0, entries: 0, bytes: 0 };
  const missing = store.manifests({ signal, ...(last === undefined ? {} : { after: last }) });
  for await (const number of missing) {
    const manifest = await store.getManifest(number, { signal });
    const begun = await catalog.begin();
    if (begun.number !== number) {
      throw new DamagedError(`Snapshot ${begun.number} of ${formatShareName(store.share)} is missing in the store.`, {
        where: store.names.manifest(begun.number),
      });
    }
    if (appliedOf(begun) > manifest.segments.length) {
      throw await diverged(parts, store.names.segment(number, manifest.segments.length));
    }
    for (const [segment, expected] of manifest.segments.entries()) {
      const found = await store.readSegment(number, segment, { signal });
      expectNamed(found.ref, expected, number);
      await applySegment(parts, { snapshot: number, segment, isApplied: segment < appliedOf(begun) }, found);
      folded.segments++;
      folded.entries += found.batch.puts.length + found.batch.removals.length;
      folded.bytes += found.ref.sizeBytes;
      parts.onFolded?.({ ...folded });
    }
    await catalog.publish(manifest);
    folded.snapshots++;
    parts.onFolded?.({ ...folded });
  }
  for (const number of prunes) await catalog.applyPrune(await store.prunes.get(number, { signal }));
  if (folded.snapshots > 0) await parts.dedup.settle();
  return folded;
}

/**
 * Refuses a store that the catalog was not made from, and one that was rolled back.
 * @throws WrongStoreError
 */
export async function expectRightStore(
  store: ShareStore,
  catalog: CatalogReader,
  logger: Logger = silentLogger,
  signal?: AbortSignal,
): Promise<void> {
  expectOrigin(store, catalog);
  await expectRightPrune(store, catalog, signal);
  const newest = catalog.snapshots().at(-1);
  if (!newest) return;
  const { number } = newest;
  let manifest: Manifest;
  try {
    manifest = await store.getManifest(number, { signal });
  } catch (error) {
    if (!isDamage(error)) throw error;
    if (!(await store.objects.stat(store.names.manifest(number), { signal }))) {
      throw wrongStore(store, catalog, `has lost snapshot ${number}: it is not the one`);
    }
    // It is the store's own share, and what comes is not built on this record: the damage must not end all backups.
    logger.warn({ object: store.names.manifest(number) }, "the newest snapshot's manifest is damaged in the store");
    return;
  }
  if (!isSame(manifest, newest)) {
    throw wrongStore(store, catalog, `has another snapshot ${number} (${manifest.name}): it is not the one`);
  }
}

/**
 * A store that was rolled back may have got another prune record of the same number since, which has moved other contents. One that
 * is missing or damaged says nothing.
 */
async function expectRightPrune(
  store: ShareStore,
  catalog: CatalogReader,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [number, known] = [catalog.prune(), catalog.prunedAt()];
  if (number === undefined || known === undefined) return;
  try {
    const { writtenAt } = await store.prunes.get(number, { signal });
    if (writtenAt !== known) throw wrongStore(store, catalog, `has another prune record ${number}: it is not the one`);
  } catch (error) {
    if (error instanceof WrongStoreError || !isDamage(error)) throw error;
  }
}

/** The part of `expectRightStore` that asks the store nothing. */
export function expectOrigin(store: ShareStore, catalog: CatalogReader): void {
  const origin = catalog.origin();
  if (origin !== undefined && origin !== originOf(store)) throw wrongStore(store, catalog, "is not the one");
}

/** Who a store's share is: another one of the same name was created at another time. */
function originOf({ share, createdAt }: ShareStore): string {
  return `${formatShareName(share)} ${createdAt}`;
}

function isSame(one: Snapshot, other: Snapshot): boolean {
  return (["name", "startedAt", "finishedAt", "files", "bytes", "directories"] as const).every(
    (field) => one[field] === other[field],
  );
}

function wrongStore(store: ShareStore, catalog: CatalogReader, what: string): WrongStoreError {
  const share = formatShareName(store.share);
  return new WrongStoreError(
    "DAMAGED",
    `The store ${store.objects.uri} ${what} that the catalog of ${share} was made from: is it the right store? ` +
      `If it is, remove ${catalog.folder}, which is then built anew.`,
    { where: store.names.share, share, store: store.objects.uri },
  );
}

/** How many segments of an unfinished snapshot the catalog has, be it the last one in part. */
function appliedOf({ segments, isPartial }: UnfinishedSnapshot): number {
  return segments + (isPartial ? 1 : 0);
}

/** What interrupted attempts at a snapshot have left in the store, for its manifest. */
export interface TakenUp {
  readonly segments: readonly ObjectRef[];
  readonly bundles: ChangeBatch["bundles"];
}

export interface TakeUpHooks {
  /**
   * Called with each segment in turn: before it is applied or, when `isApplied`, at any time after. With one that is
   * applied in part, both.
   */
  readonly onSegment?: ((snapshot: SnapshotNumber, batch: ChangeBatch, isApplied: boolean) => void) | undefined;
}

/**
 * Applies what an interrupted backup journalled but did not apply. What it did apply is passed over, and completed where
 * the kill came between the node tree and the indexes beside it. From the first segment on that is missing or damaged, or
 * has arrived when a prune had deleted its bundles, and is not applied, segments count as never written: they are deleted, and what they held is backed up again.
 * @throws DamagedError when the store no longer has what is applied. The catalog is given up then, so that the next
 * backup builds it anew and succeeds
 */
export async function takeUp(
  parts: CatchUpParts,
  unfinished: UnfinishedSnapshot,
  hooks: TakeUpHooks = {},
  signal?: AbortSignal,
): Promise<TakenUp> {
  const { store, logger = silentLogger } = parts;
  const { number: snapshot } = unfinished;
  const applied = appliedOf(unfinished);
  const stored: number[] = [];
  for await (const { number } of store.segments(snapshot, { signal })) stored.push(number);
  const segments: ObjectRef[] = [];
  const bundles: ChangeBatch["bundles"][number][] = [];
  let reason = "a segment before it is missing";
  for (const segment of stored) {
    if (segment !== segments.length) break;
    const isApplied = segment < applied;
    let found;
    try {
      found = await store.readSegment(snapshot, segment, { signal });
    } catch (error) {
      if (!isDamage(error)) throw error;
      reason = error.message;
      break;
    }
    const lost = await lostBundle(store, found.batch, signal);
    if (lost !== undefined) {
      reason = `${lost} is missing, or is not what the segment names`;
      break;
    }
    if (segment >= unfinished.segments) hooks.onSegment?.(snapshot, found.batch, false);
    if (isApplied) hooks.onSegment?.(snapshot, found.batch, true);
    await applySegment(parts, { snapshot, segment, isApplied }, found);
    segments.push(found.ref);
    bundles.push(...found.batch.bundles);
  }
  if (segments.length < applied) throw await diverged(parts, store.names.segment(snapshot, segments.length));
  if (segments.length < stored.length) {
    logger.warn(
      { snapshot, segment: segments.length, reason },
      "the rest of an interrupted backup cannot be taken up and is backed up again",
    );
    await store.deleteSegments(snapshot, segments.length, { signal });
  }
  return { segments, bundles };
}

/** @returns the name of a bundle that a segment has brought and the store does not have */
async function lostBundle(
  store: ShareStore,
  { bundles }: ChangeBatch,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (const { bundleId, sizeBytes } of bundles) {
    const name = store.names.bundle(bundleId);
    if ((await store.objects.stat(name, { signal }))?.sizeBytes !== sizeBytes) return name;
  }
  return undefined;
}

interface Place {
  readonly snapshot: SnapshotNumber;
  readonly segment: number;
  readonly isApplied: boolean;
}

/** Applying it again completes what a kill kept out of the indexes. */
async function applySegment(
  parts: CatchUpParts,
  { snapshot, segment, isApplied }: Place,
  { batch, ref }: { readonly batch: ChangeBatch; readonly ref: ObjectRef },
): Promise<void> {
  const { store, catalog, dedup } = parts;
  if (isApplied && !catalog.holds(segment, ref.sha256)) {
    throw await diverged(parts, store.names.segment(snapshot, segment));
  }
  await catalog.apply(snapshot, segment, batch, ref.sha256);
  await dedup.add(batch.contents);
}

function expectNamed(found: ObjectRef, expected: ObjectRef, snapshot: SnapshotNumber): void {
  const isNamed =
    found.name === expected.name &&
    found.sizeBytes === expected.sizeBytes &&
    Buffer.compare(found.sha256, expected.sha256) === 0;
  if (isNamed) return;
  throw new DamagedError(`${found.name} is not the segment that the manifest of snapshot ${snapshot} names.`, {
    where: found.name,
  });
}

/** Gives the catalog up, because it has applied what the store does not have. */
async function diverged({ store, catalog }: CatchUpParts, where: string): Promise<DamagedError> {
  await catalog.giveUp();
  const share = formatShareName(store.share);
  return new DamagedError(
    `${where} in the store ${store.objects.uri} is missing, damaged, or not what the catalog of ${share} has applied; ` +
      `run the backup again: it builds the catalog in ${catalog.folder} anew from the store.`,
    { where, share },
  );
}

/** Whether an object did not verify, or is missing; what a store says of itself is no damage. */
export function isDamage(error: unknown): error is SharestrataError {
  return error instanceof SharestrataError && error.code === "DAMAGED";
}
