// What an encrypted share lets through, and whether a plain object passes in it.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BundleId, ContentId, SnapshotNumber } from "../../../core/ids.js";
import { BlobReader } from "../../../store/blob-reader.js";
import { unlockWith } from "../../../store/crypto/unlock.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { ShareStore } from "../../../store/share-store.js";
import type { Manifest } from "../../../store/snapshots/manifest.js";
import { changeBatch, manifest } from "../support/arbitraries.js";
import { locationOf, noise, sha256, stored, text, writerFor } from "../support/content.js";
import { keyFile } from "../support/keys.js";
import { localStore, newShare, SHARE } from "../support/stores.js";

const ONE = 1 as SnapshotNumber;
const MARKER = "do-not-show-this";

async function* everything(objects: ObjectStore): AsyncGenerator<readonly [string, Buffer]> {
  for await (const { name } of objects.list("")) yield [name, Buffer.from((await objects.get(name)) ?? [])];
}

test("gives back whatever was stored, in bundles and alone", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 3000 }),
          fc.nat(9).map((n) => text(3000, n)),
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      async (blobs) => {
        const made = await newShare(undefined, SHARE, true);
        const { ids, contents } = await stored(made, blobs, { targetBytes: 8000 });
        const reader = new BlobReader({
          store: await ShareStore.open(made.objects, SHARE, { unlock: unlockWith(keyFile(1)) }),
        });
        for (const [at, id] of ids.entries()) {
          const record = contents.find(({ contentId }) => contentId === id);
          expect(Buffer.compare(await reader.read(id, locationOf(record)), blobs[at] ?? noise(0))).toBe(0);
        }
      },
    ),
    { numRuns: 15 },
  );
});

test("holds no content, name, attribute or SHA-256 in the open, nor anything of which they can be told", async () => {
  const objects = await localStore();
  const store = await newShare(objects, SHARE, true);
  const [batch] = fc.sample(
    changeBatch.filter(({ puts }) => puts.length > 0),
    { seed: 4, numRuns: 1 },
  );
  const [one] = fc.sample(manifest, { seed: 5, numRuns: 1 }) as [Manifest];
  const [put] = batch!.puts;
  const marked = {
    entry: { ...put!.entry, name: MARKER, nodeId: 9 as never, parentId: 1 as never },
    metadata: { xattrs: [{ name: MARKER, value: Buffer.from(MARKER) }], etag: MARKER },
    movedFrom: undefined,
  };
  await store.putSegment(ONE, 0, { ...batch!, puts: [marked] });
  const passedOver = [{ path: [MARKER], code: "FAILED", message: MARKER }];
  await store.putManifest({ ...one, share: store.share, number: ONE, parent: undefined, passedOver });
  const blobs = [Buffer.from(MARKER.repeat(2)), noise(300), text(500), Buffer.from(MARKER)];
  await stored(store, blobs);
  await using writer = writerFor(store, { nextContentId: 50 as ContentId, nextBundleId: 50 as BundleId });
  const lone = Buffer.from(`${MARKER} alone`);
  await writer.addChunk(lone, sha256(lone));
  await writer.flush();
  const checkpoint = await store.checkpoints.begin(ONE);
  for (const environment of ["tree", "identities", "dedup"] as const) {
    await checkpoint.add(
      environment,
      (async function* () {
        yield Buffer.from(MARKER);
      })(),
    );
  }
  await checkpoint.finish({ catalogFormat: 1, versions: 1, manifestSha256: new Uint8Array(32) });
  const hidden = [Buffer.from(MARKER), ...[...blobs, lone].map((blob) => createHash("sha256").update(blob).digest())];
  let seen = 0;
  for await (const [name, bytes] of everything(objects)) {
    seen++;
    expect(name).not.toContain(MARKER);
    for (const secret of hidden) expect(bytes.includes(secret), name).toBe(false);
  }
  // share.fb, a key, segment, manifest, bundle, blob, three parts and a record.
  expect(seen).toBe(10);
});

test("the same content stored twice looks different, and so it does in two shares", async () => {
  const objects = await localStore();
  const seen = new Set<string>();
  for (const share of [SHARE, { ...SHARE, share: "other" }]) {
    const store = await newShare(objects, share, true);
    for (const first of [1, 2]) {
      await stored(store, [noise(100)], { nextContentId: first as ContentId });
      seen.add(
        Buffer.from((await objects.get(store.names.blob(first as ContentId))) ?? [])
          .subarray(-128)
          .toString("hex"),
      );
    }
  }
  expect(seen.size).toBe(4);
});

test.each([
  ["an open object in an encrypted share", true],
  ["a sealed object in an open share", false],
])("%s is damaged, whatever it is", async (_what, isEncrypted) => {
  const objects = await localStore();
  const elsewhere = await localStore();
  for (const [place, sealed] of [
    [objects, isEncrypted],
    [elsewhere, !isEncrypted],
  ] as const) {
    const store = await newShare(place, SHARE, sealed);
    const [batch] = fc.sample(changeBatch, { seed: 4, numRuns: 1 });
    const [one] = fc.sample(manifest, { seed: 5, numRuns: 1 }) as [Manifest];
    await store.putSegment(ONE, 0, batch!);
    await store.putManifest({ ...one, share: store.share, number: ONE, parent: undefined });
    await stored(store, [noise(500), text(900), noise(10, 3)]);
    await stored(store, [noise(500)], { nextContentId: 21 as ContentId, nextBundleId: 2 as BundleId });
  }
  const store = await ShareStore.open(objects, SHARE, { unlock: unlockWith(keyFile(1)) });
  const reader = new BlobReader({ store });
  const reads: readonly (readonly [string, () => Promise<unknown>])[] = [
    [store.names.segment(ONE, 0), () => store.getSegment(ONE, 0)],
    [store.names.manifest(ONE), () => store.getManifest(ONE)],
    [store.names.blob(21 as ContentId), () => reader.read(21 as ContentId, { kind: "blob" })],
    [store.names.bundle(1 as BundleId), () => reader.bundleIndex(1 as BundleId)],
  ];
  for (const [name, read] of reads) {
    await objects.put(name, (await elsewhere.get(name)) ?? noise(1));
    await expect(read()).rejects.toMatchObject({ code: "DAMAGED", fields: { where: name } });
  }
});

test("two blobs of a bundle that trade places are not taken for each other", async () => {
  const store = await newShare(undefined, SHARE, true);
  const { contents } = await stored(store, [noise(300, 1), noise(300, 2), noise(300, 3)]);
  const name = store.names.bundle(1 as BundleId);
  const bytes = Buffer.from((await store.objects.get(name)) ?? []);
  const index = await new BlobReader({ store }).bundleIndex(1 as BundleId);
  const [one, two] = [index.at(0), index.at(1)];
  const first = Buffer.from(bytes.subarray(one!.offset, one!.offset + one!.storedBytes));
  bytes.copy(bytes, one!.offset, two!.offset, two!.offset + two!.storedBytes);
  first.copy(bytes, two!.offset);
  await store.objects.put(name, bytes);
  const reader = new BlobReader({ store });
  for (const record of contents.slice(0, 2)) {
    const message = expect.stringContaining("was not sealed with the key");
    await expect(reader.read(record.contentId, locationOf(record))).rejects.toMatchObject({ code: "DAMAGED", message });
  }
});
