import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../core/ids.js";
import { World } from "./support/world.js";

it("journals after every few dozen megabytes, so that a kill loses little of few large files", async () => {
  await using world = await World.create();
  for (let n = 0; n < 10; n++) await writeFile(join(world.sourceFolder, `${n}`), randomBytes(12 * 1024 * 1024));
  // One at a time, so that they do not all end together.
  await world.backup({ limits: { listings: 1, filesByWorkers: 1 } });
  let segments = 0;
  for await (const _ of world.store.segments(1 as SnapshotNumber)) segments++;
  expect(segments).toBeGreaterThanOrEqual(3);
});
