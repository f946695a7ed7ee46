import { execFileSync } from "node:child_process";
import { mkdir, readdir, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openDedupIndex } from "../../catalog/dedup-index.js";
import { environmentBytes, environmentFile } from "../../catalog/environments.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { ContentId, SnapshotNumber } from "../../core/ids.js";
import { requireCapability } from "../support/requires.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, entryOf, putOf, rootEntry, snapshotOf, walk } from "./support/model.js";

const ONE = 1 as SnapshotNumber;
const puts = [putOf(rootEntry), ...Array.from({ length: 500 }, (_, n) => putOf(entryOf(n + 2, 1, `file ${n}`)))];
const sha256 = (n: number): Uint8Array => new Uint8Array(32).fill(n);

async function publishedIn(folder: string) {
  const catalog = openCatalog(folder);
  await catalog.begin();
  await catalog.apply(ONE, 0, batchOf(1, puts));
  await catalog.publish(snapshotOf(1));
  return catalog;
}

describe("a copy of a catalog", () => {
  it("is made of its environments one by one, says the same, and is dense", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = await publishedIn(folder.join("catalog"));
    await using dedup = openDedupIndex(folder.join("catalog", "dedup"), () => 9 as ContentId);
    const contents = [1, 2].map(
      (n) => ({ kind: "blob", contentId: n as ContentId, sizeBytes: 1, sha256: sha256(n) }) as const,
    );
    await dedup.add(contents);
    await catalog.copyTo(folder.join("copy"));
    await catalog.copyIdentitiesTo(folder.join("copy", "identities"));
    await dedup.copyTo(folder.join("copy", "dedup"));
    for (const name of ["tree", "identities", "dedup"] as const) {
      const { size } = await stat(environmentFile(folder.join("copy"), name));
      expect(size % 4096).toBe(0);
      expect(environmentBytes(folder.join("copy"), name)).toBe(size);
      expect(size).toBeLessThanOrEqual(environmentBytes(folder.join("catalog"), name));
    }
    await using copy = openCatalog(folder.join("copy"), { create: false });
    await using copiedDedup = openDedupIndex(folder.join("copy", "dedup"), () => 9 as ContentId);
    expect(walk(copy.view(ONE))).toEqual(walk(catalog.view(ONE)));
    expect(copy.next()).toEqual(catalog.next());
    expect(copy.findSource("id-77")).toEqual(catalog.findSource("id-77"));
    expect(copiedDedup.get("blob", sha256(2))).toBe(2);
  });

  it("is nobody's, and goes its own way", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = await publishedIn(folder.join("catalog"));
    await using _claim = await catalog.claim();
    await catalog.copyTo(folder.join("copy"));
    await using copy = openCatalog(folder.join("copy"), { create: false });
    await using _other = await copy.claim();
    await expect(catalog.claim()).rejects.toMatchObject({ code: "SHARE_BUSY" });
    await copy.begin();
    expect(catalog.unfinished()).toBeUndefined();
  });

  it("that there is no room for is told before it is begun", async (ctx) => {
    requireCapability(ctx, "linux", "root");
    await using folder = await temporaryDirectory();
    await using catalog = await publishedIn(folder.join("catalog"));
    const small = folder.join("small");
    await mkdir(small);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "none", small]);
    try {
      await expect(catalog.copyTo(`${small}/copy`)).rejects.toMatchObject({ code: "STORE_FULL" });
      expect(await readdir(`${small}/copy`)).toEqual([]);
    } finally {
      execFileSync("umount", [small]);
    }
  });
});

it("an environment that is not there takes nothing", async () => {
  await using folder = await temporaryDirectory();
  expect(environmentBytes(folder.path, "identities")).toBe(0);
});
