import { expect, it } from "vitest";
import { Epochs } from "../../catalog/epochs.js";
import { openTables } from "../../catalog/tables.js";
import type { NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";

it("tells the snapshots of versions and nodes without asking the table for each, and learns of snapshots that begin later", async () => {
  await using folder = await temporaryDirectory();
  const tables = openTables(folder.path);
  let reads = 0;
  const counted = new Proxy(tables.epochs, {
    get(target, key) {
      if (key === "getRange" || key === "get") reads++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  let next = 1001;
  const at = (number: number) => ({ version: number as VersionNumber, node: (number * 10) as NodeId });
  const epochs = new Epochs(counted, () => at(next));
  await tables.environment.transaction(() => epochs.begin(1 as SnapshotNumber, at(1)));
  await tables.environment.transaction(() => epochs.begin(2 as SnapshotNumber, at(500)));
  for (let version = 1; version < next; version++) expect(epochs.snapshotOf(version)).toBe(version < 500 ? 1 : 2);
  expect(epochs.snapshotOfNode(4999)).toBe(1);
  expect(epochs.snapshotOfNode(5000)).toBe(2);
  expect(reads).toBe(1);
  await tables.environment.transaction(() => epochs.begin(3 as SnapshotNumber, at(1001)));
  next = 2001;
  for (let version = 400; version < next; version++) {
    expect(epochs.snapshotOf(version)).toBe(version < 500 ? 1 : version < 1001 ? 2 : 3);
  }
  expect(reads).toBe(2);
  await tables.environment.close();
});
