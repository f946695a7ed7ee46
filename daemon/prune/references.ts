/**
 * What of the stored contents somebody can reach: by the catalog's entries, and by the segments that the catalog may not have. Those
 * are of snapshots that were published since, and of the one that is being written, on whatever machine: everything they name
 * counts, so that nothing has to be known of where they lead.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import { DamagedError } from "../../core/errors.js";
import { IdSet } from "../../core/id-set.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { ChangeBatch, ForeignContent } from "../../core/node.js";
import type { Pace } from "../../core/pace.js";
import type { ShareStore } from "../../store/share-store.js";
import type { IoOptions } from "../../store/object-store.js";
import type { TenantUse } from "./tenant-use.js";
import { countBelow } from "../../catalog/published.js";

export class References {
  /** Content ids: blobs and lists. */
  readonly contents = new IdSet();
  /** Bundles that segments behind the catalog have brought. */
  readonly bundles = new IdSet();
  /** What those segments have brought from other shares. */
  readonly foreign: ForeignContent[] = [];
  /** Of what those segments have brought; 0 and infinity when they have brought nothing. */
  readonly brought = { firstContent: Infinity, lastContent: 0, firstBundle: Infinity, lastBundle: 0 };

  /**
   * Adds what the catalog's entries refer to in any of `kept`, and in every snapshot behind `newest`.
   * @param kept ascending
   */
  async addEntries(
    catalog: CatalogReader,
    kept: readonly { readonly number: SnapshotNumber }[],
    newest: number,
    pace: Pace,
  ): Promise<void> {
    for (const { contentId, since, until } of catalog.versions()) {
      const pause = pace.step();
      if (pause) await pause;
      if (contentId === 0) continue;
      const first = kept[countBelow(kept, since)]?.number;
      const isKept = first !== undefined && (until === undefined || first < until);
      if (isKept || since > newest) this.contents.add(contentId);
    }
  }

  /** Adds what segments of snapshots behind `newest` name. @throws DamagedError when one cannot be read; StoreError */
  async addSegments(store: ShareStore, newest: number, options: IoOptions): Promise<void> {
    let last = newest;
    const after = newest === 0 ? {} : { after: newest as SnapshotNumber };
    for await (const number of store.manifests({ ...options, ...after })) last = number;
    for (let snapshot = newest + 1; snapshot <= last + 1; snapshot++) {
      const numbers: number[] = [];
      for await (const { number } of store.segments(snapshot as SnapshotNumber, options)) numbers.push(number);
      for (const number of numbers) {
        const batch = await segmentOf(store, snapshot as SnapshotNumber, number, options);
        if (batch) this.#addBatch(batch);
      }
    }
  }

  /**
   * Adds what other shares of the tenant refer to, where the share has its contents in common with them: all that is published when
   * that cannot be told, as they take only that.
   * @param isLast as of `TenantUse.collect`
   */
  async addShared(
    store: ShareStore,
    catalog: CatalogReader,
    { tenant, isLast }: { readonly tenant: TenantUse | undefined; readonly isLast: boolean },
    pace: Pace,
  ): Promise<void> {
    if (store.settings.dedupScope !== "tenant") return;
    if (await tenant?.collect((id) => this.contents.add(id), isLast)) return;
    for (let id = 1; id < catalog.publishedContent(); id++) {
      this.contents.add(id);
      const pause = pace.step();
      if (pause) await pause;
    }
  }

  /** Adds the parts of the lists that are reached. To be called last. */
  async addParts(catalog: CatalogReader, pace: Pace): Promise<void> {
    for (const list of catalog.lists()) {
      const pause = pace.step();
      if (pause) await pause;
      if (!this.contents.has(list)) continue;
      const location = catalog.locate(list);
      if (location?.kind === "list") for (const { contentId } of location.parts) this.contents.add(contentId);
    }
  }

  #addBatch({ bundles, contents, puts }: ChangeBatch): void {
    const { brought } = this;
    for (const { bundleId, firstContentId, count } of bundles) {
      this.bundles.add(bundleId);
      brought.firstBundle = Math.min(brought.firstBundle, bundleId);
      brought.lastBundle = Math.max(brought.lastBundle, bundleId);
      brought.firstContent = Math.min(brought.firstContent, firstContentId);
      brought.lastContent = Math.max(brought.lastContent, firstContentId + count - 1);
    }
    for (const content of contents) {
      this.contents.add(content.contentId);
      brought.firstContent = Math.min(brought.firstContent, content.contentId);
      brought.lastContent = Math.max(brought.lastContent, content.contentId);
      if (content.kind === "foreign") this.foreign.push(content.owner);
      if (content.kind === "list") for (const { contentId } of content.parts) this.contents.add(contentId);
    }
    for (const { entry } of puts) if (entry.contentId !== 0) this.contents.add(entry.contentId);
  }
}

/** @returns undefined for one that a backup has deleted since it was listed, because it counts as never written */
async function segmentOf(
  store: ShareStore,
  snapshot: SnapshotNumber,
  number: number,
  options: IoOptions,
): Promise<ChangeBatch | undefined> {
  try {
    return await store.getSegment(snapshot, number, options);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    if (!(await store.objects.stat(store.names.segment(snapshot, number), options))) return undefined;
    throw error;
  }
}
