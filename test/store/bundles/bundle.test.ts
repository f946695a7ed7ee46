import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decompress } from "@cloudpss/zstd";
import { expect, test } from "vitest";
import { hexId, type BundleId, type ContentId } from "../../../core/ids.js";
import { buildBundle } from "../../../store/bundles/bundle-builder.js";
import { decodeBundleIndex, encodeBundleIndex } from "../../../store/bundles/bundle-index.js";
import { readBundleIndex, readMember, TAIL_BYTES } from "../../../store/bundles/bundle-reader.js";
import { ZstdCodec } from "../../../store/content/zstd-codec.js";
import { CountingStore } from "../../../store/wrappers/counting-store.js";
import { requireCapability } from "../../support/requires.js";
import { noise, sha256, text } from "../support/content.js";
import { PLAIN } from "../support/sealing.js";
import { folderForTest, localStore, newShare } from "../support/stores.js";

const codec = new ZstdCodec(3);
const FIRST = 4096 as ContentId;
const BUNDLE = 5 as BundleId;

async function bundle(name: string, blobs: readonly Uint8Array[], sealing = PLAIN): Promise<Uint8Array> {
  const bundled = [];
  for (const blob of blobs) {
    bundled.push({ encoded: await codec.encode(blob), plainBytes: blob.length, sha256: sha256(blob) });
  }
  return buildBundle(name, BUNDLE, FIRST, bundled, sealing.reveal());
}

const BLOBS = [new Uint8Array(0), text(10), text(512), noise(512), noise(513), text(100_000), noise(70_000, 5)];

test("is listed and extracted by GNU tar", async (ctx) => {
  requireCapability(ctx, "tar");
  const folder = await folderForTest();
  const object = await bundle("a/b", BLOBS);
  await writeFile(join(folder, "b.tar"), object);
  await mkdir(join(folder, "out"));
  const listing = execFileSync("tar", ["--utc", "-tvf", join(folder, "b.tar")], { encoding: "utf8" });
  const lines = listing.trim().split("\n");
  expect(lines).toHaveLength(BLOBS.length + 1);
  expect(lines.every((line) => line.startsWith("-rw-r--r-- 0/0") && line.includes("1970-01-01 00:00"))).toBe(true);
  expect(lines.at(-1)).toMatch(/ index\.fb$/);
  const complaints = execFileSync("sh", [
    "-c",
    `tar -xf "$0" -C "$1" 2>&1`,
    join(folder, "b.tar"),
    join(folder, "out"),
  ]);
  expect(complaints.toString()).toBe("");
  for (const [i, blob] of BLOBS.entries()) {
    const files = await readdir(join(folder, "out"));
    const name = files.find((file) => file.startsWith(hexId(FIRST + i))) ?? "";
    const bytes = await readFile(join(folder, "out", name));
    expect(Buffer.compare(name.endsWith(".zst") ? decompress(bytes) : bytes, blob)).toBe(0);
  }
});

test("has the same bytes each time it is made, and ends on a block", async () => {
  const object = await bundle("a/b", BLOBS);
  expect(Buffer.compare(object, await bundle("a/b", BLOBS))).toBe(0);
  expect(object.length % 512).toBe(0);
});

test("gives up its index with one read, and each blob with one more", async () => {
  const objects = new CountingStore(await localStore());
  const { names } = await newShare(objects);
  await objects.put(names.bundle(BUNDLE), await bundle(names.bundle(BUNDLE), BLOBS));
  objects.reset();
  const index = await readBundleIndex(objects, names, BUNDLE, PLAIN);
  expect(objects.counts).toMatchObject({ getRange: 1, get: 0, stat: 0 });
  expect(index.size).toBe(BLOBS.length);
  for (const [i, blob] of BLOBS.entries()) {
    const member = index.find((FIRST + i) as ContentId);
    if (member === undefined) throw new Error("not found");
    expect(Buffer.compare(await readMember(objects, names.bundle(BUNDLE), member, codec, PLAIN), blob)).toBe(0);
  }
  expect(objects.counts).toMatchObject({ getRange: 1 + BLOBS.length, get: 0, stat: 0 });
  expect(index.find((FIRST - 1) as ContentId)).toBeUndefined();
  expect(index.find((FIRST + BLOBS.length) as ContentId)).toBeUndefined();
});

test("takes a second read when the index is longer than the tail", async () => {
  const objects = new CountingStore(await localStore());
  const { names } = await newShare(objects);
  const blobs = Array.from({ length: 3000 }, (_, i) => text(20, i));
  await objects.put(names.bundle(BUNDLE), await bundle(names.bundle(BUNDLE), blobs));
  objects.reset();
  const index = await readBundleIndex(objects, names, BUNDLE, PLAIN);
  expect(index.size).toBe(3000);
  expect([...index].map(({ contentId }) => contentId)).toEqual(blobs.map((_, i) => FIRST + i));
  expect(objects.counts.getRange).toBe(2);
  expect(objects.counts.bytesRead).toBeLessThan(3 * TAIL_BYTES);
});

const member = (contentId: number, offset: number, storedBytes: number) => ({
  contentId: contentId as ContentId,
  offset,
  storedBytes,
  plainBytes: storedBytes,
  codec: "stored" as const,
  sha256: new Uint8Array(32),
});

test.each([
  ["overlaps", [member(1, 512, 100), member(2, 600, 100)]],
  ["reaches behind the blobs", [member(1, 512, 100), member(2, 1024, 9000)]],
  ["names a blob twice", [member(1, 512, 100), member(1, 1024, 100)]],
  ["is not in order", [member(2, 512, 100), member(1, 1024, 100)]],
])("an index that %s is refused", (_what, members) => {
  const bytes = encodeBundleIndex("a/b", BUNDLE, members, PLAIN);
  expect(() => decodeBundleIndex("a/b", BUNDLE, bytes, 4096, PLAIN)).toThrow(
    expect.objectContaining({ code: "DAMAGED" }),
  );
});
