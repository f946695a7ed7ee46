/**
 * Applying one segment to the tables: the only code that writes entries. Called inside a write transaction, and
 * again with the same segments when a catalog is rebuilt, so it depends on nothing but the tables and the batch.
 */
import type { NodeId, SnapshotNumber } from "../core/ids.js";
import type { ChangeBatch, NodeKind, NodePut, NodeRemoval } from "../core/node.js";
import type { NextNumbers } from "./catalog.js";
import { decodeEntry, encodeEntry, type StoredEntry } from "./entry-codec.js";
import { entryKey, historyKey, numberKey, placeKey } from "./keys.js";
import type { CatalogState, Tables } from "./tables.js";
import { bundleRangeValue, knownNodeValue, partsValue, placeValue, segmentRangeValue } from "./values.js";

export class BatchApplier {
  readonly #tables: Tables;
  readonly #snapshot: SnapshotNumber;
  #totals: { files: number; directories: number; bytes: number };
  #next: { -readonly [K in keyof NextNumbers]: NextNumbers[K] };

  constructor(tables: Tables, snapshot: SnapshotNumber, state: CatalogState) {
    this.#tables = tables;
    this.#snapshot = snapshot;
    this.#totals = { ...state.totals };
    this.#next = { ...state.next };
  }

  /** @returns totals and next numbers after the batch */
  apply(segment: number, batch: ChangeBatch): Pick<CatalogState, "next" | "totals"> {
    this.#contents(batch);
    for (const removal of batch.removals) this.#remove(removal);
    for (const [index, put] of batch.puts.entries()) this.#put(put, batch.firstVersion + index);
    if (batch.puts.length > 0) {
      const range = { snapshot: this.#snapshot, segment, count: batch.puts.length };
      void this.#tables.segments.put(numberKey(batch.firstVersion), segmentRangeValue.encode(range));
      this.#advance("version", batch.firstVersion + batch.puts.length);
    }
    return { next: this.#next, totals: this.#totals };
  }

  #contents({ bundles, contents }: ChangeBatch): void {
    for (const { bundleId, firstContentId, count } of bundles) {
      void this.#tables.bundles.put(numberKey(firstContentId), bundleRangeValue.encode({ bundleId, count }));
      this.#advance("bundle", bundleId + 1);
      this.#advance("content", firstContentId + count);
    }
    for (const content of contents) {
      if (content.kind === "list")
        void this.#tables.lists.put(numberKey(content.contentId), partsValue.encode(content.parts));
      this.#advance("content", content.contentId + 1);
    }
  }

  #remove({ nodeId, parentId, name }: NodeRemoval): void {
    const live = this.#live(parentId, name);
    if (live?.nodeId !== nodeId) return;
    this.#close(live);
    void this.#tables.entries.remove(entryKey(parentId, name));
    this.#forgetSource(live);
  }

  #put({ entry, movedFrom }: NodePut, version: number): void {
    const { nodeId, parentId, name, kind, sourceId } = entry;
    if (movedFrom) {
      const before = this.#live(movedFrom.parentId, movedFrom.name);
      if (before?.nodeId === nodeId) {
        this.#close(before);
        void this.#tables.entries.remove(entryKey(before.parentId, before.name));
      }
    }
    const replaced = this.#live(parentId, name);
    if (replaced) {
      this.#close(replaced);
      if (replaced.sourceId !== sourceId) this.#forgetSource(replaced);
    }
    const stored = { ...entry, since: this.#snapshot, version: version as StoredEntry["version"] };
    void this.#tables.entries.put(entryKey(parentId, name), encodeEntry(stored));
    this.#count(entry, 1);
    if (kind === "directory" && replaced?.nodeId !== nodeId) {
      void this.#tables.places.put(placeKey(nodeId, this.#snapshot), placeValue.encode({ parentId, name }));
    }
    if (sourceId !== undefined) {
      void this.#tables.sources.put(Buffer.from(sourceId), knownNodeValue.encode({ nodeId, kind, parentId, name }));
    }
    this.#advance("node", nodeId + 1);
  }

  /** Ends an entry's validity: into the history, unless no published snapshot ever saw it. */
  #close(entry: StoredEntry): void {
    if (entry.since < this.#snapshot) {
      void this.#tables.history.put(historyKey(entry.parentId, entry.name, this.#snapshot), encodeEntry(entry));
    } else if (entry.kind === "directory") {
      void this.#tables.places.remove(placeKey(entry.nodeId, this.#snapshot));
    }
    this.#count(entry, -1);
  }

  #forgetSource({ sourceId, nodeId, parentId, name }: StoredEntry): void {
    if (sourceId === undefined) return;
    const key = Buffer.from(sourceId);
    const value = this.#tables.sources.get(key);
    if (!value) return;
    const known = knownNodeValue.decode(value);
    // A node that moved away is known at its new place by now.
    if (known.nodeId === nodeId && known.parentId === parentId && known.name === name) {
      void this.#tables.sources.remove(key);
    }
  }

  #live(parentId: NodeId, name: string): StoredEntry | undefined {
    const value = this.#tables.entries.get(entryKey(parentId, name));
    return value && decodeEntry(value, parentId, name);
  }

  #count({ kind, sizeBytes }: { readonly kind: NodeKind; readonly sizeBytes: number }, by: 1 | -1): void {
    if (kind === "directory") this.#totals.directories += by;
    else this.#totals.files += by;
    if (kind === "file") this.#totals.bytes += by * sizeBytes;
  }

  #advance<K extends keyof NextNumbers>(key: K, to: number): void {
    if (to > this.#next[key]) this.#next[key] = to as NextNumbers[K];
  }
}
