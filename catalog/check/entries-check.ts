/**
 * Entries as they come, directory by directory: their own numbers, that those of one name do not overlap, and that places,
 * runs and stamps say the same of them. Memory: what the parts keep, nothing for an entry.
 */
import { EMPTY_CONTENT, NO_NODE, ROOT_NODE, type NodeId } from "../../core/ids.js";
import { nameProblem } from "../../core/names.js";
import { compareEntries, LIVE, type LeafEntry } from "../leaf/leaf-entry.js";
import type { PlaceRecord } from "../packed/places.js";
import type { RunRecord } from "../packed/runs.js";
import { problem, type CatalogProblem } from "./problem.js";
import type { SnapshotSums } from "./snapshot-sums.js";
import { quoted, type TreeParts } from "./tree-parts.js";

/** The directory whose entries come. */
interface Directory {
  readonly id: NodeId;
  readonly places: readonly PlaceRecord[];
  /** Snapshots in which it was stamped. */
  readonly stamps: ReadonlySet<number>;
}

interface Run {
  readonly record: RunRecord | undefined;
  readonly nodeId: number;
}

export class EntriesCheck {
  readonly #parts: TreeParts;
  readonly #sums: SnapshotSums;
  #directory: Directory | undefined;
  #before: LeafEntry | undefined;
  #beforeSince = 0;
  #run: Run | undefined;

  constructor(parts: TreeParts, sums: SnapshotSums) {
    this.#parts = parts;
    this.#sums = sums;
  }

  /** What lies between the entry before and the next is not known. */
  skip(): void {
    this.#before = undefined;
  }

  *section(id: NodeId, entries: readonly LeafEntry[]): IterableIterator<CatalogProblem> {
    if (this.#directory?.id !== id) {
      this.#directory = this.#begin(id);
      this.#before = undefined;
      this.#parts.counts.directories++;
      yield* this.#directoryProblems(this.#directory);
    }
    for (const entry of entries) yield* this.#entry(this.#directory, entry);
  }

  #begin(id: NodeId): Directory {
    const { places, stamps } = this.#parts;
    return { id, places: places.of(id), stamps: new Set(stamps.of(id).map(({ since }) => since)) };
  }

  *#directoryProblems({ id, places }: Directory): IterableIterator<CatalogProblem> {
    const { known } = this.#parts;
    const where = `leaves: directory ${id}`;
    if (known.state && id >= known.state.next.node) yield problem("count", where, "no such node was handed out");
    else if (id > ROOT_NODE && places.length === 0 && this.#parts.places.isWhole) {
      yield problem("tree", where, "nothing says where the directory hangs");
    }
  }

  *#entry(directory: Directory, entry: LeafEntry): IterableIterator<CatalogProblem> {
    const { known, counts, marks } = this.#parts;
    const { name, nodeId, version, until, kind } = entry;
    const where = `leaves: directory ${directory.id} ${quoted(name)}`;
    const since = known.sinceOf(version);
    counts.entries++;
    for (const message of this.#ownProblems(directory, entry, since)) yield problem("tree", where, message);
    for (const message of this.#numberProblems(entry)) yield problem("count", where, message);
    for (const message of this.#orderProblems(entry, since)) yield problem("order", where, message);
    this.#sums.add(entry, since, until);
    if (nodeId > 0 && (!known.state || nodeId < known.state.next.node)) {
      const isSameName = this.#before?.name === name && this.#before.nodeId === nodeId;
      const wasSeen = marks.isSeen(nodeId);
      if (!marks.see(nodeId, kind)) yield problem("tree", where, `node ${nodeId} is something else in another version`);
      // A batch that is applied in part may have put a node in its new place, and not taken it from the old one yet.
      if (until === LIVE && marks.isLive(nodeId) && !known.isPartial(known.newest))
        yield problem("tree", where, `node ${nodeId} is live in another place as well`);
      if (until === LIVE) marks.live(nodeId);
      for (const message of this.#placeProblems(directory, entry, since, wasSeen && !isSameName)) {
        yield problem("tree", where, message);
      }
    }
    for (const message of this.#stampProblems(directory, entry, since)) yield problem("tree", where, message);
    this.#before = entry;
    this.#beforeSince = since;
  }

  *#ownProblems(
    directory: Directory,
    { name, nodeId, kind, until }: LeafEntry,
    since: number,
  ): IterableIterator<string> {
    const { known } = this.#parts;
    const isRoot = nodeId === ROOT_NODE;
    if (isRoot !== (directory.id === NO_NODE) || (isRoot && (name !== "" || kind !== "directory")))
      yield "only the root hangs nowhere";
    const wrong = isRoot ? undefined : nameProblem(name);
    if (wrong !== undefined) yield `it has an impossible name: ${wrong}`;
    if (since < known.cameOf(nodeId)) yield `it is there since snapshot ${since}, before node ${nodeId} came`;
    if (until === LIVE) return;
    if (until <= since) yield `it ends in snapshot ${until}, but begins in ${since}`;
    else if (!known.hasBegun(until)) yield `it ends in snapshot ${until}, which there is not`;
  }

  *#numberProblems({ nodeId, version, contentId, sizeBytes, kind, posixId }: LeafEntry): IterableIterator<string> {
    const { next } = this.#parts.known.state ?? {};
    if (!this.#parts.known.posix.has(posixId)) yield `mode and owner ${posixId} are not in the catalog`;
    if (kind === "file" && sizeBytes > 0 && contentId === EMPTY_CONTENT) yield "it has a size but no content";
    if (!next) return;
    if (nodeId < 1 || nodeId >= next.node) yield `node ${nodeId} was not handed out`;
    if (version < 1 || version >= next.version) yield `version ${version} was not handed out`;
    if (contentId >= next.content) yield `content ${contentId} was not handed out`;
  }

  *#orderProblems(entry: LeafEntry, since: number): IterableIterator<string> {
    const before = this.#before;
    if (!before) return;
    if (compareEntries(before, entry) >= 0) {
      yield before.name === entry.name
        ? "it has two entries that are alike, or the older one first"
        : "it is out of order";
    } else if (before.name === entry.name && (entry.until > this.#beforeSince || since > this.#beforeSince)) {
      yield `two of its entries overlap in snapshot ${this.#beforeSince}`;
    }
  }

  /** Its directory is there as long as it is, and it is where places or runs say. */
  *#placeProblems(
    directory: Directory,
    entry: LeafEntry,
    since: number,
    isElsewhere: boolean,
  ): IterableIterator<string> {
    const { marks, places, known } = this.#parts;
    if (known.isPartial(since)) return;
    const end = this.#endOf(entry, since);
    if (directory.id > ROOT_NODE && places.isWhole) {
      if (!covers(directory.places, since, end, isThere)) yield "its directory is not there all the time that it is";
    }
    if (entry.nodeId === ROOT_NODE || !places.isWhole) return;
    if (!marks.isPlaced(entry.nodeId)) {
      if (entry.kind === "directory") yield `nothing says where directory ${entry.nodeId} hangs`;
      else if (isElsewhere) yield `node ${entry.nodeId} has been in another place, but nothing says that it moved`;
      else if (this.#parts.runs.isWhole && this.#parentOf(entry.nodeId) !== directory.id) {
        yield `node ${entry.nodeId} came in another directory, and nothing says that it moved`;
      }
      return;
    }
    const isHere = ({ parentId, name }: PlaceRecord): boolean => parentId === directory.id && name === entry.name;
    if (!covers(places.of(entry.nodeId), since, end, isHere)) {
      yield `node ${entry.nodeId} is said to be in another place`;
    }
  }

  /** What ends in the snapshot that is being written may do so bit by bit: a directory before what is in it. */
  #endOf({ until }: LeafEntry, since: number): number {
    const unfinished = this.#parts.known.state?.unfinished?.number ?? Number.POSITIVE_INFINITY;
    const end = Math.min(until === LIVE ? Number.POSITIVE_INFINITY : until, unfinished);
    return Math.max(end, since);
  }

  /** Whatever begins or ends in a snapshot is stamped with it where it does. */
  *#stampProblems(directory: Directory, { nodeId, kind, until }: LeafEntry, since: number): IterableIterator<string> {
    const { known, stamps } = this.#parts;
    if (!stamps.isWhole) return;
    const isStamped = (snapshot: number): boolean =>
      directory.id === NO_NODE ||
      directory.stamps.has(snapshot) ||
      known.isPartial(snapshot) ||
      known.cameOf(directory.id) === snapshot;
    if (!isStamped(since)) yield `it came in snapshot ${since}, of which its directory has no stamp`;
    if (until !== LIVE && !isStamped(until)) yield `it ended in snapshot ${until}, of which its directory has no stamp`;
    if (kind !== "directory" || known.isPartial(since) || known.cameOf(nodeId) === since) return;
    if (stamps.newest(nodeId, since)?.since !== since)
      yield `it changed in snapshot ${since}, of which it has no stamp`;
  }

  /** Ids come in runs, so what was found for one mostly holds for the next. */
  #parentOf(nodeId: number): number | undefined {
    if (this.#run?.nodeId !== nodeId) this.#run = { record: this.#parts.runs.floor({ nodeId, since: 0 }), nodeId };
    return this.#run.record?.parentId;
  }
}

function isThere({ parentId }: PlaceRecord): boolean {
  return parentId !== NO_NODE;
}

/** Whether all records that count from `since` until before `end` are of a kind, and there is one from the beginning. */
function covers(
  records: readonly PlaceRecord[],
  since: number,
  end: number,
  isRight: (record: PlaceRecord) => boolean,
): boolean {
  let isCovered = false;
  for (const record of records) {
    if (record.since <= since) isCovered = isRight(record);
    else if (record.since < end && !isRight(record)) return false;
  }
  return isCovered;
}
