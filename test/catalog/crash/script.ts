/**
 * A seeded history of a share, the same in every process that makes it: the batches of every snapshot, and beside them
 * a naive copy of the tree that each snapshot has to show. Changes are scattered, so that a batch takes several of
 * the catalog's transactions. Names are never used again, so two nodes never pass for one another's successor.
 */
import { createHash } from "node:crypto";
import {
  NO_NODE,
  ROOT_NODE,
  type ContentId,
  type NodeId,
  type SnapshotNumber,
  type VersionNumber,
} from "../../../core/ids.js";
import type { ChangeBatch, NodeEntry, NodeKind, NodePut, NodeRemoval } from "../../../core/node.js";
import type { Snapshot } from "../../../core/snapshot.js";
import type { TimeNs } from "../../../core/time.js";
import { Random } from "../../support/tree.js";
import { directoryOf, entryOf, putOf, removalOf, snapshotOf } from "../support/model.js";
import { Contents } from "./script-contents.js";

export interface ScriptOptions {
  readonly seed: number;
  /** In the first snapshot. */
  readonly nodes: number;
  readonly snapshots: number;
  /** Puts in each later snapshot. */
  readonly changes: number;
}

export interface ModelEntry extends NodeEntry {
  readonly version: VersionNumber;
  readonly since: SnapshotNumber;
}

export interface ScriptSnapshot {
  readonly record: Snapshot;
  readonly batches: readonly ChangeBatch[];
  /** The whole tree, by node. A node that has not changed is the same object as in the snapshot before. */
  readonly tree: ReadonlyMap<NodeId, ModelEntry>;
  /** Of every directory that has ever been. */
  readonly stamps: ReadonlyMap<NodeId, SnapshotNumber>;
}

const LARGEST_BATCH = 4096;
/** Directories with more beneath them are not removed. */
const MOST_REMOVED = 40;

/** What stands for the SHA-256 of a stored segment. */
export function digestOf(snapshot: number, segment: number): Uint8Array {
  return createHash("sha256").update(`${snapshot}/${segment}`).digest();
}

export function makeScript(options: ScriptOptions): readonly ScriptSnapshot[] {
  return new Script(options).run();
}

class Script {
  readonly #options: ScriptOptions;
  readonly #random: Random;
  readonly #contents = new Contents();
  readonly #tree = new Map<NodeId, ModelEntry>();
  readonly #children = new Map<NodeId, Set<NodeId>>();
  #directories: NodeId[] = [];
  #others: NodeId[] = [];
  #stamps = new Map<NodeId, SnapshotNumber>();
  #touched = new Set<NodeId>();
  #changed = new Set<NodeId>();
  #snapshot = 0 as SnapshotNumber;
  #nextNode: number = ROOT_NODE;
  #version = 1;
  #batches: ChangeBatch[] = [];
  #puts: NodePut[] = [];

  constructor(options: ScriptOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  run(): readonly ScriptSnapshot[] {
    return Array.from({ length: this.#options.snapshots }, (_, index) => {
      this.#snapshot = (index + 1) as SnapshotNumber;
      this.#batches = [];
      this.#changed = new Set();
      this.#touched = new Set();
      const before = new Map(this.#tree);
      if (index === 0) this.#first();
      else this.#edit();
      this.#stampAll(before);
      return {
        record: snapshotOf(this.#snapshot, this.#totals()),
        batches: this.#batches,
        tree: new Map(this.#tree),
        stamps: new Map(this.#stamps),
      };
    });
  }

  #first(): void {
    this.#put({ ...directoryOf(ROOT_NODE, NO_NODE, ""), sourceId: "root" });
    while (this.#nextNode <= this.#options.nodes) {
      this.#add();
      if (this.#puts.length === LARGEST_BATCH) this.#endBatch([]);
    }
    this.#endBatch([]);
  }

  #edit(): void {
    const { changes } = this.#options;
    for (let n = 0; n < changes; n++) {
      const kind = this.#random.pickWeighted({ add: 3, change: 5, move: 2, moveDirectory: 1 });
      if (kind === "add") this.#add();
      else if (kind === "change") this.#change(this.#pick(this.#random.chance(0.1) ? this.#directories : this.#others));
      else this.#move(this.#pick(kind === "move" ? this.#others : this.#directories));
      if (n === Math.floor(changes / 2)) this.#endBatch([]);
    }
    this.#endBatch([]);
    // As a backup does it: removals come at the end.
    const removals: NodeRemoval[] = [];
    for (let n = 0; n < changes / 10; n++)
      this.#remove(this.#pick(this.#random.chance(0.2) ? this.#directories : this.#others), removals);
    this.#endBatch(removals);
  }

  #add(): void {
    const id = this.#nextNode as NodeId;
    const parent = this.#pick(this.#directories);
    const kind = this.#random.pickWeighted({ directory: 1, file: 10, symlink: 0.3 });
    const entry =
      kind === "directory" ? directoryOf(id, parent, this.#name(id)) : entryOf(id, parent, this.#name(id), { kind });
    this.#put({ ...entry, ...this.#attributes(kind), posix: this.#posix() });
  }

  #change(id: NodeId): void {
    const entry = this.#tree.get(id);
    if (!entry || this.#changed.has(id)) return;
    this.#put({ ...entry, ...this.#attributes(entry.kind), posix: this.#posix() });
  }

  #move(id: NodeId): void {
    const entry = this.#tree.get(id);
    const parentId = this.#random.chance(0.3) ? entry?.parentId : this.#pick(this.#directories);
    if (!entry || parentId === undefined || id === ROOT_NODE || this.#changed.has(id)) return;
    if (this.#above(parentId, this.#tree).has(id)) return;
    this.#children.get(entry.parentId)?.delete(id);
    this.#touched.add(entry.parentId);
    const changed = this.#random.chance(0.3) ? this.#attributes(entry.kind) : {};
    this.#put({ ...entry, ...changed, parentId, name: this.#name(id) }, { parentId: entry.parentId, name: entry.name });
  }

  #remove(id: NodeId, removals: NodeRemoval[]): void {
    if (id === ROOT_NODE || !this.#tree.has(id)) return;
    const all = [id];
    for (let at = 0; at < all.length; at++) all.push(...(this.#children.get(all[at] as NodeId) ?? []));
    if (all.length > MOST_REMOVED || all.some((each) => this.#changed.has(each))) return;
    for (const each of all.toReversed()) {
      const entry = this.#tree.get(each) as ModelEntry;
      removals.push(removalOf(entry));
      this.#touched.add(entry.parentId);
      this.#tree.delete(each);
      this.#children.get(entry.parentId)?.delete(each);
    }
    const gone = new Set(all);
    this.#directories = this.#directories.filter((each) => !gone.has(each));
    this.#others = this.#others.filter((each) => !gone.has(each));
  }

  #put(entry: NodeEntry, movedFrom?: { parentId: number; name: string }): void {
    const { nodeId, parentId, kind } = entry;
    this.#puts.push(putOf(entry, movedFrom));
    this.#changed.add(nodeId);
    this.#touched.add(parentId);
    if (kind === "directory") this.#touched.add(nodeId);
    this.#tree.set(nodeId, { ...entry, version: this.#version++ as VersionNumber, since: this.#snapshot });
    const siblings = this.#children.get(parentId) ?? new Set();
    this.#children.set(parentId, siblings.add(nodeId));
    if (nodeId !== this.#nextNode) return;
    this.#nextNode++;
    (kind === "directory" ? this.#directories : this.#others).push(nodeId);
  }

  #endBatch(removals: readonly NodeRemoval[]): void {
    const puts = this.#puts;
    const firstVersion = (this.#version - puts.length) as VersionNumber;
    this.#batches.push({ firstVersion, ...this.#contents.take(), puts, removals });
    this.#puts = [];
  }

  /** A directory is stamped when it, or anything in or beneath it, is touched where it was or where it is now. */
  #stampAll(before: ReadonlyMap<NodeId, ModelEntry>): void {
    for (const directory of this.#touched) {
      for (const tree of [before, this.#tree]) {
        for (const above of this.#above(directory, tree)) this.#stamps.set(above, this.#snapshot);
      }
    }
  }

  /** With the directory itself. */
  #above(directory: NodeId, tree: ReadonlyMap<NodeId, ModelEntry>): ReadonlySet<NodeId> {
    const all = new Set<NodeId>();
    for (let at = tree.get(directory); at; at = tree.get(at.parentId)) all.add(at.nodeId);
    return all;
  }

  #attributes(kind: NodeKind): Partial<NodeEntry> {
    const random = this.#random;
    // Some sources know nanoseconds, some 100 of them.
    const fraction = BigInt(random.integer(0, 9_999_999)) * (random.chance(0.1) ? 1n : 100n);
    const mtimeNs = (BigInt(random.integer(1_500_000_000, 1_800_000_000)) * 1_000_000_000n + fraction) as TimeNs;
    const common = { mtimeNs, signature: random.bits() };
    if (kind === "directory") return { ...common, sizeBytes: 0, xorhash: 0n, contentId: 0 as ContentId };
    const sizeBytes = random.integer(1, 1_000_000);
    if (kind === "symlink") return { ...common, sizeBytes, xorhash: 0n, contentId: 0 as ContentId };
    return { ...common, sizeBytes, xorhash: BigInt(random.bits()) + 1n, contentId: this.#contents.next(sizeBytes) };
  }

  #posix(): NodeEntry["posix"] {
    const which = this.#random.integer(0, 5);
    return which === 0 ? undefined : { mode: 0o600 + which, uid: which, gid: which };
  }

  #name(id: number): string {
    // By its beginning somewhere among its siblings; by its end unlike any other.
    return `${this.#random.integer(0, 999)} ä ${id}.${this.#version}`;
  }

  #pick(ids: readonly NodeId[]): NodeId {
    return this.#random.pick(ids);
  }

  #totals(): { files: number; directories: number; bytes: number } {
    let [files, bytes] = [0, 0];
    for (const { kind, sizeBytes } of this.#tree.values()) {
      if (kind !== "directory") files++;
      if (kind === "file") bytes += sizeBytes;
    }
    return { files, directories: this.#tree.size - files, bytes };
  }
}
