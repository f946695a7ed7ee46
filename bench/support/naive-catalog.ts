/**
 * The layout that a first design would have, to be compared with: a row per node and a row per child, what ends goes
 * to the same two tables' past. It does the same work as the catalog for each batch (one durable transaction, ranges
 * of contents and versions, counters) with the same settings of LMDB, so that the layout alone makes the difference.
 */
import { mkdirSync } from "node:fs";
import { open, type Database, type RootDatabase } from "lmdb";
import type { NextNumbers, TreeView, UnfinishedSnapshot } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { ChangeBatch, NodeEntry, NodePut, NodeRemoval } from "../../core/node.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { JudgedCatalog } from "./judged-catalog.js";
import { childKey, decodeNode, encodeNode, idOf, idValue, nodeKey, pastKey, type NaiveNode } from "./naive-rows.js";
import { NaiveView } from "./naive-view.js";

export type BinaryTable = Database<Buffer, Buffer>;

interface State {
  readonly next: { node: number; version: number; content: number; bundle: number };
  readonly totals: { files: number; directories: number; bytes: number };
  unfinished: UnfinishedSnapshot | null;
  snapshots: number;
}

export function openNaiveCatalog(folder: string): JudgedCatalog {
  mkdirSync(folder, { recursive: true });
  return new NaiveCatalog(open({ path: folder, noSubdir: false, maxDbs: 16, overlappingSync: false }));
}

class NaiveCatalog implements JudgedCatalog {
  readonly live: TreeView;
  readonly #environment: RootDatabase;
  readonly #meta: Database<State, string>;
  readonly #nodes: BinaryTable;
  readonly #children: BinaryTable;
  readonly #pastNodes: BinaryTable;
  readonly #pastChildren: BinaryTable;
  readonly #ranges: BinaryTable;
  readonly #sources: BinaryTable;
  #snapshot = 0 as SnapshotNumber;

  constructor(environment: RootDatabase) {
    const table = (name: string): BinaryTable =>
      environment.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
    this.#environment = environment;
    this.#meta = environment.openDB<State, string>({ name: "meta", encoding: "json" });
    this.#nodes = table("nodes");
    this.#children = table("children");
    this.#pastNodes = table("past-nodes");
    this.#pastChildren = table("past-children");
    this.#ranges = table("ranges");
    this.#sources = table("sources");
    this.live = new NaiveView(this.#nodes, this.#children);
  }

  next(): NextNumbers {
    return this.#state().next as NextNumbers;
  }

  totals(): State["totals"] {
    return this.#state().totals;
  }

  async begin(): Promise<UnfinishedSnapshot> {
    return this.#environment.transaction(() => {
      const state = this.#state();
      state.unfinished ??= { number: (state.snapshots + 1) as SnapshotNumber, segments: 0, isPartial: false };
      void this.#meta.put("state", state);
      return state.unfinished;
    });
  }

  async apply(snapshot: SnapshotNumber, segment: number, batch: ChangeBatch): Promise<void> {
    await this.#environment.transaction(() => {
      const state = this.#state();
      this.#snapshot = snapshot;
      this.#applyContents(state, batch);
      for (const removal of batch.removals) this.#remove(state, removal);
      for (const [index, put] of batch.puts.entries()) {
        this.#put(state, put, (batch.firstVersion + index) as VersionNumber);
      }
      void this.#ranges.put(rangeKey("v", batch.firstVersion), rangeValue(segment, batch.puts.length));
      state.next.version = Math.max(state.next.version, batch.firstVersion + batch.puts.length);
      state.unfinished = { number: snapshot, segments: segment + 1, isPartial: false };
      void this.#meta.put("state", state);
    });
  }

  async publish(_snapshot: Snapshot): Promise<void> {
    await this.#environment.transaction(() => {
      const state = this.#state();
      void this.#meta.put("state", { ...state, unfinished: null, snapshots: state.snapshots + 1 });
    });
  }

  #state(): State {
    return (
      this.#meta.get("state") ?? {
        next: { node: 1, version: 1, content: 1, bundle: 1 },
        totals: { files: 0, directories: 0, bytes: 0 },
        unfinished: null,
        snapshots: 0,
      }
    );
  }

  #applyContents({ next }: State, { bundles, contents }: ChangeBatch): void {
    for (const { bundleId, firstContentId, count } of bundles) {
      void this.#ranges.put(rangeKey("b", firstContentId), rangeValue(bundleId, count));
      next.bundle = Math.max(next.bundle, bundleId + 1);
      next.content = Math.max(next.content, firstContentId + count);
    }
    for (const content of contents) {
      if (content.kind === "list") {
        const parts = content.parts.map(({ contentId, sizeBytes }) => rangeValue(contentId, sizeBytes));
        void this.#ranges.put(rangeKey("l", content.contentId), Buffer.concat(parts));
      }
      next.content = Math.max(next.content, content.contentId + 1);
    }
  }

  #remove(state: State, { nodeId, parentId, name }: NodeRemoval): void {
    const key = childKey(parentId, name);
    const child = this.#children.get(key);
    if (!child || idOf(child) !== nodeId) return;
    const node = this.#node(nodeId);
    if (!node) return;
    this.#endChild(key, node);
    this.#endNode(state, node);
    void this.#nodes.remove(nodeKey(nodeId));
    if (node.sourceId !== undefined) void this.#sources.remove(Buffer.from(node.sourceId));
  }

  #put(state: State, { entry, movedFrom }: NodePut, version: VersionNumber): void {
    const { nodeId, parentId, name, sourceId } = entry;
    const key = childKey(parentId, name);
    const child = this.#children.get(key);
    const holder = child && idOf(child);
    const before = holder === nodeId || movedFrom ? this.#node(nodeId) : undefined;
    if (before) this.#endNode(state, before);
    if (movedFrom && before) this.#endChild(childKey(movedFrom.parentId, movedFrom.name), before);
    if (holder !== undefined && holder !== nodeId) this.#remove(state, { nodeId: holder, parentId, name });
    if (holder !== nodeId) void this.#children.put(key, idValue(nodeId));
    const node = { ...entry, since: this.#snapshot, version };
    void this.#nodes.put(nodeKey(nodeId), encodeNode(node));
    if (sourceId !== undefined && !before) void this.#sources.put(Buffer.from(sourceId), idValue(nodeId));
    tally(state, entry, 1);
    state.next.node = Math.max(state.next.node, nodeId + 1);
  }

  /** The version that ends goes to the past, unless no published snapshot ever saw it. */
  #endNode(state: State, node: NaiveNode): void {
    tally(state, node, -1);
    if (node.since < this.#snapshot) {
      void this.#pastNodes.put(pastKey(nodeKey(node.nodeId), this.#snapshot), encodeNode(node));
    }
  }

  #endChild(key: Buffer, { nodeId, since }: NaiveNode): void {
    void this.#children.remove(key);
    if (since < this.#snapshot) void this.#pastChildren.put(pastKey(key, this.#snapshot), idValue(nodeId));
  }

  #node(nodeId: NodeId): NaiveNode | undefined {
    const value = this.#nodes.get(nodeKey(nodeId));
    return value && decodeNode(nodeId, value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#environment.close();
  }
}

function tally({ totals }: State, { kind, sizeBytes }: Pick<NodeEntry, "kind" | "sizeBytes">, by: 1 | -1): void {
  if (kind === "directory") totals.directories += by;
  else totals.files += by;
  totals.bytes += by * sizeBytes;
}

function rangeKey(kind: "v" | "b" | "l", first: number): Buffer {
  return Buffer.concat([Buffer.from(kind), nodeKey(first)]);
}

function rangeValue(target: number, amount: number): Buffer {
  const value = Buffer.allocUnsafe(12);
  value.writeUIntLE(target, 0, 6);
  value.writeUIntLE(amount, 6, 6);
  return value;
}
