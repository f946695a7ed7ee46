/**
 * The walk over the source: directories are taken from a stack, deepest first, by a few listers at a time; each
 * child is compared with the node tree and what is new or changed is stored and journalled. A directory's own
 * entry is journalled before its children, so that a kill never leaves children without their directory.
 */
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { SharestrataError } from "../../core/errors.js";
import { EMPTY_CONTENT, NO_NODE, type NodeId, type SnapshotNumber } from "../../core/ids.js";
import type { NodeMetadata, NodePut } from "../../core/node.js";
import type { SourceChild, SourceEntry, SourcePath, SourceSession } from "../sources/source.js";
import { classify, type Classification } from "./classify.js";
import type { RunReport } from "./counters.js";
import type { FileStorer } from "./file-storer.js";
import { NodeSet } from "./node-set.js";
import type { Removals } from "./removals.js";
import type { SegmentJournal } from "./segment-journal.js";

export interface WalkParts {
  readonly session: SourceSession;
  readonly catalog: Catalog;
  readonly journal: SegmentJournal;
  readonly files: FileStorer;
  readonly removals: Removals;
  readonly report: RunReport;
  readonly snapshot: SnapshotNumber;
  readonly signal: AbortSignal;
}

export interface WalkLimits {
  /** Directories listed at a time. */
  readonly listings: number;
  /** Nodes described and files read at a time. */
  readonly files: number;
}

/** A directory that is being listed, and what has been found in it so far. */
class Directory {
  readonly nodeId: NodeId;
  readonly path: SourcePath;
  readonly seen = new NodeSet();
  readonly subdirectories: Directory[] = [];
  /** Names of new directories: a listing that tells a name twice must not make two directories of it. */
  readonly newDirectories = new Set<string>();

  constructor(nodeId: NodeId, path: SourcePath) {
    this.nodeId = nodeId;
    this.path = path;
  }
}

/** A child that is new or has changed, and the node it is to be. */
interface Change {
  readonly parentId: NodeId;
  readonly nodeId: NodeId;
  readonly path: SourcePath;
  readonly child: SourceEntry;
  readonly found: Exclude<Classification, { kind: "unchanged" }>;
}

/** Errors of these codes concern one node; all others end the run. */
const PASSED_OVER = new Set(["FILE_UNREADABLE", "FILE_CHANGED", "NAME_UNUSABLE"]);

export class TreeWalk {
  readonly #parts: WalkParts;
  readonly #limits: WalkLimits;
  readonly #files: BoundedTasks;
  readonly #stack: Directory[] = [];
  /** Nodes that this run has given a new place: a second claim to one of them is another node. */
  readonly #moved = new Set<NodeId>();
  #nextNode: number;

  constructor(parts: WalkParts, limits: WalkLimits) {
    this.#parts = parts;
    this.#limits = limits;
    this.#files = new BoundedTasks(limits.files);
    this.#nextNode = parts.catalog.next().node;
  }

  /** Walks everything. When it rejects, nothing it started runs any more. */
  async run(): Promise<void> {
    try {
      const root = { ...(await this.#parts.session.root(this.#options())), name: "" };
      const above = new Directory(NO_NODE, []);
      await this.#visit(above, root);
      this.#stack.push(...above.subdirectories);
      await this.#walkStack();
      await this.#files.idle();
    } finally {
      await this.#files.settled();
    }
  }

  async #walkStack(): Promise<void> {
    const listings = new BoundedTasks(this.#limits.listings);
    try {
      for (;;) {
        const directory = this.#stack.pop();
        if (directory) {
          await listings.run(() => this.#walkDirectory(directory));
          continue;
        }
        await listings.idle();
        if (this.#stack.length === 0) return;
      }
    } finally {
      await listings.settled();
    }
  }

  async #walkDirectory(directory: Directory): Promise<void> {
    const { session, catalog, removals, report } = this.#parts;
    let complete = true;
    try {
      for await (const page of session.list(directory.path, this.#options())) {
        for (const child of page) await this.#visit(directory, child);
        report.tell();
      }
    } catch (error) {
      this.#passOver(directory.path, error);
      complete = false;
    }
    // The first child comes to lie on top, so that neighbours in the tree lie together in bundles.
    for (const child of directory.subdirectories.toReversed()) this.#stack.push(child);
    // Of a directory that could not be listed to its end, nothing is known to be gone.
    if (!complete) return;
    for (const entry of catalog.live.list(directory.nodeId)) {
      if (!directory.seen.has(entry.nodeId)) removals.add(entry);
    }
  }

  async #visit(parent: Directory, child: SourceChild): Promise<void> {
    const { catalog, signal } = this.#parts;
    signal.throwIfAborted();
    const path = parent.nodeId === NO_NODE ? [] : [...parent.path, child.name];
    if (child.kind === "unreadable") {
      const live = catalog.live.lookup(parent.nodeId, child.name);
      if (live) parent.seen.add(live.nodeId);
      this.#passOver(path, child.error);
      return;
    }
    this.#countSeen(child);
    const found = this.#distinct(classify(catalog, parent.nodeId, child));
    if (found.kind === "unchanged") {
      parent.seen.add(found.live.nodeId);
      this.#countUnchanged(parent.nodeId, found.live);
      if (child.kind === "directory") parent.subdirectories.push(new Directory(found.live.nodeId, path));
      return;
    }
    if (child.kind === "directory") {
      if (parent.newDirectories.has(child.name)) return;
      parent.newDirectories.add(child.name);
    }
    const nodeId = this.#nodeIdOf(found);
    parent.seen.add(nodeId);
    if (found.kind !== "modified") this.#displace(parent, found.displaced);
    const change: Change = { parentId: parent.nodeId, nodeId, path, child, found };
    if (child.kind === "directory") {
      if (await this.#putDirectory(change)) parent.subdirectories.push(new Directory(nodeId, path));
    } else {
      await this.#files.run(() => this.#putFile(change));
    }
  }

  /** A node that has moved once in this run cannot move again: then the source uses one identity for two nodes. */
  #distinct(found: Classification): Classification {
    if (found.kind !== "moved") return found;
    if (this.#moved.has(found.known.nodeId)) return { kind: "new", displaced: found.displaced };
    this.#moved.add(found.known.nodeId);
    return found;
  }

  #nodeIdOf(found: Change["found"]): NodeId {
    if (found.kind === "modified") return found.live.nodeId;
    if (found.kind === "moved") return found.known.nodeId;
    return this.#nextNode++ as NodeId;
  }

  #displace(parent: Directory, displaced: CatalogEntry | undefined): void {
    if (!displaced) return;
    // Its name goes to another node with that node's put; only what it leaves beneath has to be removed.
    parent.seen.add(displaced.nodeId);
    if (displaced.kind === "directory") this.#parts.removals.add(displaced);
  }

  /** @returns whether the directory is in the tree now */
  async #putDirectory(change: Change): Promise<boolean> {
    const metadata = await this.#describe(change);
    if (!metadata) return false;
    await this.#parts.journal.put(putOf(change, metadata, 0n));
    this.#countChange(change.found);
    return true;
  }

  async #putFile(change: Change): Promise<void> {
    const { session, files, journal, report } = this.#parts;
    const { child, path } = change;
    const metadata = await this.#describe(change);
    if (!metadata) return;
    if (child.kind === "symlink") {
      await journal.put(putOf(change, metadata, 0n));
    } else {
      const stored = await this.#orPassOver(change, () =>
        files.store(child.sizeBytes, session.read(path, child, this.#options())),
      );
      if (!stored) return;
      await journal.putWhenStored(putOf(change, metadata, stored.xorhash), stored.content);
    }
    this.#countChange(change.found);
    report.tell();
  }

  #describe(change: Change): Promise<NodeMetadata | undefined> {
    return this.#orPassOver(change, () => this.#parts.session.describe(change.path, change.child, this.#options()));
  }

  async #orPassOver<T>({ path, found }: Change, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#passOver(path, error);
      // Its previous version stays, where it was.
      if (found.kind === "moved") this.#parts.removals.keep(found.known.nodeId);
      return undefined;
    }
  }

  /** Reports an error that concerns one node; throws every other. */
  #passOver(path: SourcePath, error: unknown): void {
    this.#parts.signal.throwIfAborted();
    if (!(error instanceof SharestrataError) || !PASSED_OVER.has(error.code)) throw error;
    this.#parts.report.passOver({ path, code: error.code, message: error.message });
  }

  #countSeen({ kind, sizeBytes }: SourceEntry): void {
    const { counters } = this.#parts.report;
    if (kind === "directory") counters.directories++;
    else counters.files++;
    if (kind === "file") counters.bytes += sizeBytes;
  }

  #countChange(found: Change["found"]): void {
    const { counters } = this.#parts.report;
    if (found.kind === "moved") counters.renamed++;
    else if (found.kind === "modified" || found.displaced) counters.modified++;
    else counters.added++;
  }

  /** What an interrupted attempt at this snapshot has stored is no change to find, but one to count. */
  #countUnchanged(parentId: NodeId, live: CatalogEntry): void {
    const { report, catalog, snapshot } = this.#parts;
    const { counters } = report;
    if (live.since < snapshot) {
      counters.unchanged++;
      return;
    }
    const before =
      snapshot > 1 ? catalog.view((snapshot - 1) as SnapshotNumber).lookup(parentId, live.name) : undefined;
    if (before) counters.modified++;
    else counters.added++;
  }

  #options(): { readonly signal: AbortSignal } {
    return { signal: this.#parts.signal };
  }
}

/** The put for a change; its content id is filled in by the journal. */
function putOf({ parentId, nodeId, child, found }: Change, metadata: NodeMetadata, xorhash: bigint): NodePut {
  const { name, kind, sizeBytes, mtimeNs, signature, sourceId, posix } = child;
  const contentId = EMPTY_CONTENT;
  return {
    entry: { nodeId, parentId, name, kind, sizeBytes, mtimeNs, signature, sourceId, posix, xorhash, contentId },
    metadata,
    movedFrom: found.kind === "moved" ? { parentId: found.known.parentId, name: found.known.name } : undefined,
  };
}
