/** The measure for changed ranges: of a file of 1 GiB in which 1 MiB has changed, at least 98 % are not read. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT_NODE } from "../../../core/ids.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import { ContentReader } from "../../../fs/content/content-reader.js";
import { BlobReader } from "../../../store/blob-reader.js";
import { Xorhasher } from "../../../store/content/xorhash.js";
import { RangedSource } from "./support/ranged-source.js";
import { share, World } from "./support/world.js";
import { Random } from "../../support/tree.js";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Its SHA-256 and xorhash, by reading all of it. */
async function digestsOf(pieces: AsyncIterable<Uint8Array>) {
  const sha256 = createHash("sha256");
  const xorhasher = new Xorhasher();
  for await (const piece of pieces) {
    sha256.update(piece);
    xorhasher.update(piece);
  }
  return { sha256: sha256.digest("hex"), xorhash: xorhasher.digest() };
}

it("reads less than 2 % of a file of 1 GiB in which 1 MiB has changed, and stores as little", async () => {
  await using world = await World.create({ settings: {} });
  const path = join(world.sourceFolder, "disk");
  const file = await open(path, "w");
  // Zeros for the most part, as a disk image is; noise around what will change, or everything would be one chunk.
  await file.truncate(GIB);
  for (let at = 480; at < 560; at += 8) await file.write(new Random(at).bytes(8 * MIB), 0, 8 * MIB, at * MIB);
  await file.close();
  const source = new RangedSource(world.sourceFolder);
  await world.backup({ source });
  expect(source.bytesRead).toBe(GIB);

  await source.write("disk", 512 * MIB + 12_345, new Random(1).bytes(MIB));
  source.bytesRead = 0;
  const { snapshot } = await world.backup({ source });
  expect(source.bytesRead).toBeLessThan(0.02 * GIB);
  expect(snapshot.counters.bytesRead).toBe(source.bytesRead);
  expect(snapshot.counters.bytesStored).toBeLessThan(0.02 * GIB);

  const entry = world.catalog.live.lookup(ROOT_NODE, "disk");
  if (!entry) throw new Error("the file is not in the snapshot");
  const blobs = new BlobReader({ store: world.store });
  const reader = new ContentReader({ share, catalog: world.catalog, blobs, cache: new BlobCache() });
  const stored = await digestsOf(reader.stream(entry.contentId, entry.sizeBytes));
  expect(stored).toEqual(await digestsOf(createReadStream(path)));
  expect(entry.xorhash).toBe(stored.xorhash);
});
