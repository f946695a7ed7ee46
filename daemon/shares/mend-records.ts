/**
 * Puts small records back that the store has lost and this machine has a copy of (record-copies.ts), before a backup
 * begins. Only what verifies is put back, and a manifest only where all that it names is there: a store that was rolled back
 * stays what it is, and is refused.
 */
import pMap from "p-map";
import type { CatalogReader } from "../../catalog/catalog.js";
import type { PruneNumber, SnapshotNumber } from "../../core/ids.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import type { ShareName } from "../../core/names.js";
import type { PruneRecord } from "../../core/prune-record.js";
import type { Snapshot } from "../../core/snapshot.js";
import { decodeKeySlot } from "../../store/crypto/key-codec.js";
import { ObjectNames } from "../../store/object-names.js";
import type { ObjectStore } from "../../store/object-store.js";
import type { ShareStore } from "../../store/share-store.js";
import { readShare } from "../../store/shares/read-share.js";
import { decodeShare } from "../../store/shares/share-codec.js";
import type { Manifest } from "../../store/snapshots/manifest.js";
import { isDamage } from "../backup/catch-up.js";
import { PrunedObjects } from "../verify/pruned-objects.js";
import type { RecordCopies } from "./record-copies.js";

export interface MendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears of everything that is put back. */
  readonly logger?: Logger | undefined;
}

/** How many objects are asked for at a time. */
const CHECKS_AT_A_TIME = 16;
const PUT_BACK = "was missing or damaged in the store and is put back from this machine's copy";

/** The record that says what the share is, where the store has snapshots of it, and its keys where not one of them is left. */
export async function mendShare(
  objects: ObjectStore,
  share: ShareName,
  copies: RecordCopies,
  { signal, logger = silentLogger }: MendOptions,
): Promise<void> {
  const names = new ObjectNames(share);
  if (!(await hasAny(objects, names.manifestPrefix, signal))) return;
  const copy = await copies.get(names.share);
  const found = await objects.get(names.share, { signal });
  const isFound = found !== undefined && isWhole(() => decodeShare(names.share, share, found));
  if (!isFound) {
    if (!copy || !isWhole(() => decodeShare(names.share, share, copy))) return;
    await objects.put(names.share, copy, { signal });
    logger.warn({ object: names.share }, PUT_BACK);
  }
  await mendKeys(objects, share, copies, { signal, logger });
}

/** A key that was removed stays removed: copies are used only when nothing in the store opens the share any more. */
async function mendKeys(
  objects: ObjectStore,
  share: ShareName,
  copies: RecordCopies,
  { signal, logger = silentLogger }: MendOptions,
): Promise<void> {
  const { record, keys } = await readShare(objects, share, { signal });
  if (record.keyCheck === undefined || (await keys.list({ signal })).slots.length > 0) return;
  const names = new ObjectNames(share);
  for (const name of await copies.list(names.keyPrefix)) {
    const copy = await copies.get(name);
    const slot = names.keySlotOf(name);
    if (!copy || !slot || !isWhole(() => decodeKeySlot(name, share, slot, copy))) continue;
    await objects.put(name, copy, { signal });
    logger.warn({ object: name }, PUT_BACK);
  }
}

async function hasAny(objects: ObjectStore, prefix: string, signal: AbortSignal | undefined): Promise<boolean> {
  for await (const _object of objects.list(prefix, { signal })) return true;
  return false;
}

/** Drops the copies of a share of the same name that was there before: what they say is not about this one. */
export async function dropOthers({ names, share, record }: ShareStore, copies: RecordCopies): Promise<void> {
  const copy = await copies.get(names.share);
  if (!copy || !isWhole(() => decodeShare(names.share, share, copy))) return;
  if (decodeShare(names.share, share, copy).createdAt !== record.createdAt) await copies.dropAll();
}

/** Manifests that are missing or have another size, and the newest whatever is wrong with it. */
export async function mendManifests(
  store: ShareStore,
  catalog: CatalogReader,
  copies: RecordCopies,
  { signal, logger = silentLogger }: MendOptions,
): Promise<void> {
  const sizes = new Map<string, number>();
  for await (const { name, sizeBytes } of store.objects.list(store.names.manifestPrefix, { signal })) {
    sizes.set(name, sizeBytes);
  }
  await mendPrunes(store, catalog, copies, { signal, logger });
  const snapshots = catalog.snapshots();
  for (const [index, snapshot] of snapshots.entries()) {
    const name = store.names.manifest(snapshot.number);
    const size = await copies.sizeOf(name);
    const isNewest = index === snapshots.length - 1;
    if (sizes.get(name) === size && !(isNewest && (await isDamaged(store, snapshot.number, signal)))) continue;
    const copy = await copies.get(name);
    if (!copy || !(await standsOnStore(store, snapshot, copy, signal))) continue;
    await store.objects.put(name, copy, { signal });
    logger.warn({ object: name }, PUT_BACK);
  }
  // Those of snapshots that were pruned are part of the journal still: without one no catalog can be built.
  const newest = snapshots.at(-1)?.number ?? 0;
  const shown = new Set(snapshots.map(({ number }) => store.names.manifest(number)));
  for (const name of await copies.list(store.names.manifestPrefix)) {
    const number = store.names.manifestNumberOf(name);
    if (number === undefined || number > newest || shown.has(name) || sizes.has(name)) continue;
    const copy = await copies.get(name);
    if (!copy || !(await standsOnStore(store, { number }, copy, signal))) continue;
    await store.objects.put(name, copy, { signal });
    logger.warn({ object: name }, PUT_BACK);
  }
}

/** Prune records that are missing, and those that the catalog does not know yet whatever is wrong with them. */
async function mendPrunes(
  store: ShareStore,
  catalog: CatalogReader,
  copies: RecordCopies,
  { signal, logger = silentLogger }: MendOptions,
): Promise<void> {
  const known = await copies.list(store.names.prunePrefix);
  if (known.length === 0) return;
  const there = new Set<string>();
  for await (const { name } of store.objects.list(store.names.prunePrefix, { signal })) there.add(name);
  for (const name of known) {
    const number = store.names.pruneNumberOf(name);
    if (number === undefined || (there.has(name) && number <= (catalog.prune() ?? 0))) continue;
    if (there.has(name) && (await isReadable(() => store.prunes.get(number, { signal })))) continue;
    const copy = await copies.get(name);
    if (!copy || !isWhole(() => store.prunes.decode(number, copy))) continue;
    if (!(await knowsOf(store, copies, store.prunes.decode(number, copy), signal))) continue;
    await store.objects.put(name, copy, { signal });
    logger.warn({ object: name }, PUT_BACK);
  }
}

/**
 * Whether a store has what a prune record is about: one that was rolled back has not, and may have got another snapshot of the same
 * number since.
 */
async function knowsOf(
  store: ShareStore,
  copies: RecordCopies,
  record: PruneRecord,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { after, rewritten } = record;
  if (after !== undefined) {
    const manifest = store.names.manifest(after);
    const copy = await copies.get(manifest);
    const found = await store.objects.get(manifest, { signal });
    if (!copy || !found || Buffer.compare(copy, found) !== 0) return false;
  }
  const pruned = new PrunedObjects(store, async () => {}, { signal });
  await pruned.read(undefined);
  const bundles = rewritten.map(({ bundleId }) => bundleId).filter((id) => !pruned.isListed("bundle", id));
  const needed = bundles.map((id) => store.names.bundle(id));
  const isThere = async (name: string): Promise<boolean> => (await store.objects.stat(name, { signal })) !== undefined;
  return (await pMap(needed, isThere, { concurrency: CHECKS_AT_A_TIME })).every(Boolean);
}

/** Keeps copies of what has none yet, and drops those of keys that were removed. */
export async function keepRecords(
  store: ShareStore,
  catalog: CatalogReader,
  copies: RecordCopies,
  { signal }: MendOptions,
): Promise<void> {
  const keys: string[] = [];
  for await (const { name } of store.objects.list(store.names.keyPrefix, { signal })) keys.push(name);
  const manifests = catalog.snapshots().map(({ number }) => store.names.manifest(number));
  const kept = new Set(await copies.list(store.names.prunePrefix));
  const prunes = Array.from({ length: catalog.prune() ?? 0 }, (_, index) =>
    store.names.prune((index + 1) as PruneNumber),
  ).filter((name) => !kept.has(name));
  for (const name of [store.names.share, ...keys, ...manifests, ...prunes]) {
    // A share of the same name may have been made anew.
    if (name === store.names.share || (await copies.sizeOf(name)) === undefined)
      await copies.keep(store.objects, name, { signal });
  }
  // By the snapshot that a record knows of the store is recognised that it is about.
  for (const name of prunes) {
    const copy = await copies.get(name);
    const after = copy && afterOf(store, name, copy);
    const manifest = after && store.names.manifest(after);
    if (manifest !== undefined && (await copies.sizeOf(manifest)) === undefined)
      await copies.keep(store.objects, manifest, { signal });
  }
  for (const name of await copies.list(store.names.keyPrefix)) if (!keys.includes(name)) await copies.drop(name);
}

/** The snapshot that a copy of a prune record knows of, undefined when it cannot be read. */
function afterOf({ names, prunes }: ShareStore, name: string, copy: Uint8Array): SnapshotNumber | undefined {
  const number = names.pruneNumberOf(name);
  if (number === undefined || !isWhole(() => prunes.decode(number, copy))) return undefined;
  return prunes.decode(number, copy).after;
}

async function isDamaged(store: ShareStore, number: SnapshotNumber, signal: AbortSignal | undefined): Promise<boolean> {
  return !(await isReadable(() => store.getManifest(number, { signal })));
}

async function isReadable(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Whether a copy is the manifest of this snapshot, as far as the catalog still knows it, and everything it names is in the store. */
async function standsOnStore(
  store: ShareStore,
  { name, finishedAt, number }: Partial<Snapshot> & Pick<Snapshot, "number">,
  copy: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let manifest: Manifest;
  try {
    manifest = store.decodeManifest(number, copy);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
  if (name !== undefined && (manifest.name !== name || manifest.finishedAt !== finishedAt)) return false;
  const pruned = new PrunedObjects(store, async () => {}, { signal });
  await pruned.read(undefined);
  const isThere = async (ref: Manifest["segments"][number]): Promise<boolean> => {
    const found = await store.objects.stat(ref.name, { signal });
    if (found) return found.sizeBytes === ref.sizeBytes;
    const bundle = store.names.bundleIdOf(ref.name);
    return bundle !== undefined && pruned.isListed("bundle", bundle);
  };
  const there = await pMap([...manifest.segments, ...manifest.bundles], isThere, { concurrency: CHECKS_AT_A_TIME });
  return there.every(Boolean);
}

function isWhole(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
