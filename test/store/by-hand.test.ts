// That docs/format.md is enough to read a store without Sharestrata: with tail, tar and flatc.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decompress } from "@cloudpss/zstd";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BundleId, ContentId, SnapshotNumber } from "../../core/ids.js";
import { LocalStore } from "../../store/backends/local-store.js";
import { requireCapability } from "../support/requires.js";
import { changeBatch } from "./support/arbitraries.js";
import { stored, text } from "./support/content.js";
import { folderForTest, newShare } from "./support/stores.js";

test("a segment and the index of a bundle are read with tail and flatc, a blob with tail", async (ctx) => {
  requireCapability(ctx, "flatc", "tar");
  const folder = await folderForTest();
  const store = await newShare(await LocalStore.open(folder));
  const scratch = await mkdtemp(join(folder, "scratch-"));

  const json = (object: string, schema: string): unknown => {
    const script = `tail -c +65 "$0" > payload.bin && flatc --json --strict-json --raw-binary -o . "$1" -- payload.bin`;
    execFileSync("sh", ["-c", script, object, schema], { cwd: scratch, stdio: "pipe" });
    return readFile(join(scratch, "payload.json"), "utf8").then(JSON.parse);
  };

  const one = 1 as SnapshotNumber;
  const [batch] = fc.sample(changeBatch, { seed: 8, numRuns: 1 });
  await store.putSegment(one, 0, { ...batch!, puts: [], removals: [] });
  const schemas = join(process.cwd(), "schemas");
  const segment = await json(join(folder, store.names.segment(one, 0)), join(schemas, "segment.fbs"));
  expect(segment).toMatchObject({ format: 1, snapshot: 1 });

  const blobs = [text(900), text(5000, 1), text(300, 2)];
  await stored(store, blobs);
  execFileSync("tar", ["-xf", join(folder, store.names.bundle(1 as BundleId)), "index.fb"], { cwd: scratch });
  const index = await json(join(scratch, "index.fb"), join(schemas, "bundle.fbs"));
  expect(index).toMatchObject({
    bundle_id: 1,
    members: blobs.map(({ length: size }, i) => ({ content_id: i + 1, size })),
  });

  await stored(store, [text(4000, 5)], { nextContentId: 9 as ContentId });
  const blob = execFileSync("tail", ["-c", "+97", join(folder, store.names.blob(9 as ContentId))]);
  expect(Buffer.compare(decompress(blob), text(4000, 5))).toBe(0);
});
