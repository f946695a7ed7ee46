/**
 * The journal of a running backup: collects changes and writes them, segment by segment, in the order that makes a
 * kill harmless: the content is durable before a segment names it, the segment before the catalog applies it, and the
 * catalog before the dedup index points to it.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { ContentId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type {
  ChangeBatch,
  NodeMetadata,
  NodePut,
  NodeRemoval,
  PermissionRecord,
  StoredBundle,
} from "../../core/node.js";
import type { PendingContent } from "../../store/content-writer.js";
import type { ObjectRef } from "../../store/snapshots/manifest.js";
import type { ShareStore } from "../../store/share-store.js";
import type { RunReport } from "./counters.js";
import type { Deduper } from "./deduper.js";
import { earlierMoves } from "./earlier-moves.js";
import type { NodeSet } from "./node-set.js";
import { weightOfPermission, weightOfPut } from "./record-weight.js";

/** A segment of this many changes is a few megabytes: small enough to hold, large enough to cost little each. */
const CHANGES_PER_SEGMENT = 8192;
/** After this much stored content a segment is written anyway: what a kill leaves unjournalled is read again. */
const BYTES_PER_SEGMENT = 32 * 1024 * 1024;

/** The same after this much of what changes bring along beside themselves: 8192 descriptors of 32 KiB would be held several times over. */
const WEIGHT_PER_SEGMENT = 8 * 1024 * 1024;

export interface JournalParts {
  readonly store: ShareStore;
  readonly catalog: Catalog;
  readonly deduper: Deduper;
  readonly report: RunReport;
}

export class SegmentJournal {
  readonly #parts: JournalParts;
  readonly #snapshot: SnapshotNumber;
  /** Bytes of content that were stored when the last segment was begun. */
  #journalledBytes = 0;
  #nextSegment: number;
  #puts: NodePut[] = [];
  #permissions: PermissionRecord[] = [];
  #removals: NodeRemoval[] = [];
  /** Of puts and permissions, in bytes; and of what is still waiting for its content. */
  #weight = 0;
  #waitingWeight = 0;
  #waiting = new Set<Promise<void>>();
  #draining: Promise<void> | undefined;
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

  /** Nodes that interrupted attempts at this snapshot have moved; asked before anything is put. */
  earlierMoves(): Promise<NodeSet> {
    const { store, catalog } = this.#parts;
    return earlierMoves(store, catalog, this.#snapshot, this.#nextSegment);
  }

  /** What was journalled of a version that is in the tree. */
  async metadataOf(version: VersionNumber): Promise<NodeMetadata> {
    const { store, catalog } = this.#parts;
    const position = catalog.segmentOf(version);
    const batch = position && (await store.getSegment(position.snapshot, position.segment));
    return batch?.puts[position?.index ?? -1]?.metadata ?? {};
  }

  /** What is put from now on may refer to it. */
  addPermission(record: PermissionRecord): void {
    this.#permissions.push(record);
    this.#weight += weightOfPermission(record);
  }

  /** Resolves when there is room for more. @throws what writing an earlier change failed with */
  async put(put: NodePut): Promise<void> {
    this.#push(put);
    if (this.#isFull()) await this.#writeWhenFull();
  }

  /** Puts the node once its content is durable; does not wait for that unless too many are waiting. */
  async putWhenStored(put: NodePut, content: PendingContent): Promise<void> {
    const waiting = this.#finishPut(put, content);
    const weight = weightOfPut(put);
    this.#waiting.add(waiting);
    this.#waitingWeight += weight;
    void waiting.then(() => {
      this.#waiting.delete(waiting);
      this.#waitingWeight -= weight;
    });
    // Equal small files add nothing to the open bundle, so it need not fill up before they are many.
    const isMuch = this.#waiting.size >= CHANGES_PER_SEGMENT || this.#waitingWeight >= WEIGHT_PER_SEGMENT;
    if (isMuch) await this.#drain();
    if (this.#isFull()) await this.#writeWhenFull();
  }

  async remove(removal: NodeRemoval): Promise<void> {
    this.#removals.push(removal);
    await this.#writeWhenFull();
  }

  /** Writes everything that was handed in before, and waits for it; others may go on handing in. */
  async finish(): Promise<void> {
    while (this.#draining) await this.#draining;
    await this.#drain();
    this.#throwFailure();
    let left = Math.max(1, Math.ceil((this.#puts.length + this.#removals.length) / CHANGES_PER_SEGMENT));
    // Any two segments in a row have more than the weight of one.
    left += 2 * Math.floor(this.#weight / WEIGHT_PER_SEGMENT);
    while (left-- > 0) await this.#write();
  }

  /** Waits for the contents that are waited for now. One drain at a time: it flushes what later ones would. */
  async #drain(): Promise<void> {
    this.#draining ??= this.#drainNow();
    await this.#draining;
  }

  async #drainNow(): Promise<void> {
    try {
      const waiting = [...this.#waiting];
      await this.#parts.deduper.flush();
      await Promise.all(waiting);
    } finally {
      this.#draining = undefined;
    }
  }

  /** Never rejects: a failure is kept for whoever puts or finishes next. */
  async #finishPut(put: NodePut, content: PendingContent): Promise<void> {
    try {
      const contentId: ContentId = await content.stored;
      this.#push({ ...put, entry: { ...put.entry, contentId } });
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #push(put: NodePut): void {
    this.#puts.push(put);
    this.#weight += weightOfPut(put);
  }

  /** Whether there is something to write. Asked for every change, which mostly has nothing to wait for. */
  #isFull(): boolean {
    this.#throwFailure();
    return this.#fillsSegment() || this.#isDue();
  }

  #fillsSegment(): boolean {
    return this.#puts.length + this.#removals.length >= CHANGES_PER_SEGMENT || this.#weight >= WEIGHT_PER_SEGMENT;
  }

  #isDue(): boolean {
    const storedBytes = this.#parts.deduper.storedBytes - this.#journalledBytes;
    return storedBytes >= BYTES_PER_SEGMENT && this.#puts.length > 0 && !this.#writing;
  }

  async #writeWhenFull(): Promise<void> {
    this.#throwFailure();
    while (this.#fillsSegment()) await this.#write();
    if (this.#isDue()) await this.#write();
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
    this.#journalledBytes = this.#parts.deduper.storedBytes;
    const { store, catalog, deduper, report } = this.#parts;
    // Taken after the puts: a put is in the list only when its content is durable, and so among what is taken.
    const puts = this.#puts.slice(0, this.#fitting());
    const removals = this.#removals.slice(0, CHANGES_PER_SEGMENT - puts.length);
    const permissions = this.#permissions.splice(0);
    const { bundles, contents } = deduper.takeStored();
    if (puts.length + removals.length + bundles.length + contents.length + permissions.length === 0) return;
    this.#puts = this.#puts.slice(puts.length);
    this.#weight = total(this.#puts);
    this.#removals = this.#removals.slice(removals.length);
    const batch: ChangeBatch = {
      firstVersion: catalog.next().version,
      bundles,
      contents,
      ...(permissions.length > 0 && { permissions }),
      removals,
      puts,
    };
    const ref = await store.putSegment(this.#snapshot, this.#nextSegment, batch);
    await catalog.apply(this.#snapshot, this.#nextSegment, batch, ref.sha256);
    this.#nextSegment++;
    this.segments.push(ref);
    this.bundles.push(...bundles);
    report.counters.bytesStored += ref.sizeBytes;
    await deduper.settle(contents);
  }

  /** How many of the puts make a segment. */
  #fitting(): number {
    if (this.#weight < WEIGHT_PER_SEGMENT) return CHANGES_PER_SEGMENT;
    let weight = 0;
    const end = this.#puts.findIndex((put) => (weight += weightOfPut(put)) > WEIGHT_PER_SEGMENT);
    return end < 0 ? CHANGES_PER_SEGMENT : Math.min(Math.max(end, 1), CHANGES_PER_SEGMENT);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

function total(puts: readonly NodePut[]): number {
  let weight = 0;
  for (const put of puts) weight += weightOfPut(put);
  return weight;
}
