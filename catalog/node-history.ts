/**
 * Every version of one node, through renames and moves, from the catalog alone. A node keeps its id wherever it goes, so
 * its versions are those that its places have of it. Many programs save by writing a new file and renaming it over the
 * old one: another node, but to people the same file (docs/decisions/0004). So where one node ends and another begins at
 * the same path between two neighbouring snapshots, the history goes on from the one to the other, as `diff` pairs them.
 */
import { NO_NODE, type NodeId } from "../core/ids.js";
import type { Snapshot } from "../core/snapshot.js";
import type { CatalogEntry, CatalogReader, EntryVersion, TreeView } from "./catalog.js";
import { changedAspects, resolve, type ChangedAspect } from "./diff.js";
import type { Published, Span } from "./published.js";

/** What made a version another than the one before. */
export type VersionChange =
  | { readonly kind: "created" }
  | { readonly kind: "modified"; readonly changed: readonly ChangedAspect[] }
  /** It has another name or folder. `from` is the path of the version before. */
  | { readonly kind: "renamed"; readonly from: readonly string[]; readonly changed: readonly ChangedAspect[] }
  /** Another node has taken the place of the one before. */
  | { readonly kind: "replaced"; readonly changed: readonly ChangedAspect[] };

export interface HistoryVersion extends Span {
  readonly entry: EntryVersion;
  /** As it is in `last`: folders above may have been renamed while the version lasted. */
  readonly path: readonly string[];
  readonly change: VersionChange;
  /** The first snapshot that has neither this version nor one that followed; undefined when there is none such. */
  readonly removedIn: Snapshot | undefined;
}

/**
 * The whole history that a node is part of, also what came before and after it when it replaced another or was replaced.
 * Memory is proportional to the number of versions.
 * @param of the node, as some published snapshot has it
 * @returns newest first; versions that no published snapshot has are left out
 */
export function nodeHistory(
  catalog: CatalogReader,
  published: Published,
  of: Pick<CatalogEntry, "nodeId" | "parentId" | "name">,
): readonly HistoryVersion[] {
  return new NodeHistory(catalog, published).run(of);
}

type Placed = Pick<CatalogEntry, "nodeId" | "parentId" | "name">;

/** A version with what is found out about it by itself. */
interface Seen extends Span {
  readonly entry: EntryVersion;
  readonly path: readonly string[];
}

class NodeHistory {
  readonly #catalog: CatalogReader;
  readonly #published: Published;

  constructor(catalog: CatalogReader, published: Published) {
    this.#catalog = catalog;
    this.#published = published;
  }

  run(of: Placed): readonly HistoryVersion[] {
    const own = this.#versionsOf(of);
    const seen = [...this.#after(own.at(-1)), ...own.toReversed(), ...this.#before(own[0])];
    return seen.map((version, index) => {
      const isNewest = index === 0;
      return {
        ...version,
        change: changeBetween(seen[index + 1], version),
        removedIn:
          isNewest && version.entry.until !== undefined ? this.#published.from(version.entry.until) : undefined,
      };
    });
  }

  /** All versions of one node, oldest first. */
  #versionsOf({ nodeId, parentId, name }: Placed): readonly Seen[] {
    const found: EntryVersion[] = [];
    for (const place of distinct([...this.#catalog.placesOf(nodeId), { parentId, name }])) {
      for (const version of this.#catalog.versionsOf(place.parentId, place.name)) {
        if (version.nodeId === nodeId) found.push(version);
      }
    }
    return found
      .toSorted((a, b) => a.version - b.version)
      .flatMap((entry) => {
        const span = this.#published.spanOf(entry);
        const path = span && this.#pathIn(span.last, entry);
        return path ? [{ ...span, entry, path }] : [];
      });
  }

  /** What was at the same path until the first version came, and what was there before that; newest first. */
  #before(oldest: Seen | undefined): readonly Seen[] {
    const found: Seen[] = [];
    for (let next = oldest; next;) {
      const earlier = this.#published.before(next.first.number);
      const place = earlier && this.#pathIn(next.first, next.entry);
      const node = place && this.#pairOf(next.entry, place, next.first, earlier);
      if (!node) break;
      const versions = this.#versionsOf(node).toReversed();
      found.push(...versions);
      next = versions.at(-1);
    }
    return found;
  }

  /** What came at the same path when the last version went, and what came there after that; newest first. */
  #after(newest: Seen | undefined): readonly Seen[] {
    const found: Seen[] = [];
    for (let before = newest; before?.entry.until !== undefined;) {
      const later = this.#published.from(before.entry.until);
      const node = later && this.#pairOf(before.entry, before.path, before.last, later);
      if (!node) break;
      const versions = this.#versionsOf(node).toReversed();
      found.unshift(...versions);
      before = versions[0];
    }
    return found;
  }

  /**
   * The node that is at `path` in the snapshot `there`, when it is nowhere in its neighbour `here`: where it lives on under
   * another name, `entry` has not replaced it. `entry` is in `here` and not in `there`.
   */
  #pairOf(entry: CatalogEntry, path: readonly string[], here: Snapshot, there: Snapshot): CatalogEntry | undefined {
    const other = resolve(this.#catalog.view(there.number), path);
    return other?.kind === entry.kind && !this.#isIn(here, other) ? other : undefined;
  }

  #pathIn(snapshot: Snapshot, { parentId, name }: Placed): readonly string[] | undefined {
    if (parentId === NO_NODE) return [];
    const parent = this.#catalog.view(snapshot.number).pathOf(parentId);
    return parent && [...parent, name];
  }

  /** Whether a snapshot has a node, wherever that is. */
  #isIn(snapshot: Snapshot, node: Placed): boolean {
    const view = this.#catalog.view(snapshot.number);
    const places = [...this.#catalog.placesOf(node.nodeId), node];
    return places.some(({ parentId, name }) => hasNode(view, parentId, name, node.nodeId));
  }
}

function hasNode(view: TreeView, parentId: NodeId, name: string, nodeId: NodeId): boolean {
  return view.lookup(parentId, name)?.nodeId === nodeId;
}

function changeBetween(before: Seen | undefined, { entry }: Seen): VersionChange {
  if (!before) return { kind: "created" };
  const changed = changedAspects(before.entry, entry);
  if (before.entry.nodeId !== entry.nodeId) return { kind: "replaced", changed };
  const stayed = before.entry.parentId === entry.parentId && before.entry.name === entry.name;
  return stayed ? { kind: "modified", changed } : { kind: "renamed", from: before.path, changed };
}

function distinct<T extends Pick<CatalogEntry, "parentId" | "name">>(places: readonly T[]): readonly T[] {
  return [...new Map(places.map((place) => [`${place.parentId}/${place.name}`, place])).values()];
}
