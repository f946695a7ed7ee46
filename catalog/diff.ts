/**
 * What is different between two snapshots of one share. The two are walked together by node id, so a directory that was
 * renamed or moved is told once and its children are compared as if it had stayed; and only directories whose stamps
 * differ are entered, so the time it takes is that of the directories in which something changed. Files that came and files that
 * went are held back until the end of the walk, because a pair with one node id is a rename.
 *
 * The walk is synchronous, and between differences it may read for long: it stops now and then without one, so that whoever
 * can wait lets others have their turn.
 */
import type { NodeId } from "../core/ids.js";
import type { Pace } from "../core/pace.js";
import { compareUtf8 } from "../core/utf8-order.js";
import type { CatalogEntry, SnapshotTree, TreeView } from "./catalog.js";
import { pagedList } from "./paged-list.js";

/** Aspects of a node that may differ. */
export type ChangedAspect = "content" | "size" | "mtime" | "permissions" | "attributes";

export type Difference =
  | { readonly kind: "added"; readonly path: readonly string[]; readonly entry: CatalogEntry }
  | { readonly kind: "removed"; readonly path: readonly string[]; readonly entry: CatalogEntry }
  | {
      readonly kind: "modified";
      readonly path: readonly string[];
      readonly before: CatalogEntry;
      readonly entry: CatalogEntry;
      readonly changed: readonly ChangedAspect[];
    }
  | {
      readonly kind: "renamed";
      readonly path: readonly string[];
      readonly from: readonly string[];
      readonly before: CatalogEntry;
      readonly entry: CatalogEntry;
      /** Empty when the node only moved. */
      readonly changed: readonly ChangedAspect[];
    };

/** Streams the differences from tree `a` to tree `b`. Memory is proportional to the files that came, went or moved. */
export function* diffTrees(a: SnapshotTree, b: SnapshotTree): IterableIterator<Difference> {
  for (const found of new TreeComparison(a, b).run()) if (found !== STRETCH) yield found;
}

/**
 * As `diffTrees`, pausing however few differences there are.
 * @param pace is told how many entries are looked at, those of both trees that are compared as one
 */
export async function* diffAtPace(a: SnapshotTree, b: SnapshotTree, pace: Pace): AsyncIterableIterator<Difference> {
  for (const found of new TreeComparison(a, b).run()) {
    if (found !== STRETCH) {
      yield found;
      continue;
    }
    const pause = pace.step(STRETCH_STEPS);
    if (pause) await pause;
  }
}

/** What changed of a node between two of its versions; empty when nothing did. */
export function changedAspects(before: CatalogEntry, after: CatalogEntry): readonly ChangedAspect[] {
  if (before.version === after.version) return [];
  const changed: ChangedAspect[] = [];
  if (before.contentId !== after.contentId) changed.push("content");
  if (before.sizeBytes !== after.sizeBytes) changed.push("size");
  if (before.mtimeNs !== after.mtimeNs) changed.push("mtime");
  if (!samePosix(before, after)) changed.push("permissions");
  // Another version, and yet nothing that the tree keeps has changed: it is in the metadata.
  return changed.length === 0 ? ["attributes"] : changed;
}

function samePosix({ posix: a }: CatalogEntry, { posix: b }: CatalogEntry): boolean {
  return a?.mode === b?.mode && a?.uid === b?.uid && a?.gid === b?.gid;
}

type Path = readonly string[];

interface Found {
  readonly path: Path;
  readonly entry: CatalogEntry;
}

/** So many entries have been looked at since the last time. Each is passed up through all levels of the walk. */
const STRETCH = "stretch";
const STRETCH_STEPS = 256;

type Walk = IterableIterator<Difference | typeof STRETCH>;

class TreeComparison {
  readonly #a: SnapshotTree;
  readonly #b: SnapshotTree;
  readonly #gone = new Map<NodeId, Found>();
  readonly #come = new Map<NodeId, Found>();
  #steps = 0;

  constructor(a: SnapshotTree, b: SnapshotTree) {
    this.#a = a;
    this.#b = b;
  }

  *run(): Walk {
    const [before, entry] = [this.#a.root, this.#b.root];
    if (!before || !entry) return;
    yield* this.#both(before, entry, []);
    yield* this.#filesThatCame();
    for (const { path, entry: gone } of this.#gone.values()) yield { kind: "removed", path, entry: gone };
  }

  /** To be called for each entry that is looked at. @returns whether a stretch is over */
  #step(): boolean {
    return ++this.#steps % STRETCH_STEPS === 0;
  }

  /** One node that is in both trees, in the same place. */
  *#both(before: CatalogEntry, entry: CatalogEntry, path: Path): Walk {
    const changed = changedAspects(before, entry);
    if (changed.length > 0) yield { kind: "modified", path, before, entry, changed };
    if (entry.kind === "directory") yield* this.#children(entry.nodeId, path);
  }

  *#children(directory: NodeId, path: Path): Walk {
    if (this.#a.stampOf(directory) === this.#b.stampOf(directory)) return;
    for (const [before, entry] of pairByName(pagedList(this.#a, directory), pagedList(this.#b, directory))) {
      if (this.#step()) yield STRETCH;
      if (before && entry && before.nodeId === entry.nodeId) {
        yield* this.#both(before, entry, [...path, entry.name]);
        continue;
      }
      if (before) yield* this.#went(before, this.#a.pathOf(directory) ?? path);
      if (entry) yield* this.#came(entry, path);
    }
  }

  /** A name that is no longer there; a directory that lives on elsewhere is told from there. */
  *#went(entry: CatalogEntry, parent: Path): Walk {
    if (entry.kind === "directory" && this.#b.pathOf(entry.nodeId)) return;
    const path = [...parent, entry.name];
    this.#gone.set(entry.nodeId, { path, entry });
    if (entry.kind !== "directory") return;
    for (const child of pagedList(this.#a, entry.nodeId)) {
      if (this.#step()) yield STRETCH;
      yield* this.#went(child, path);
    }
  }

  /** A name that was not there before. */
  *#came(entry: CatalogEntry, parent: Path): Walk {
    const path = [...parent, entry.name];
    if (entry.kind !== "directory") {
      this.#come.set(entry.nodeId, { path, entry });
      return;
    }
    const from = this.#a.pathOf(entry.nodeId);
    const before = from && resolve(this.#a, from);
    if (before) {
      yield { kind: "renamed", path, from, before, entry, changed: changedAspects(before, entry) };
      yield* this.#children(entry.nodeId, path);
      return;
    }
    yield { kind: "added", path, entry };
    for (const child of pagedList(this.#b, entry.nodeId)) {
      if (this.#step()) yield STRETCH;
      yield* this.#came(child, path);
    }
  }

  *#filesThatCame(): Walk {
    const goneByPath = new Map<string, Found>();
    for (const [nodeId, found] of this.#gone) {
      if (this.#step()) yield STRETCH;
      if (!this.#come.has(nodeId)) goneByPath.set(found.path.join("\0"), found);
    }
    for (const { path, entry } of this.#come.values()) {
      if (this.#step()) yield STRETCH;
      const moved = this.#gone.get(entry.nodeId);
      // Many programs save by writing a new file and renaming it over the old: another node, but to people the same file.
      const replaced = moved ? undefined : goneByPath.get(path.join("\0"))?.entry;
      const before = moved?.entry ?? replaced;
      if (!before || before.kind !== entry.kind) {
        yield { kind: "added", path, entry };
        continue;
      }
      this.#gone.delete(before.nodeId);
      const changed = changedAspects(before, entry);
      if (moved) yield { kind: "renamed", path, from: moved.path, before, entry, changed };
      else if (changed.length > 0) yield { kind: "modified", path, before, entry, changed };
    }
  }
}

/** Walks a path down from the root. @returns undefined when the tree has no such path */
export function resolve(tree: TreeView, path: Path): CatalogEntry | undefined {
  let entry = tree.root;
  for (const name of path) {
    if (entry?.kind !== "directory") return undefined;
    entry = tree.lookup(entry.nodeId, name);
  }
  return entry;
}

/** Merges two listings, each in byte order of UTF-8 names, into pairs with at least one side. */
function* pairByName(
  before: IterableIterator<CatalogEntry>,
  after: IterableIterator<CatalogEntry>,
): IterableIterator<readonly [CatalogEntry | undefined, CatalogEntry | undefined]> {
  try {
    let left = before.next();
    let right = after.next();
    while (!left.done || !right.done) {
      const order = left.done ? 1 : right.done ? -1 : compareUtf8(left.value.name, right.value.name);
      yield [order <= 0 ? left.value : undefined, order >= 0 ? right.value : undefined];
      if (order <= 0) left = before.next();
      if (order >= 0) right = after.next();
    }
  } finally {
    before.return?.();
    after.return?.();
  }
}
