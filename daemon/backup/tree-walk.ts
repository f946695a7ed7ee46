/**
 * The walk over the source: directories are taken from a stack, deepest first, by a few listers at a time; each
 * child is compared with the node tree and what is new or changed is stored and journalled. A directory's own
 * entry is journalled before its children, so that a kill never leaves children without their directory.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { SharestrataError } from "../../core/errors.js";
import { NO_NODE, type NodeId, type SnapshotNumber } from "../../core/ids.js";
import type { NodeMetadata } from "../../core/node.js";
import { Pace } from "../../core/pace.js";
import type { SourceEntry, SourcePath, SourceSession } from "../sources/source.js";
import { listedPutOf, putOf, type Change } from "./change.js";
import { classify, isUnchanged, type Classification } from "./classify.js";
import { Completer, isPartial, type IsLost, type PlacedChild } from "./completer.js";
import type { RunReport } from "./counters.js";
import { Directory } from "./directory.js";
import { FilePutter } from "./file-putter.js";
import type { FileStorer } from "./file-storer.js";
import type { KeptBytes } from "./kept-bytes.js";
import type { LinkedFiles } from "./linked-files.js";
import { LiveChildren } from "./live-children.js";
import { NodeSet } from "./node-set.js";
import type { PermissionKeeper } from "./permission-keeper.js";
import type { RangeStorer } from "./range-storer.js";
import type { Removals } from "./removals.js";
import { refuseUnmounted } from "./root-guard.js";
import type { SegmentJournal } from "./segment-journal.js";
import type { FoundDirectory, Subdirectories } from "./subdirectories.js";
import { hasChildren } from "./tree-children.js";

export interface WalkParts {
  readonly session: SourceSession;
  readonly catalog: Catalog;
  readonly journal: SegmentJournal;
  readonly files: FileStorer;
  readonly ranges: RangeStorer;
  readonly kept: KeptBytes;
  readonly links: LinkedFiles;
  readonly permissions: PermissionKeeper;
  /** Who the root was when the newest snapshot was made of the same source; undefined when that is not known. */
  readonly previousRoot: string | undefined;
  readonly removals: Removals;
  readonly report: RunReport;
  readonly snapshot: SnapshotNumber;
  /** Whether something of an entry has to be stored again. */
  readonly isLost: IsLost;
  readonly signal: AbortSignal;
}

export interface WalkLimits {
  /** Directories listed at a time. */
  readonly listings: number;
  /** Nodes described and files read at a time. */
  readonly files: number;
  /** The same where content workers read the files: what they take together, several times over. */
  readonly filesByWorkers: number;
}

/** Of a pace: listing a folder costs as much as many entries. */
const STEPS_A_FOLDER = 32;

/** Errors of these codes concern one node; all others end the run. */
const PASSED_OVER = new Set(["FILE_UNREADABLE", "FILE_CHANGED", "NAME_UNUSABLE"]);

export class TreeWalk {
  readonly #parts: WalkParts;
  readonly #limits: WalkLimits;
  readonly #files: BoundedTasks;
  readonly #completer: Completer;
  readonly #putter: FilePutter;
  /** What is beneath lies above: the deepest folders are walked first. */
  readonly #stack: Subdirectories[] = [];
  /** Nodes that an interrupted attempt at this snapshot has moved. */
  #earlierMoves = new NodeSet();
  /** Nodes from here on are this run's own. */
  readonly #firstNode: number;
  #nextNode: number;
  /** Who the root is at the source, as far as it says; known once it was looked at. */
  rootId: string | undefined;

  constructor(parts: WalkParts, limits: WalkLimits) {
    this.#parts = parts;
    this.#limits = limits;
    this.#files = new BoundedTasks(parts.session.byWorker ? limits.filesByWorkers : limits.files);
    const completer = new Completer(parts, { signal: parts.signal });
    this.#completer = completer;
    this.#putter = new FilePutter({ ...parts, completer, passOver: this.#passOver.bind(this) });
    this.#firstNode = parts.catalog.next().node;
    this.#nextNode = this.#firstNode;
  }

  /** Walks everything. When it rejects, nothing it started runs any more. */
  async run(): Promise<void> {
    const { session, catalog, journal, permissions, previousRoot } = this.#parts;
    try {
      const root = { ...(await session.root(this.#options())), name: "" };
      await refuseUnmounted(catalog, session, root, this.#options());
      this.rootId = root.sourceId;
      await permissions.begin(root.sourceId !== undefined && root.sourceId === previousRoot);
      this.#earlierMoves = await journal.earlierMoves();
      const above = new Directory(NO_NODE, []);
      await this.#visit(above, this.#childrenOf(above), root);
      const found = above.subdirectories.take(catalog.live);
      if (found) await this.#walkDirectory({ ...found, path: [] });
      await this.#walkStack();
      await this.#files.idle();
      permissions.end();
    } finally {
      await this.#files.settled();
    }
  }

  async #walkStack(): Promise<void> {
    const listings = new BoundedTasks(this.#limits.listings);
    const pace = new Pace(this.#parts.signal);
    try {
      for (;;) {
        // What is local and unchanged is never waited for, and others (the lease, signals, progress) have their turn all the same.
        const turn = pace.step(STEPS_A_FOLDER);
        if (turn) await turn;
        const directory = this.#takeDirectory();
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

  #takeDirectory(): FoundDirectory | undefined {
    for (let last = this.#stack.at(-1); last; last = this.#stack.at(-1)) {
      const directory = last.take(this.#parts.catalog.live);
      if (directory) return directory;
      this.#stack.pop();
    }
    return undefined;
  }

  async #walkDirectory(found: FoundDirectory): Promise<void> {
    const { session, removals, report, signal } = this.#parts;
    const directory = new Directory(found.nodeId, found.path);
    const known = this.#childrenOf(directory);
    let complete = true;
    try {
      for await (const page of session.list(directory.path, this.#options())) {
        signal.throwIfAborted();
        const children = page.some(isPartial) ? await this.#completer.page(found.path, known, page) : page;
        for (const child of children) {
          if (child.kind !== "unreadable" && this.#passUnchanged(directory, known, child)) continue;
          const placed = this.#visit(directory, known, child);
          // Of an unchanged tree nothing is waited for, and a wait for each child would be a tenth of the time.
          if (placed) await placed;
        }
        report.tell();
      }
    } catch (error) {
      this.#passOver(directory.path, error);
      complete = false;
    }
    directory.settle();
    this.#stack.push(directory.subdirectories);
    // Of a directory that could not be listed to its end, nothing is known to be gone.
    if (!complete) {
      this.#holdRemovals(found);
      return;
    }
    let pages = 0;
    for (const missing of known.nodes((nodeId) => directory.misses(nodeId))) {
      for (const nodeId of missing) removals.miss(found.nodeId, nodeId);
      // A directory of millions is read in turns.
      if (pages++ > 0) await nextTurn();
    }
  }

  #childrenOf(directory: Directory): LiveChildren {
    const { catalog } = this.#parts;
    const { nodeId } = directory;
    // All that the tree may have in a directory of this run's own is what its listing has told, and its names are still held.
    const isEmpty = (): boolean => nodeId >= this.#firstNode && !directory.wasEmptied;
    return new LiveChildren(catalog.live, nodeId, isEmpty);
  }

  /** What is missing elsewhere may have moved into a directory that could not be listed. */
  #holdRemovals(unlisted: FoundDirectory): void {
    const { catalog, removals } = this.#parts;
    // A folder that was never open to us (lost+found) would otherwise keep everything for ever.
    const wasNeverListed = unlisted.isUnchanged && !hasChildren(catalog.live, unlisted.nodeId);
    if (!wasNeverListed) removals.hold();
  }

  /**
   * What most children are, at the least expense: nothing is made of what the tree has.
   * @returns whether the child is as it was before this run; false says nothing
   */
  #passUnchanged(parent: Directory, known: LiveChildren, child: SourceEntry): boolean {
    const { removals, snapshot, isLost, permissions } = this.#parts;
    const live = known.find(child.name);
    if (!live || live.since >= snapshot || !isUnchanged(live, child)) return false;
    const { nodeId } = live;
    if (removals.placed.has(nodeId) || parent.hasTold(child.name, live) || isLost(live)) return false;
    if (permissions.isLost(child)) return false;
    this.#countSeen(live);
    removals.placed.add(nodeId);
    parent.tellUnchanged(nodeId);
    this.#parts.report.counters.unchanged++;
    if (child.kind === "directory") {
      parent.subdirectories.add(nodeId, child.name, true);
    }
    return true;
  }

  /** @returns what has to be waited for before the next child */
  #visit(parent: Directory, known: LiveChildren, child: PlacedChild): Promise<void> | undefined {
    const { catalog, removals, permissions, signal } = this.#parts;
    signal.throwIfAborted();
    const path = parent.nodeId === NO_NODE ? [] : [...parent.path, child.name];
    const live = known.lookup(child.name);
    if (child.kind === "unreadable") {
      if (live) parent.keep(live.nodeId);
      if (live?.kind === "directory") removals.hold();
      this.#passOver(path, child.error);
      return undefined;
    }
    if (parent.hasTold(child.name, live)) return undefined;
    const found = this.#withoutLoss(classify(catalog, removals.placed, live, child));
    if (found.kind !== "unchanged" && isPartial(child) && !child.lacks) {
      return this.#visitWhole(parent, known, path, child);
    }
    this.#countSeen(found.kind === "unchanged" ? found.live : child);
    if (found.kind === "unchanged") {
      removals.placed.add(found.live.nodeId);
      parent.tellUnchanged(found.live.nodeId);
      this.#countUnchanged(parent.nodeId, found.live);
      if (child.kind === "directory") {
        parent.subdirectories.add(found.live.nodeId, child.name, true);
      }
      return permissions.isLost(child) ? permissions.need(child.metadata.permissionKey) : undefined;
    }
    const nodeId = this.#nodeIdOf(found);
    removals.placed.add(nodeId);
    parent.tellChanged(child.name, nodeId);
    if (found.kind !== "modified") this.#displace(parent, found.displaced);
    return this.#place(parent, { parentId: parent.nodeId, nodeId, path, child, found });
  }

  /** What was taken for unchanged when its page came, and is another node's place by now. */
  async #visitWhole(parent: Directory, known: LiveChildren, path: SourcePath, child: SourceEntry): Promise<void> {
    await this.#visit(parent, known, await this.#completer.entry(path, child));
  }

  async #place(parent: Directory, change: Change): Promise<void> {
    const { nodeId, child } = change;
    if (child.kind === "directory") {
      await this.#putDirectory(change);
      parent.subdirectories.add(nodeId, child.name, false);
    } else {
      await this.#files.run(() => parent.during(this.#putFile(change)));
    }
    if (parent.isFull) await parent.empty(() => this.#parts.journal.finish());
  }

  /** A node of which something stored is lost is put again, as if it had changed: described, and read where its bytes are lost. */
  #withoutLoss(found: Classification): Classification {
    const isLost = found.kind === "unchanged" && this.#parts.isLost(found.live);
    return isLost ? { kind: "modified", live: found.live } : found;
  }

  #nodeIdOf(found: Change["found"]): NodeId {
    if (found.kind === "modified") return found.live.nodeId;
    if (found.kind === "moved") return found.previous.nodeId;
    return this.#nextNode++ as NodeId;
  }

  #displace(parent: Directory, displaced: CatalogEntry | undefined): void {
    if (!displaced) return;
    // Its name goes to another node with that node's put; only what it leaves beneath has to be removed.
    parent.keep(displaced.nodeId);
    if (displaced.kind === "directory") this.#parts.removals.displace(displaced);
  }

  /** The directory is in the tree afterwards, described or not, so that it can be walked. */
  async #putDirectory(change: Change): Promise<void> {
    const { lacks } = change.child;
    if (lacks) this.#passOver(change.path, lacks);
    const metadata = lacks ? undefined : await this.#describe(change);
    // What the tree and the segments have of it says more than the listing alone, and makes the next run try again.
    if (!metadata && change.found.kind === "modified") return;
    await this.#parts.journal.put(metadata ? putOf(change, metadata, 0n) : listedPutOf(change));
    this.#countChange(change.found);
  }

  async #putFile(change: Change): Promise<void> {
    // A link that has moved looks like a new file until it is completed.
    if (change.child.lacks && change.found.kind === "new") this.#parts.removals.hold();
    if (await this.#putter.put(change)) this.#countChange(change.found);
    this.#parts.report.tell();
  }

  async #describe({ path, child }: Change): Promise<NodeMetadata | undefined> {
    const { session, permissions } = this.#parts;
    const metadata = await this.#orPassOver(path, () => session.describe(path, child, this.#options()));
    const needed = permissions.need(metadata ? metadata.permissionKey : child.metadata.permissionKey);
    if (needed) await needed;
    return metadata;
  }

  async #orPassOver<T>(path: SourcePath, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#passOver(path, error);
      return undefined;
    }
  }

  /** Reports an error that concerns one node; throws every other, and those of the root: there is no snapshot without it. */
  #passOver(path: SourcePath, error: unknown): void {
    this.#parts.signal.throwIfAborted();
    if (!(error instanceof SharestrataError) || !PASSED_OVER.has(error.code) || path.length === 0) throw error;
    this.#parts.report.passOver({ path, code: error.code, message: error.message });
  }

  #countSeen({ kind, sizeBytes }: Pick<SourceEntry, "kind" | "sizeBytes">): void {
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

  /**
   * What an interrupted attempt at this snapshot has stored is no change to find, but one to count. What was replaced
   * or has moved and changed besides counts as one of the two.
   */
  #countUnchanged(parentId: NodeId, live: CatalogEntry): void {
    const { report, catalog, snapshot } = this.#parts;
    const { counters } = report;
    if (live.since < snapshot) {
      counters.unchanged++;
      return;
    }
    if (this.#earlierMoves.has(live.nodeId)) {
      counters.renamed++;
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
