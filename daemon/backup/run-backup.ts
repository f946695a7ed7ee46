/**
 * One backup of one share, from the claim to the marker. The write order lives here: what the journal has made
 * durable is named by the manifest, writing the manifest is the commit, and the catalog's mark, `latest` and now and
 * then a checkpoint of the catalog follow. All of it is written through the fence of the share's lease.
 * Whatever is interrupted before the manifest is taken up by the next backup.
 */
import pMap from "p-map";
import type { Catalog } from "../../catalog/catalog.js";
import type { DedupIndex } from "../../catalog/dedup-index.js";
import { shared } from "../../core/abort.js";
import type { Clock } from "../../core/clock.js";
import { DamagedError, messageOf } from "../../core/errors.js";
import type { BundleId, ContentId, FencingNumber, SnapshotNumber } from "../../core/ids.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import { snapshotName, type ShareName } from "../../core/names.js";
import type { StoredBundle } from "../../core/node.js";
import type { PassedOver, Snapshot } from "../../core/snapshot.js";
import type { TimeNs } from "../../core/time.js";
import { MetadataReader } from "../../fs/metadata-reader.js";
import { BlobReader } from "../../store/blob-reader.js";
import { ContentStoreWriter, type WorkerLimits } from "../../store/content-store-writer.js";
import { LeaseLostError } from "../../store/leases/lease-errors.js";
import type { ShareStore } from "../../store/share-store.js";
import type { Manifest, ObjectRef } from "../../store/snapshots/manifest.js";
import { checkpointWhenDue } from "../checkpoints/after-backup.js";
import type { CheckpointLimits } from "../checkpoints/policy.js";
import { leased, type LeaseSettings } from "../lease/leased.js";
import type { Source } from "../sources/source.js";
import { catchUp, expectRightStore, takeUp, type TakenUp } from "./catch-up.js";
import { condemnedIn, type IsCondemned } from "./condemned.js";
import { RunReport, type BackupProgress } from "./counters.js";
import { Deduper } from "./deduper.js";
import { Displaced } from "./displaced.js";
import { FileStorer } from "./file-storer.js";
import { KeptBytes } from "./kept-bytes.js";
import { LinkedFiles } from "./linked-files.js";
import { Losses } from "./losses.js";
import { PermissionKeeper } from "./permission-keeper.js";
import { RangeStorer } from "./range-storer.js";
import { Removals } from "./removals.js";
import { SegmentJournal } from "./segment-journal.js";
import { NO_SIBLINGS, type SiblingContents } from "./sibling-contents.js";
import { TreeWalk, type WalkLimits } from "./tree-walk.js";

export interface BackupOptions {
  readonly share: ShareName;
  readonly source: Source;
  readonly store: ShareStore;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
  /** Of the snapshot, ascending, each once. Default: none. */
  readonly tags?: readonly string[] | undefined;
  /** What has to be stored again. Default: nothing. */
  readonly lost?: Losses | undefined;
  /** Opens what other shares of the tenant have stored. Default: nothing. */
  readonly siblings?: (() => Promise<SiblingContents>) | undefined;
  /** Called when the snapshot is published; its failure is a warning. Default: nothing. */
  readonly keepRecords?: (() => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<WalkLimits> | undefined;
  /** The threads that prepare contents. */
  readonly workers?: WorkerLimits | undefined;
  /** When the backup makes a checkpoint of the catalog. */
  readonly checkpoints?: CheckpointLimits | undefined;
  /** Default: this process, a minute's expiry, the system's monotonic clock. */
  readonly lease?: LeaseSettings | undefined;
  /** Called often, after every directory, file and piece of a file; `counters` is live, not a copy. */
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined;
}

export interface BackupResult {
  readonly snapshot: Snapshot;
  /** At most 10 000; `snapshot.counters.errors` counts all. */
  readonly passedOver: readonly PassedOver[];
}

const DEFAULT_LIMITS: WalkLimits = { listings: 16, files: 16, filesByWorkers: 256 };
/** How many objects are asked for at a time when what the manifest names is checked. */
const CHECKS_AT_A_TIME = 16;

/**
 * @throws SharestrataError `SHARE_BUSY` when the share is being backed up already, here or on another machine;
 * `LEASE_LOST` when another machine may have taken the share over; SourceError and StoreError when
 * source or store as a whole fail; the signal's reason when aborted. Nothing is published then, and the next run
 * continues from what is stored. From the manifest on it succeeds, whatever becomes of a checkpoint that is due.
 */
export async function runBackup(options: BackupOptions): Promise<BackupResult> {
  const { store, catalog, signal } = options;
  await using _claim = await catalog.claim();
  options.dedup.claimed();
  // Nothing is written to a store that is another one, not even a lease.
  await expectRightStore(store, catalog, silentLogger, signal);
  return await leased(options, async (own) => {
    const fenced = { ...options, store: own.store, signal: shared(own.signal), fencing: own.lease.number };
    const report = new RunReport(options.onProgress);
    const snapshot = await backUp(fenced, report);
    await checkpointWhenDue({
      ...fenced,
      limits: options.checkpoints,
      onDue: () => report.enter("checkpointing"),
    });
    report.enter("done");
    return { snapshot, passedOver: report.passedOver };
  });
}

/** The store is behind the lease's fence, and the signal hears when the lease is lost. */
interface LeasedOptions extends BackupOptions {
  readonly signal: AbortSignal;
  readonly fencing: FencingNumber;
}

async function backUp(options: LeasedOptions, report: RunReport): Promise<Snapshot> {
  const { catalog, signal } = options;
  report.enter("opening");
  const startedAt = options.clock.now();
  await catchUp(options, signal);
  const previous = await previousOfSource(options);
  await using session = await options.source.open({ signal, previousState: previous?.sourceState });
  const shareProperties = await session.shareProperties?.({ signal });
  const unfinished = await catalog.begin();
  const displaced = new Displaced(catalog);
  const onSegment = displaced.look.bind(displaced);
  const earlier = await takeUp(options, unfinished, { onSegment }, signal);
  const removals = new Removals();
  for (const directory of displaced.lost()) removals.displace(directory);
  if (earlier.segments.length > 0) {
    const fields = { snapshot: unfinished.number, segments: earlier.segments.length };
    options.logger.info(fields, "taking up an interrupted backup");
  }

  const next = await unusedIds(options);
  // Without the signal: when the walk is aborted, what it has read is still stored (`salvage`).
  await using writer = new ContentStoreWriter({ store: options.store, workers: options.workers, ...next });
  const lost = options.lost ?? new Losses();
  const isCondemned = condemnedIn(catalog, earlier.segments.length > 0);
  const isLost: IsCondemned = (contentId, isNewUse) =>
    lost.hasContent(catalog, contentId) || isCondemned(contentId, isNewUse);
  // Opened under the lease: what another share then says it has, it keeps for this one.
  await using siblings = (await options.siblings?.()) ?? NO_SIBLINGS;
  const deduper = new Deduper(options.dedup, writer, isLost, siblings);
  const journal = new SegmentJournal({ ...options, deduper, report }, unfinished.number, earlier.segments.length);
  const files = new FileStorer(options.store.settings, deduper, report);
  const { number: snapshot } = unfinished;
  const blobs = new BlobReader({ store: options.store });
  const onRead = journal.addPermission.bind(journal);
  const permissions = new PermissionKeeper({ session, catalog, lost, onRead, logger: options.logger }, { signal });
  const previousRoot = previous?.sourceRoot;
  const ranges = new RangeStorer({ ...options, session, blobs, files, isLost });
  const metadata = new MetadataReader(catalog, options.store);
  const kept = new KeptBytes({ ...options, session, metadata, isLost });
  const walk = new TreeWalk(
    {
      session,
      catalog,
      journal,
      files,
      ranges,
      kept,
      links: new LinkedFiles({ catalog, isLost }),
      permissions,
      previousRoot,
      removals,
      report,
      snapshot,
      isLost: ({ contentId, version }) => isLost(contentId) || lost.hasMetadata(catalog, version),
      signal,
    },
    { ...DEFAULT_LIMITS, ...options.limits },
  );
  report.enter("scanning");
  try {
    await walk.run();
  } catch (error) {
    await salvage(journal, options.logger);
    throw error;
  }
  report.enter("finishing");
  await journal.finish();
  for (const removal of removals.due(catalog.live)) {
    await journal.remove(removal);
    report.counters.deleted++;
  }
  await journal.finish();
  report.counters.bytesStored += writer.storedBytes;
  report.enter("publishing");
  const { state: sourceState, consistent } = session;
  const { rootId: sourceRoot } = walk;
  const source = { sourceState, sourceRoot, shareProperties, consistent };
  const published = await publish(options, { snapshot, startedAt, report, journal, earlier, source });
  await session.published?.();
  return published;
}

/** The newest snapshot's manifest, when that was made of this source. A hint: without it more is read. */
async function previousOfSource({
  store,
  catalog,
  source,
  logger,
  signal,
}: LeasedOptions): Promise<Manifest | undefined> {
  const newest = catalog.snapshots().at(-1);
  if (!newest) return undefined;
  try {
    const manifest = await store.getManifest(newest.number, { signal });
    return manifest.source === source.uri ? manifest : undefined;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    logger.debug({ reason: error.message }, "what the newest snapshot was read from is not known");
    return undefined;
  }
}

/** Keeps what is stored from being stored again by the next run. The run has failed; this may fail as well. */
async function salvage(journal: SegmentJournal, logger: Logger): Promise<void> {
  try {
    await journal.finish();
  } catch (error) {
    logger.debug({ reason: messageOf(error) }, "what was read last will be read again");
  }
}

/** Ids behind everything in the store, whatever an interrupted run has left there. */
async function unusedIds({
  store,
  catalog,
}: BackupOptions): Promise<{ readonly nextContentId: ContentId; readonly nextBundleId: BundleId }> {
  const { content, bundle } = catalog.next();
  const lastBundle = await store.highestBundleId(bundle);
  const lastBlob = await store.highestBlobId(content);
  return {
    nextContentId: (lastBlob === undefined ? content : lastBlob + 1) as ContentId,
    nextBundleId: (lastBundle === undefined ? bundle : lastBundle + 1) as BundleId,
  };
}

interface Publication {
  readonly snapshot: SnapshotNumber;
  readonly startedAt: TimeNs;
  readonly report: RunReport;
  readonly journal: SegmentJournal;
  /** The segments of interrupted attempts at this snapshot. */
  readonly earlier: TakenUp;
  /** What the manifest says of the source. */
  readonly source: Pick<Manifest, "sourceState" | "sourceRoot" | "shareProperties" | "consistent">;
}

async function publish(options: LeasedOptions, publication: Publication): Promise<Snapshot> {
  const { store, catalog, clock, signal } = options;
  const { snapshot: number, startedAt, report, journal, earlier } = publication;
  const { shareProperties, consistent, ...ofSource } = publication.source;
  const before = catalog.snapshots();
  const snapshot: Snapshot = {
    number,
    name: snapshotName(startedAt, (name) => before.some((other) => other.name === name)),
    startedAt,
    finishedAt: clock.now(),
    tags: options.tags ?? [],
    status: report.counters.errors > 0 ? "with-errors" : "complete",
    consistent,
    ...catalog.totals(),
    counters: { ...report.counters },
    shareProperties,
  };
  const refOf = ({ bundleId, sizeBytes, sha256 }: StoredBundle): ObjectRef => ({
    name: store.names.bundle(bundleId),
    sizeBytes,
    sha256,
  });
  const manifest: Manifest = {
    ...snapshot,
    share: options.share,
    parent: before.at(-1)?.number,
    source: options.source.uri,
    segments: [...earlier.segments, ...journal.segments],
    bundles: [...earlier.bundles, ...journal.bundles].map(refOf),
    passedOver: report.passedOver,
    fencing: options.fencing,
    ...ofSource,
  };
  await expectObjects(store, [...manifest.segments, ...manifest.bundles]);
  // The last moment at which the run can be called off: from the manifest on the snapshot exists.
  signal.throwIfAborted();
  await store.putManifest(manifest);
  await catalog.publish(snapshot);
  await options.dedup.settle();
  await markLatest(options, number);
  await keepRecords(options);
  return snapshot;
}

/** The snapshot is published, and copies are for the day on which the store loses something. */
async function keepRecords({ keepRecords: keep, logger }: LeasedOptions): Promise<void> {
  try {
    await keep?.();
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, "no copies of the snapshot's records were kept on this machine");
  }
}

async function markLatest({ store, logger }: LeasedOptions, number: SnapshotNumber): Promise<void> {
  try {
    await store.setLatest(number);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    // The snapshot is published, and the marker now belongs to whoever has the lease.
    logger.warn({ snapshot: number }, error.message);
  }
}

/** A manifest must not name what is not there. */
async function expectObjects(store: ShareStore, refs: readonly ObjectRef[]): Promise<void> {
  const check = async ({ name, sizeBytes }: ObjectRef): Promise<void> => {
    const found = await store.objects.stat(name);
    if (found?.sizeBytes === sizeBytes) return;
    throw new DamagedError(`${name} was stored with ${sizeBytes} bytes and now has ${found?.sizeBytes ?? "none"}.`, {
      where: name,
    });
  };
  await pMap(refs, check, { concurrency: CHECKS_AT_A_TIME });
}
