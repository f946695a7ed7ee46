/** What can only be told when all entries were seen: of places, runs, stamps, and the sums of snapshots. */
import { NO_NODE, ROOT_NODE } from "../../core/ids.js";
import { checkPaths } from "./places-check.js";
import { problem, type CatalogProblem, type Findings } from "./problem.js";
import type { SnapshotSums, Sums } from "./snapshot-sums.js";
import type { StampRecord } from "../packed/stamps.js";
import type { TreeParts } from "./tree-parts.js";

/** Every place of a live directory is that of a live entry; and from every place a way leads up to the root. */
export function* checkPlacesAgain(parts: TreeParts): Findings {
  const { marks, places, areLeavesWhole } = parts;
  let before = 0;
  for (const record of places.records()) {
    const { nodeId, parentId } = record;
    const isNewest = places.newest(nodeId, Number.POSITIVE_INFINITY) === record;
    const where = `places: node ${nodeId}`;
    if (areLeavesWhole && !marks.isSeen(nodeId)) {
      // A directory that came and went within one snapshot leaves its places behind, the last of which says that it is gone.
      if (isNewest && parentId !== NO_NODE) yield problem("tree", where, "it has a place but no entry");
    } else if (
      areLeavesWhole &&
      isNewest &&
      marks.isDirectory(nodeId) &&
      marks.isLive(nodeId) !== (parentId !== NO_NODE)
    ) {
      yield problem(
        "tree",
        where,
        parentId === NO_NODE ? "it is said to be gone but has a live entry" : "it has a place but no live entry",
      );
    }
    if (marks.isDirectory(nodeId)) yield* checkPaths(parts, record, before !== nodeId);
    before = nodeId;
    yield undefined;
  }
}

export function* checkRuns(parts: TreeParts): Findings {
  const { runs, marks, known, areLeavesWhole } = parts;
  const next = known.state?.next.node ?? Number.POSITIVE_INFINITY;
  for (const { nodeId, parentId } of runs.records()) {
    const where = `runs: from node ${nodeId}`;
    if (nodeId >= next) yield problem("count", where, "no such node was handed out");
    if (parentId >= next || parentId === NO_NODE)
      yield problem("count", where, `its directory ${parentId} was not handed out`);
    else if (areLeavesWhole && marks.isSeen(parentId) && !marks.isDirectory(parentId)) {
      yield problem("tree", where, `node ${parentId} is no directory`);
    }
    yield undefined;
  }
}

/** Stamps are of directories, and go up to the root. */
export function* checkStamps(parts: TreeParts): Findings {
  for (const record of parts.stamps.records()) {
    yield* stampProblems(parts, record);
    yield undefined;
  }
}

function* stampProblems(parts: TreeParts, { nodeId, since }: StampRecord): IterableIterator<CatalogProblem> {
  const { known, marks, places, stamps, areLeavesWhole } = parts;
  const where = `stamps: directory ${nodeId}`;
  if (!known.hasBegun(since)) yield problem("tree", where, `it is stamped with snapshot ${since}, which there is not`);
  if (known.state && nodeId >= known.state.next.node) yield problem("count", where, "no such node was handed out");
  else if (areLeavesWhole && marks.isSeen(nodeId) && !marks.isDirectory(nodeId)) {
    yield problem("tree", where, "it is no directory");
  }
  if (since < known.cameOf(nodeId))
    yield problem("tree", where, `it is stamped with snapshot ${since}, before it came`);
  const parentId = nodeId === ROOT_NODE ? NO_NODE : (places.newest(nodeId, since)?.parentId ?? NO_NODE);
  if (parentId === NO_NODE || known.isPartial(since) || known.cameOf(parentId) === since) return;
  if (stamps.newest(parentId, since)?.since !== since && stamps.isWhole) {
    yield problem("tree", where, `it is stamped with snapshot ${since}, but directory ${parentId} above it is not`);
  }
}

/** Totals are what is live, and every published snapshot holds what it says. */
export function* checkSums({ known, areLeavesWhole }: TreeParts, sums: SnapshotSums): Findings {
  if (!areLeavesWhole || !known.state) return;
  const told = differing(known.state.totals, sums.live);
  if (told !== undefined) yield problem("count", "meta: state", `the live tree has ${told}`);
  for (const [snapshot, sum] of sums.sums()) {
    const wrong = differing(snapshot, sum);
    if (wrong !== undefined)
      yield problem("count", `snapshots: ${snapshot.number} (${snapshot.name})`, `it has ${wrong}`);
  }
}

function differing(said: Readonly<Sums>, found: Readonly<Sums>): string | undefined {
  const wrong = (["files", "directories", "bytes"] as const).filter((what) => said[what] !== found[what]);
  if (wrong.length === 0) return undefined;
  return wrong.map((what) => `${found[what]} ${what}, not ${said[what]}`).join(", ");
}
