/**
 * Reading the tree. The tree at snapshot S is the live entries that are valid since S or before, together with those
 * in the history with since ≤ S < until. Each call reads a consistent state; what a running backup applies meanwhile
 * bears a later number and stays invisible.
 */
import { DamagedError } from "../core/errors.js";
import { NO_NODE, ROOT_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { CatalogEntry, TreeView } from "./catalog.js";
import { decodeEntry, type StoredEntry } from "./entry-codec.js";
import { entryKey, historyKey, numberKey, parseHistoryKey, placeKey } from "./keys.js";
import type { Tables } from "./tables.js";
import { placeValue } from "./values.js";

/** No snapshot ever has this number: the view that includes what is not published yet. */
const UNPUBLISHED = 0xffff_ffff as SnapshotNumber;
/** A path longer than this means that parents form a cycle. Azure Files allows 250 levels, Linux 2 048. */
const MAX_DEPTH = 4096;

/** The tree with everything that is applied, published or not. */
export function liveView(tables: Tables): TreeView {
  return new LmdbTreeView(tables, UNPUBLISHED);
}

export function snapshotView(tables: Tables, snapshot: SnapshotNumber): TreeView {
  return new LmdbTreeView(tables, snapshot);
}

class LmdbTreeView implements TreeView {
  readonly #tables: Tables;
  readonly #at: SnapshotNumber;

  constructor(tables: Tables, at: SnapshotNumber) {
    this.#tables = tables;
    this.#at = at;
  }

  get root(): CatalogEntry | undefined {
    return this.lookup(NO_NODE, "");
  }

  lookup(parentId: NodeId, name: string): CatalogEntry | undefined {
    const value = this.#tables.entries.get(entryKey(parentId, name));
    const live = value && decodeEntry(value, parentId, name);
    if (this.#at === UNPUBLISHED || (live && live.since <= this.#at)) return live;
    return this.#lookupHistory(parentId, name);
  }

  #lookupHistory(parentId: NodeId, name: string): CatalogEntry | undefined {
    const start = historyKey(parentId, name, this.#at + 1);
    const end = historyKey(parentId, name, UNPUBLISHED);
    for (const { value } of this.#tables.history.getRange({ start, end, limit: 1 })) {
      const entry = decodeEntry(value, parentId, name);
      if (entry.since <= this.#at) return entry;
    }
    return undefined;
  }

  *list(parentId: NodeId, after?: string): IterableIterator<CatalogEntry> {
    const live = this.#liveEntries(parentId, after);
    if (this.#at === UNPUBLISHED) {
      for (const { entry } of live) yield entry;
      return;
    }
    yield* merge(live, this.#pastEntries(parentId, after), this.#at);
  }

  *#liveEntries(parentId: NodeId, after: string | undefined): IterableIterator<NamedEntry> {
    const start = after === undefined ? numberKey(parentId) : entryKey(parentId, after);
    const range = { start, end: numberKey(parentId + 1), exclusiveStart: after !== undefined };
    for (const { key, value } of this.#tables.entries.getRange(range)) {
      const nameBytes = key.subarray(8);
      yield { nameBytes, entry: decodeEntry(value, parentId, nameBytes.toString("utf8")) };
    }
  }

  *#pastEntries(parentId: NodeId, after: string | undefined): IterableIterator<NamedEntry> {
    const start = after === undefined ? numberKey(parentId) : historyKey(parentId, after, UNPUBLISHED);
    for (const { key, value } of this.#tables.history.getRange({ start, end: numberKey(parentId + 1) })) {
      const { nameBytes, until } = parseHistoryKey(key);
      if (until <= this.#at) continue;
      const entry = decodeEntry(value, parentId, nameBytes.toString("utf8"));
      if (entry.since <= this.#at) yield { nameBytes, entry };
    }
  }

  pathOf(directoryId: NodeId): readonly string[] | undefined {
    const path: string[] = [];
    let nodeId = directoryId;
    while (nodeId !== ROOT_NODE) {
      const place = this.#placeOf(nodeId);
      if (!place || this.lookup(place.parentId, place.name)?.nodeId !== nodeId) return undefined;
      path.push(place.name);
      nodeId = place.parentId;
      if (path.length > MAX_DEPTH) {
        throw new DamagedError(`The parents of node ${directoryId} form a cycle.`, { where: `node ${directoryId}` });
      }
    }
    return path.toReversed();
  }

  #placeOf(nodeId: NodeId): { readonly parentId: NodeId; readonly name: string } | undefined {
    // Newest first: LMDB walks a reverse range from its upper bound down.
    const range = { start: placeKey(nodeId, this.#at), end: placeKey(nodeId, 0), reverse: true, limit: 1 };
    for (const { value } of this.#tables.places.getRange(range)) return placeValue.decode(value);
    return undefined;
  }
}

interface NamedEntry {
  readonly nameBytes: Buffer;
  readonly entry: StoredEntry;
}

/** Both sides are sorted by name; a name that is on both stands once, the live entry only if it is old enough. */
function* merge(
  live: IterableIterator<NamedEntry>,
  past: IterableIterator<NamedEntry>,
  at: SnapshotNumber,
): IterableIterator<CatalogEntry> {
  try {
    let left = live.next();
    let right = past.next();
    while (!left.done || !right.done) {
      const order = left.done ? 1 : right.done ? -1 : Buffer.compare(left.value.nameBytes, right.value.nameBytes);
      if (order <= 0) {
        const { entry } = (left as IteratorYieldResult<NamedEntry>).value;
        if (entry.since <= at) yield entry;
        left = live.next();
      } else {
        yield (right as IteratorYieldResult<NamedEntry>).value.entry;
        right = past.next();
      }
    }
  } finally {
    // Whoever stops early must not leave a cursor, and with it a read transaction, open.
    live.return?.();
    past.return?.();
  }
}
