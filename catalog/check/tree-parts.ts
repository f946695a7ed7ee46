/** What the checks of the node tree share. */
import { placeRecords, type PlaceRecord } from "../packed/places.js";
import { runRecords, type RunRecord } from "../packed/runs.js";
import { stampRecords, type StampRecord } from "../packed/stamps.js";
import type { FileState } from "./file-state.js";
import type { Known } from "./known.js";
import { NodeMarks } from "./node-marks.js";
import { PackedIndex } from "./packed-index.js";
import type { CheckCounts } from "./problem.js";

export class TreeParts {
  readonly file: FileState;
  readonly known: Known;
  readonly counts: CheckCounts;
  readonly marks = new NodeMarks();
  readonly places: PackedIndex<PlaceRecord>;
  readonly runs: PackedIndex<RunRecord>;
  readonly stamps: PackedIndex<StampRecord>;

  constructor(file: FileState, known: Known, counts: CheckCounts) {
    this.file = file;
    this.known = known;
    this.counts = counts;
    this.places = new PackedIndex(file, placeRecords);
    this.runs = new PackedIndex(file, runRecords);
    this.stamps = new PackedIndex(file, stampRecords);
  }

  get areLeavesWhole(): boolean {
    return !this.file.broken.has("leaves");
  }
}

/** Quoted, with whatever would do harm on a terminal written out. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}
