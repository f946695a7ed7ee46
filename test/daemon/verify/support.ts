// A share with two of everything, from two real backups, and a verification that remembers what it was told.
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeCheckpoint } from "../../../daemon/checkpoints/make-checkpoint.js";
import type { Finding } from "../../../daemon/verify/finding.js";
import { verify, type VerifyOptions, type VerifyResult } from "../../../daemon/verify/verify.js";
import { noise } from "../../store/support/content.js";
import { World } from "../backup/support/world.js";

/** Bundles 1 and 2; lone blobs are the chunks of the two large files. `late` sets what a second store differs in. */
export async function filledWorld(late = 0, isEncrypted = false): Promise<World> {
  const world = await World.create({ startMs: Date.UTC(2026, 10, 20, 10 + late), isEncrypted });
  const write = async (name: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(join(world.sourceFolder, name, ".."), { recursive: true });
    await writeFile(join(world.sourceFolder, name), bytes);
  };
  for (const n of [1, 2, 3, 4]) await write(`a/small${n}`, noise(2000 + n, late * 100 + n));
  await write("a/large1", noise(1_200_000, late * 100 + 11));
  await symlink("small1", join(world.sourceFolder, "a/link"));
  await world.backup();
  await makeCheckpoint(world.parts);
  for (const n of [5, 6, 7, 8]) await write(`b/small${n}`, noise(3000 + n, late * 100 + n));
  await write("b/large2", noise(1_200_000, late * 100 + 12));
  await rm(join(world.sourceFolder, "a/small4"));
  await world.backup();
  await makeCheckpoint(world.parts);
  return world;
}

export interface Verified {
  readonly findings: readonly Finding[];
  /** `path first–last what`. */
  readonly hurt: readonly string[];
  readonly result: VerifyResult;
}

export async function verified(world: World, options: Partial<VerifyOptions> = {}): Promise<Verified> {
  const findings: Finding[] = [];
  const hurt: string[] = [];
  const result = await verify({
    store: world.store,
    catalog: world.catalog,
    onFinding: async (finding) => void findings.push(finding),
    onHarm: async ({ path, first, last, what }) =>
      void hurt.push(`${path.join("/")} ${first.number}-${last.number} ${what}`),
    ...options,
  });
  return { findings, hurt: hurt.toSorted(), result };
}
