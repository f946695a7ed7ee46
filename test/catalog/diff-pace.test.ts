import { expect, it } from "vitest";
import { diffAtPace, type Difference, diffTrees } from "../../catalog/diff.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { NodeEntry, NodePut, NodeRemoval } from "../../core/node.js";
import { Pace } from "../../core/pace.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf } from "./support/model.js";

const FILES = 3000;
const top = directoryOf(2, 1, "huge");
const files = Array.from({ length: FILES }, (_, index) => entryOf(index + 10, 2, `file ${index}`));
const [oldest] = files as [NodeEntry];

/** Snapshot 1 has a huge folder; 2 is what the edits make of it. */
async function compared(
  puts: readonly NodePut[],
  removals: readonly NodeRemoval[],
  pace: Pace,
): Promise<readonly Difference[]> {
  await using folder = await temporaryDirectory();
  await using catalog = openCatalog(folder.path);
  for (const [index, edits] of [
    { puts: [rootEntry, top, ...files].map((entry) => putOf(entry)), removals: [] },
    { puts, removals },
  ].entries()) {
    const { number } = await catalog.begin();
    await catalog.apply(number, 0, batchOf(catalog.next().version, edits.puts, edits.removals));
    await catalog.publish(snapshotOf(index + 1));
  }
  const [before, after] = [1, 2].map((number) => catalog.view(number as SnapshotNumber));
  const told: Difference[] = [];
  for await (const difference of diffAtPace(before!, after!, pace)) told.push(difference);
  expect(told).toEqual([...diffTrees(before!, after!)]);
  return told;
}

class CountedPace extends Pace {
  steps = 0;

  override step(steps = 1): Promise<void> | undefined {
    this.steps += steps;
    return super.step(steps);
  }
}

const changes: readonly (readonly [string, readonly NodePut[], readonly NodeRemoval[], number])[] = [
  ["with one change", [putOf({ ...oldest, sizeBytes: 99 })], [], 1],
  ["that is gone", [], [...files, top].map((entry) => removalOf(entry)), FILES + 1],
];

it.each(changes)(
  "comparing a huge folder %s pauses by what it reads, not by what it tells",
  async (_what, puts, removals, told) => {
    const pace = new CountedPace();
    expect(await compared(puts, removals, pace)).toHaveLength(told);
    expect(pace.steps).toBeGreaterThan(FILES - 300);
  },
);

it.each(changes)("comparing a huge folder %s can be interrupted", async (_what, puts, removals) => {
  const reason = new Error("enough");
  await expect(compared(puts, removals, new Pace(AbortSignal.abort(reason)))).rejects.toBe(reason);
});
