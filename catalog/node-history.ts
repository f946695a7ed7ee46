/**
 * Every version of one node, through renames and moves, from the catalog alone. A node keeps its id wherever it goes, so
 * its versions are those that its places have of it. Many programs save by writing a new file and renaming it over the
 * old one: another node, but to people the same file (docs/decisions/0004). So where one node ends and another begins at
 * the same path between two neighbouring snapshots, the history goes on from the one to the other, as `diff` pairs them.
 */
import { NO_NODE, type NodeId, type SnapshotNumber } from "../core/ids.js";
import type { Pace } from "../core/pace.js";
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
 * Time and memory are proportional to the number of versions that its places have had, of whichever node.
 * @param of the node, as some published snapshot has it
 * @param pace is told each version that is read, and each node that is looked for
 * @returns newest first; versions that no published snapshot has are left out
 */
export function nodeHistory(
  catalog: CatalogReader,
  published: Published,
  of: Pick<CatalogEntry, "nodeId" | "parentId" | "name">,
  pace: Pace,
): Promise<readonly HistoryVersion[]> {
  return new NodeHistory(catalog, published, pace).run(of);
}

type Place = Pick<CatalogEntry, "parentId" | "name">;
type Placed = Place & Pick<CatalogEntry, "nodeId">;

/** A version with what is found out about it by itself. */
interface Seen extends Span {
  readonly entry: EntryVersion;
  readonly path: readonly string[];
}

/** What one place has had, by node; of each newest first. */
type PlaceVersions = ReadonlyMap<NodeId, readonly EntryVersion[]>;

/** Neighbouring snapshots are asked in turn; one that has fallen out merely costs being opened again. */
const VIEWS_KEPT = 8;
/** A search for a node is several lookups, each as much work as reading some dozens of versions. */
const STEPS_A_SEARCH = 64;

class NodeHistory {
  readonly #catalog: CatalogReader;
  readonly #published: Published;
  readonly #pace: Pace;
  /** By parent and name: where nodes replaced each other, all that came by are found in one reading. */
  readonly #places = new Map<string, PlaceVersions>();
  /** Oldest first. */
  readonly #views = new Map<SnapshotNumber, TreeView>();

  constructor(catalog: CatalogReader, published: Published, pace: Pace) {
    this.#catalog = catalog;
    this.#published = published;
    this.#pace = pace;
  }

  async run(of: Placed): Promise<readonly HistoryVersion[]> {
    const own = await this.#versionsOf(of);
    const after = await this.#after(own.at(-1));
    const before = await this.#before(own[0]);
    const seen = [...after.toReversed(), ...own.toReversed(), ...before];
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
  async #versionsOf({ nodeId, parentId, name }: Placed): Promise<readonly Seen[]> {
    const found: EntryVersion[] = [];
    for (const place of distinct([...this.#catalog.placesOf(nodeId), { parentId, name }])) {
      found.push(...((await this.#placeVersions(place)).get(nodeId) ?? []));
    }
    return found
      .toSorted((a, b) => a.version - b.version)
      .flatMap((entry) => {
        const span = this.#published.spanOf(entry);
        const path = span && this.#pathIn(span.last, entry);
        return path ? [{ ...span, entry, path }] : [];
      });
  }

  async #placeVersions(place: Place): Promise<PlaceVersions> {
    const key = keyOf(place);
    const known = this.#places.get(key);
    if (known) return known;
    const byNode = new Map<NodeId, EntryVersion[]>();
    // As a whole before any pause, which would keep a state of the catalog: there is one in a snapshot at most.
    const versions = [...this.#catalog.versionsOf(place.parentId, place.name)];
    for (const version of versions) {
      const ofNode = byNode.get(version.nodeId);
      if (ofNode) ofNode.push(version);
      else byNode.set(version.nodeId, [version]);
      const pause = this.#pace.step();
      if (pause) await pause;
    }
    this.#places.set(key, byNode);
    return byNode;
  }

  /** What was at the same path until the first version came, and what was there before that; newest first. */
  async #before(oldest: Seen | undefined): Promise<readonly Seen[]> {
    const found: Seen[] = [];
    for (let next = oldest; next;) {
      const earlier = this.#published.before(next.first.number);
      const place = earlier && this.#pathIn(next.first, next.entry);
      const node = place && (await this.#pairOf(next.entry, place, next.first, earlier));
      if (!node) break;
      const versions = (await this.#versionsOf(node)).toReversed();
      found.push(...versions);
      next = versions.at(-1);
    }
    return found;
  }

  /** What came at the same path when the last version went, and what came there after that; oldest first. */
  async #after(newest: Seen | undefined): Promise<readonly Seen[]> {
    const found: Seen[] = [];
    for (let before = newest; before?.entry.until !== undefined;) {
      const later = this.#published.from(before.entry.until);
      const node = later && (await this.#pairOf(before.entry, before.path, before.last, later));
      if (!node) break;
      const versions = await this.#versionsOf(node);
      found.push(...versions);
      before = versions.at(-1);
    }
    return found;
  }

  /**
   * The node that is at `path` in the snapshot `there`, when it is nowhere in its neighbour `here`: where it lives on under
   * another name, `entry` has not replaced it. `entry` is in `here` and not in `there`.
   */
  async #pairOf(
    entry: CatalogEntry,
    path: readonly string[],
    here: Snapshot,
    there: Snapshot,
  ): Promise<CatalogEntry | undefined> {
    const pause = this.#pace.step(STEPS_A_SEARCH);
    if (pause) await pause;
    const other = resolve(this.#view(there), path);
    return other?.kind === entry.kind && !this.#isIn(here, other) ? other : undefined;
  }

  #pathIn(snapshot: Snapshot, { parentId, name }: Placed): readonly string[] | undefined {
    if (parentId === NO_NODE) return [];
    const parent = this.#view(snapshot).pathOf(parentId);
    return parent && [...parent, name];
  }

  /** Whether a snapshot has a node, wherever that is. */
  #isIn(snapshot: Snapshot, node: Placed): boolean {
    const view = this.#view(snapshot);
    const places = [...this.#catalog.placesOf(node.nodeId), node];
    return places.some(({ parentId, name }) => hasNode(view, parentId, name, node.nodeId));
  }

  #view({ number }: Snapshot): TreeView {
    const known = this.#views.get(number);
    if (known) return known;
    for (const oldest of this.#views.keys()) {
      if (this.#views.size < VIEWS_KEPT) break;
      this.#views.delete(oldest);
    }
    const view = this.#catalog.view(number);
    this.#views.set(number, view);
    return view;
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

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

function keyOf({ parentId, name }: Place): string {
  return `${parentId}/${name}`;
}
