// Where the service cannot say what has changed of a large file, it is read as a whole; and the next time it can, not.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Fault } from "../../../emulator/http/faults.js";
import { Random } from "../../../support/tree.js";
import { AzureWorld } from "./azure-world.js";

const SIZE = 3_000_000;

let azure: AzureWorld;
beforeEach(async () => {
  azure = await AzureWorld.create({ changedRanges: true });
  azure.seed.file("disk", Buffer.from(new Random(1).bytes(SIZE)));
});
afterEach(() => azure[Symbol.asyncDispose]());

const refused = (status: number, code: string): Fault => ({ kind: "status", status, code });

it.each([
  refused(409, "FileGenerationMismatch"),
  refused(404, "PreviousSnapshotNotFound"),
  refused(409, "PreviousSnapshotNotFound"),
  refused(404, "ShareSnapshotNotFound"),
  refused(404, "ResourceNotFound"),
  refused(400, "PreviousSnapshotCannotBeNewer"),
  refused(400, "InvalidQueryParameterValue"),
  refused(400, "UnsupportedQueryParameter"),
  refused(400, "FeatureVersionMismatch"),
  refused(409, "SharingViolation"),
  refused(500, "InternalError"),
  { kind: "cut", afterBytes: 10 } as const,
  { kind: "headers", headers: { "x-ms-content-length": "17" } } as const,
])("reads the file as a whole when the question is answered with %o", async (fault) => {
  await azure.faithful();
  azure.seed.write("disk", 1_000_000, "changed");
  const always = azure.emulator.faults.add({
    match: { operation: "List Ranges" },
    times: Number.POSITIVE_INFINITY,
    fault,
  });
  expect((await azure.faithful()).asked["Get File bytes"]).toBe(SIZE);
  azure.emulator.faults.assertAllHit();
  always.remove();

  azure.seed.write("disk", 2_000_000, "changed");
  const { asked } = await azure.faithful();
  expect(asked["Get File bytes"]).toBeLessThan(SIZE / 2);
  expect(azure.share.record.snapshots).toHaveLength(1);
});
