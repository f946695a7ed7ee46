/** Places before the entries are read: their own numbers, and that going up from any of them ends at the root. */
import { NO_NODE, ROOT_NODE } from "../../core/ids.js";
import { nameProblem } from "../../core/names.js";
import type { PlaceRecord } from "../packed/places.js";
import { problem, type CatalogProblem, type Findings } from "./problem.js";
import { quoted, type TreeParts } from "./tree-parts.js";

/** Azure Files allows 250 levels, Linux 2 048. */
const MAX_DEPTH = 4096;

export function* checkPlaces(parts: TreeParts): Findings {
  const { marks, places } = parts;
  for (const page of places.scan()) {
    if ("message" in page) {
      yield page;
      continue;
    }
    for (const record of page) {
      yield* placeProblems(parts, record);
      marks.place(record.nodeId);
    }
    yield undefined;
  }
}

/** @param isFirst whether the record is its node's first */
export function* checkPaths({ places, known }: TreeParts, record: PlaceRecord, isFirst: boolean): Findings {
  const { nodeId, since, parentId } = record;
  // A cycle needs a parent that is younger than its child, or something that has moved.
  if (parentId === NO_NODE || (isFirst && parentId < nodeId) || known.isPartial(since)) return;
  let at: number = parentId;
  for (let depth = 0; at !== ROOT_NODE && at !== NO_NODE; depth++) {
    if (at === nodeId || depth > MAX_DEPTH) {
      yield problem("tree", `places: node ${nodeId}`, `its parents form a cycle in snapshot ${since}`);
      return;
    }
    at = places.newest(at, since)?.parentId ?? NO_NODE;
  }
  if (at === NO_NODE && places.isWhole) {
    yield problem("tree", `places: node ${nodeId}`, `nothing leads from the root to it in snapshot ${since}`);
  }
}

function* placeProblems({ known }: TreeParts, record: PlaceRecord): IterableIterator<CatalogProblem> {
  const { nodeId, since, parentId, name } = record;
  const where = `places: node ${nodeId}`;
  const next = known.state?.next.node ?? Number.POSITIVE_INFINITY;
  if (nodeId <= ROOT_NODE || nodeId >= next) yield problem("count", where, "no such node was handed out");
  if (parentId >= next) yield problem("count", where, `its parent ${parentId} was not handed out`);
  if (!known.hasBegun(since)) yield problem("tree", where, `it is there since snapshot ${since}, which there is not`);
  if (since < known.cameOf(nodeId)) yield problem("tree", where, `it has a place in snapshot ${since}, before it came`);
  if (parentId === NO_NODE ? name !== "" : nameProblem(name) !== undefined) {
    yield problem("tree", where, `it is called ${quoted(name)}`);
  }
}
