/**
 * What happens to a generated tree between two backups, told as the next backup tells it: in each snapshot 1 % of the
 * files change, 0.1 % of the nodes' number is added and removed, and one large folder is renamed or moved. Victims
 * are drawn by node id, evenly over the whole tree, which is the worst case for a layout that packs siblings; their
 * entries are read from the catalog, one directory at a time.
 */
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { EMPTY_CONTENT, type NodeId } from "../../core/ids.js";
import { BatchQueue, type UnversionedBatch } from "./batch-queue.js";
import { folderMove } from "./folder-move.js";
import { NameModel } from "./name-model.js";
import { azureIdentity, DAY_S, FIRST_BACKUP_S, timeAt } from "./node-facts.js";
import { Random } from "./random.js";
import type { TreeGenerator } from "./tree-generator.js";
import { drawVictims, type Victims } from "./victims.js";

export const CHANGED_SHARE = 0.01;
export const ADDED_SHARE = 0.001;
export const REMOVED_SHARE = 0.001;

/** Which part of the catalog edits are made from. */
export type EditedCatalog = Pick<Catalog, "live" | "totals">;

export class TreeEdits {
  readonly #generator: TreeGenerator;
  readonly #catalog: EditedCatalog;
  readonly #random: Random;
  readonly #names: NameModel;
  readonly #sourceIds: boolean;
  readonly #queue: BatchQueue;
  /** Where directories are that are not where they were born. */
  readonly #moved = new Map<NodeId, NodeId>();

  /** @param generator all of whose batches are applied to the catalog */
  constructor(generator: TreeGenerator, catalog: EditedCatalog, seed: number, sourceIds = false) {
    this.#generator = generator;
    this.#catalog = catalog;
    this.#random = new Random(seed, 5);
    this.#names = new NameModel(new Random(seed, 6));
    this.#sourceIds = sourceIds;
    this.#queue = new BatchQueue(generator.ledger);
  }

  /** All edits of one further snapshot. What was yielded may be applied before the next batch is asked for, or later. */
  *edits(snapshot: number): IterableIterator<UnversionedBatch> {
    const backupS = FIRST_BACKUP_S + (snapshot - 1) * DAY_S;
    const { files, directories } = this.#catalog.totals();
    const victims = drawVictims(this.#random, this.#generator.register, {
      files,
      changed: Math.round(files * CHANGED_SHARE),
      removed: Math.round((files + directories) * REMOVED_SHARE),
      added: Math.round((files + directories) * ADDED_SHARE),
    });
    const removed: CatalogEntry[] = [];
    for (const [parentId, added] of victims.directories) {
      this.#editDirectory(parentId, added, victims.fates, backupS, removed);
      yield* this.#queue.full();
    }
    this.#moveFolder(snapshot);
    // A backup knows what is gone when it has seen everything.
    for (const { nodeId, parentId, name } of removed) this.#queue.remove({ nodeId, parentId, name });
    yield* this.#queue.rest();
  }

  #editDirectory(
    parentId: NodeId,
    added: number,
    fates: Victims["fates"],
    backupS: number,
    removed: CatalogEntry[],
  ): void {
    const taken = new Set<string>();
    for (const entry of this.#catalog.live.list(parentId)) {
      if (added > 0) taken.add(entry.name);
      const fate = entry.kind === "file" ? fates.get(entry.nodeId) : undefined;
      if (fate === "changed") this.#change(entry, backupS);
      else if (fate === "removed") removed.push(entry);
    }
    this.#add(parentId, this.#names.fileNames(added, taken), backupS);
  }

  #change(entry: CatalogEntry, backupS: number): void {
    const { nodeId, parentId, name, kind, posix } = entry;
    const random = this.#random;
    const changed = {
      nodeId,
      parentId,
      name,
      kind,
      sizeBytes: Math.ceil((entry.sizeBytes + 1) * random.logNormal(1, 0.3)),
      mtimeNs: timeAt(random, backupS - random.unit() * DAY_S),
      xorhash: random.uint64(),
      signature: random.uint32(),
      contentId: EMPTY_CONTENT,
      posix,
      sourceId: this.sourceIdOf(nodeId),
    };
    this.#queue.put(changed);
    this.#generator.ledger.store(changed);
  }

  #add(parentId: NodeId, names: readonly string[], backupS: number): void {
    const random = this.#random;
    const first = this.#generator.register.handOut(parentId, names.length);
    for (const [index, name] of names.entries()) {
      const nodeId = (first + index) as NodeId;
      const entry = {
        nodeId,
        parentId,
        name,
        kind: "file" as const,
        sizeBytes: Math.ceil(random.logNormal(10_000, 2)),
        mtimeNs: timeAt(random, backupS - random.unit() * DAY_S),
        xorhash: random.uint64(),
        signature: random.uint32(),
        contentId: EMPTY_CONTENT,
        posix: undefined,
        sourceId: this.sourceIdOf(nodeId),
      };
      this.#queue.put(entry);
      this.#generator.ledger.store(entry);
    }
  }

  #moveFolder(snapshot: number): void {
    const { register } = this.#generator;
    const parentOf = (nodeId: NodeId): NodeId => this.parentOf(nodeId);
    const move = folderMove(this.#random, this.#catalog.live, register.largeFolders, parentOf, snapshot);
    if (!move) return;
    const { before, parentId, name } = move;
    const { since: _since, version: _version, ...kept } = before;
    this.#moved.set(before.nodeId, parentId);
    const entry = {
      ...kept,
      parentId,
      name,
      signature: this.#random.uint32(),
      sourceId: this.sourceIdOf(before.nodeId),
    };
    this.#queue.put(entry, { parentId: before.parentId, name: before.name });
  }

  /** Where a node is by now. */
  parentOf(nodeId: NodeId): NodeId {
    return this.#moved.get(nodeId) ?? this.#generator.register.parentAtBirth(nodeId);
  }

  /** Its identity at the source. */
  sourceIdOf(nodeId: NodeId): string | undefined {
    return this.#sourceIds ? azureIdentity(nodeId) : undefined;
  }
}
