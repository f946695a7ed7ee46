/**
 * The journal of a running backup: collects changes and writes them, segment by segment, in the order that makes a
 * kill harmless: the content is durable before a segment names it, the segment before the catalog applies it, and the
 * catalog before the dedup index points to it.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { ContentId, SnapshotNumber } from "../../core/ids.js";
import type { ChangeBatch, NodePut, NodeRemoval, StoredBundle } from "../../core/node.js";
import type { PendingContent } from "../../store/content-writer.js";
import type { ObjectRef } from "../../store/snapshots/manifest.js";
import type { ShareStore } from "../../store/share-store.js";
import type { RunReport } from "./counters.js";
import type { Deduper } from "./deduper.js";

/** A segment of this many changes is a few megabytes: small enough to hold, large enough to cost little each. */
const CHANGES_PER_SEGMENT = 8192;

export interface JournalParts {
  readonly store: ShareStore;
  readonly catalog: Catalog;
  readonly deduper: Deduper;
  readonly report: RunReport;
}

export class SegmentJournal {
  readonly #parts: JournalParts;
  readonly #snapshot: SnapshotNumber;
  #nextSegment: number;
  #puts: NodePut[] = [];
  #removals: NodeRemoval[] = [];
  #waiting = new Set<Promise<void>>();
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** What the manifest has to name, in order. */
  readonly segments: ObjectRef[] = [];
  readonly bundles: StoredBundle[] = [];

  constructor(parts: JournalParts, snapshot: SnapshotNumber, nextSegment: number) {
    this.#parts = parts;
    this.#snapshot = snapshot;
    this.#nextSegment = nextSegment;
  }

  /** Resolves when there is room for more. @throws what writing an earlier change failed with */
  async put(put: NodePut): Promise<void> {
    this.#puts.push(put);
    await this.#writeWhenFull();
  }

  /** Puts the node once its content is durable; does not wait for that. */
  async putWhenStored(put: NodePut, content: PendingContent): Promise<void> {
    const waiting = this.#finishPut(put, content);
    this.#waiting.add(waiting);
    void waiting.finally(() => this.#waiting.delete(waiting));
    await this.#writeWhenFull();
  }

  async remove(removal: NodeRemoval): Promise<void> {
    this.#removals.push(removal);
    await this.#writeWhenFull();
  }

  /** Writes everything that was handed in, and waits for it. */
  async finish(): Promise<void> {
    await this.#parts.deduper.flush();
    while (this.#waiting.size > 0) await Promise.all(this.#waiting);
    this.#throwFailure();
    await this.#write();
  }

  /** Never rejects: a failure is kept for whoever puts or finishes next. */
  async #finishPut(put: NodePut, content: PendingContent): Promise<void> {
    try {
      const contentId: ContentId = await content.stored;
      this.#puts.push({ ...put, entry: { ...put.entry, contentId } });
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #writeWhenFull(): Promise<void> {
    this.#throwFailure();
    while (this.#puts.length + this.#removals.length >= CHANGES_PER_SEGMENT) await this.#write();
  }

  /** Only one segment is written at a time; whoever comes meanwhile waits for it. */
  async #write(): Promise<void> {
    while (this.#writing) await this.#writing;
    this.#writing = this.#writeSegment();
    try {
      await this.#writing;
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeSegment(): Promise<void> {
    const { store, catalog, deduper, report } = this.#parts;
    // Taken after the puts: a put is in the list only when its content is durable, and so among what is taken.
    const puts = this.#puts;
    const removals = this.#removals;
    const { bundles, contents } = deduper.takeStored();
    if (puts.length + removals.length + bundles.length + contents.length === 0) return;
    this.#puts = [];
    this.#removals = [];
    const batch: ChangeBatch = { firstVersion: catalog.next().version, bundles, contents, removals, puts };
    const ref = await store.putSegment(this.#snapshot, this.#nextSegment, batch);
    await catalog.apply(this.#snapshot, this.#nextSegment, batch);
    this.#nextSegment++;
    this.segments.push(ref);
    this.bundles.push(...bundles);
    report.counters.bytesStored += ref.sizeBytes;
    await deduper.settle(contents);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
