import { expect, it } from "vitest";
import { decodeSnapshot, encodeSnapshot } from "../../catalog/snapshot-codec.js";
import { snapshotOf } from "./support/model.js";

it("a snapshot's record has the snapshot's fields, and nothing of the manifest that it may come in", () => {
  const snapshot = snapshotOf(3);
  const manifest = {
    ...snapshot,
    share: { tenant: "t", share: "s" },
    segments: Array.from({ length: 1000 }, () => ({})),
  };
  expect(encodeSnapshot(manifest)).toBe(encodeSnapshot(snapshot));
  expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
});
