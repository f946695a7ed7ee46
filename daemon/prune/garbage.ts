/**
 * What of a share nothing reaches: objects that can go, bundles that are worth rewriting, and which contents must not be referred to
 * again because of that. It only looks; the record that makes it so is written by prune.ts.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import { isInRanges, RangeBuilder, rangesOf, type IdRange } from "../../core/id-range.js";
import { IdSet } from "../../core/id-set.js";
import { pruneOfBundle, type BundleId, type ContentId, type PruneNumber, type SnapshotNumber } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import { bundledSizeBytes } from "../../store/bundles/bundle-builder.js";
import { readBundleIndex } from "../../store/bundles/bundle-reader.js";
import type { ShareStore } from "../../store/share-store.js";
import { isDamage } from "../verify/finding.js";
import { Inventory, count as countObject, type Amount } from "../verify/inventory.js";
import { BundleUse, type UsedBundle } from "./bundle-use.js";
import { References } from "./references.js";
import type { TenantUse } from "./tenant-use.js";

export interface GarbageOptions {
  readonly store: ShareStore;
  readonly catalog: CatalogReader;
  /** Snapshots that stay, ascending. */
  readonly kept: readonly { readonly number: SnapshotNumber }[];
  /** The newest that the catalog has; 0 when it has none. */
  readonly newest: number;
  /** Default: all that is published counts as needed by others, where they may need it. */
  readonly tenant?: TenantUse | undefined;
  /** The record that will be written. */
  readonly prune: PruneNumber;
  /** A bundle is rewritten when a smaller part of it than this is reached: 0 … 1. */
  readonly rewriteBelow: number;
  /** Asked once everything is listed: whether a backup may have stored something that no segment names yet. */
  readonly isRunning: () => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  /** Called often. */
  readonly onProgress?: ((progress: GarbageProgress) => void) | undefined;
}

export interface GarbageProgress {
  readonly phase: "marking" | "listing" | "looking";
  readonly objects: number;
}

export interface Rewriting {
  readonly bundle: UsedBundle;
  /** What of it is reached, as it would lie in another bundle. */
  readonly aliveBytes: number;
}

export class Garbage {
  /** Ids from here on may belong to something that no segment names yet: nothing is said of them. */
  readonly limits: { readonly content: ContentId; readonly bundle: BundleId };
  readonly bundles: readonly BundleId[];
  readonly blobs: readonly ContentId[];
  readonly rewritings: readonly Rewriting[];
  /** What the objects take that can go, those that are rewritten not included. */
  readonly dead: Amount;
  /** How many bundles of this very record an interrupted prune has left. */
  readonly leftIndex: number;
  readonly #catalog: CatalogReader;
  readonly #use: BundleUse;
  readonly #references: References;

  private constructor(parts: {
    readonly catalog: CatalogReader;
    readonly use: BundleUse;
    readonly references: References;
    readonly found: Found;
  }) {
    this.#catalog = parts.catalog;
    this.#use = parts.use;
    this.#references = parts.references;
    ({
      limits: this.limits,
      bundles: this.bundles,
      blobs: this.blobs,
      rewritings: this.rewritings,
      dead: this.dead,
      leftIndex: this.leftIndex,
    } = parts.found);
  }

  /** @throws DamagedError when a segment that is not in the catalog cannot be read; StoreError; the signal's reason */
  static async find(options: GarbageOptions): Promise<Garbage> {
    const { store, catalog, kept, newest, signal, onProgress } = options;
    const pace = new Pace(signal);
    const references = new References();
    onProgress?.({ phase: "marking", objects: 0 });
    // Segments first: those that a backup publishes meanwhile are in the catalog's entries or behind them, never in neither.
    await references.addSegments(store, newest, { signal });
    await references.addEntries(catalog, kept, newest, pace);
    await references.addShared(store, catalog, { tenant: options.tenant, isLast: false }, pace);
    await references.addParts(catalog, pace);
    onProgress?.({ phase: "listing", objects: 0 });
    const inventory = await Inventory.take(store, { signal });
    const limits = limitsOf(catalog, inventory, references, await options.isRunning());
    const use = await BundleUse.count(catalog, inventory.bundles, references, pace);
    const found = { ...sorted(options, inventory, use, references, limits), limits };
    const rewritings = await worthRewriting(options, found.sparse, references);
    return new Garbage({ catalog, use, references, found: { ...found, rewritings } });
  }

  /** Whether a content is reached, and lies in this bundle now. */
  isIn(bundle: BundleId, contentId: ContentId): boolean {
    if (!this.#references.contents.has(contentId)) return false;
    const location = this.#catalog.locate(contentId);
    return location?.kind === "bundled" && location.bundleId === bundle;
  }

  get references(): References {
    return this.#references;
  }

  /**
   * What must not be referred to again when the garbage and these bundles go: everything below the limits that is not reached, but
   * for what lies in bundles that stay. Contents that are condemned already are left out.
   */
  async condemned(rewritten: ReadonlySet<BundleId>, signal: AbortSignal | undefined): Promise<readonly IdRange[]> {
    const pace = new Pace(signal);
    const spared = new IdSet();
    for (const { first, count } of this.#catalog.condemned())
      for (let id = first; id < first + count; id++) spared.add(id);
    const going = new Set<BundleId>([...this.bundles, ...rewritten]);
    const spare = (bundleId: BundleId, first: number, end: number, isHere: (id: number) => boolean): void => {
      if (going.has(bundleId) || !this.#use.get(bundleId)) return;
      for (let id = first; id < end; id++) if (isHere(id)) spared.add(id);
    };
    for (const { bundleId, first, count } of this.#catalog.bundledRanges())
      spare(bundleId, first, first + count, (id) => !this.#use.moved.has(id));
    for (const { bundleId, first, count } of this.#catalog.movedRanges())
      spare(bundleId, first, first + count, () => true);
    const builder = new RangeBuilder();
    const handedOut = Math.min(this.limits.content, this.#catalog.next().content);
    for (let id = 1; id < handedOut; id++) {
      if (!spared.has(id) && !this.#references.contents.has(id)) builder.add(id);
      const pause = pace.step();
      if (pause) await pause;
    }
    // Of an interrupted backup. Not one id after another: a stray object may be called anything.
    for (const id of this.blobs) if (id >= handedOut) builder.add(id);
    return builder.ranges;
  }
}

interface Found {
  readonly limits: Garbage["limits"];
  readonly bundles: readonly BundleId[];
  readonly blobs: readonly ContentId[];
  readonly rewritings: readonly Rewriting[];
  readonly dead: Amount;
  readonly leftIndex: number;
}

/** Beside a backup, ids that it may be using are those that the catalog has not handed out, or its own segments have brought. */
function limitsOf(
  catalog: CatalogReader,
  { bundles, blobs }: Inventory,
  { brought }: References,
  isRunning: boolean,
): Garbage["limits"] {
  const next = catalog.next();
  if (isRunning) {
    return {
      content: Math.min(catalog.publishedContent(), brought.firstContent) as ContentId,
      bundle: Math.min(next.bundle, brought.firstBundle) as BundleId,
    };
  }
  let [lastBundle, lastBlob] = [0, 0];
  for (const { id } of bundles.entries()) if (!pruneOfBundle(id)) lastBundle = id;
  for (const { id } of blobs.entries()) lastBlob = id;
  return {
    content: Math.max(next.content, brought.lastContent + 1, lastBlob + 1) as ContentId,
    bundle: Math.max(next.bundle, brought.lastBundle + 1, lastBundle + 1) as BundleId,
  };
}

interface Sorted extends Omit<Found, "rewritings" | "limits"> {
  /** Of which only a part is reached. */
  readonly sparse: readonly UsedBundle[];
}

function sorted(
  { prune }: GarbageOptions,
  { blobs }: Inventory,
  use: BundleUse,
  references: References,
  limits: Garbage["limits"],
): Sorted {
  const dead = { objects: 0, bytes: 0 };
  const [deadBundles, deadBlobs, sparse]: [BundleId[], ContentId[], UsedBundle[]] = [[], [], []];
  let leftIndex = 0;
  for (const bundle of use) {
    const origin = pruneOfBundle(bundle.id);
    if (origin?.prune === prune) leftIndex = origin.index + 1;
    // Behind the limits, a backup or another prune may be about to name it.
    const isSettled = origin === undefined ? bundle.id < limits.bundle : origin.prune <= prune;
    if (!isSettled || bundle.isFresh) continue;
    if (bundle.alive === 0) {
      deadBundles.push(bundle.id);
      countObject(dead, bundle.sizeBytes);
    } else if (bundle.alive < bundle.members) sparse.push(bundle);
  }
  for (const { id, sizeBytes } of blobs.entries()) {
    if (id >= limits.content || references.contents.has(id)) continue;
    deadBlobs.push(id);
    countObject(dead, sizeBytes);
  }
  return { bundles: deadBundles, blobs: deadBlobs, dead, leftIndex, sparse };
}

async function worthRewriting(
  { store, catalog, rewriteBelow, signal, onProgress }: GarbageOptions,
  sparse: readonly UsedBundle[],
  references: References,
): Promise<readonly Rewriting[]> {
  const found: Rewriting[] = [];
  for (const [looked, bundle] of sparse.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ phase: "looking", objects: looked });
    let aliveBytes = 0;
    try {
      for (const { contentId, storedBytes } of await readBundleIndex(
        store.objects,
        store.names,
        bundle.id,
        store.sealing,
        {
          signal,
        },
      )) {
        if (!references.contents.has(contentId)) continue;
        const location = catalog.locate(contentId);
        if (location?.kind === "bundled" && location.bundleId === bundle.id)
          aliveBytes += bundledSizeBytes(storedBytes);
      }
    } catch (error) {
      // Verifying tells of it, and what can be read of it may still be wanted.
      if (!isDamage(error)) throw error;
      continue;
    }
    if (aliveBytes < rewriteBelow * bundle.sizeBytes) found.push({ bundle, aliveBytes });
  }
  return found;
}

/** Objects as a record lists them. */
export function listed(ids: readonly number[]): readonly IdRange[] {
  return rangesOf(ids);
}

/** Whether all of `ids` are listed. */
export function areListed(ranges: readonly IdRange[], ids: readonly number[]): boolean {
  return ids.every((id) => isInRanges(ranges, id));
}
