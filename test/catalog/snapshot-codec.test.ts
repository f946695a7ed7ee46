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

it("a snapshot's record keeps what the share said of itself, and the difference between none and not known", () => {
  const shareProperties = {
    properties: { "share-quota": "100" },
    metadata: { constructor: "odd" },
    accessPolicies: [{ id: "a", startsAt: undefined, expiresAt: "2026-01-01T00:00:00.1234567Z", permissions: "rl" }],
  };
  for (const accessPolicies of [shareProperties.accessPolicies, [], undefined]) {
    const snapshot = { ...snapshotOf(3), shareProperties: { ...shareProperties, accessPolicies } };
    expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
  }
});
