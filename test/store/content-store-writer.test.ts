import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { StoreError } from "../../core/errors.js";
import type { BundleId, ContentId } from "../../core/ids.js";
import { BlobReader } from "../../store/blob-reader.js";
import type { ObjectStore } from "../../store/object-store.js";
import { CountingStore } from "../../store/wrappers/counting-store.js";
import { locationOf, noise, sha256, stored, text, writerFor } from "./support/content.js";
import { FaultyStore } from "./support/faulty-store.js";
import { localStore, newShare } from "./support/stores.js";

const full = () => new StoreError("STORE_FULL", "The disk is full.");

async function objectNames(objects: ObjectStore, prefix = "acme/docs/"): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of objects.list(prefix)) names.push(name);
  return names;
}

test("puts small blobs into bundles, in order, with consecutive ids", async () => {
  const store = await newShare();
  const blobs = Array.from({ length: 100 }, (_, i) => noise(3000, i));
  const { ids, bundles, contents } = await stored(store, blobs);
  expect(ids).toEqual(blobs.map((_, i) => i + 1));
  expect(bundles.length).toBeGreaterThan(3);
  let next = 1;
  for (const bundle of bundles.toSorted((a, b) => a.bundleId - b.bundleId)) {
    expect(bundle.firstContentId).toBe(next);
    next += bundle.count;
    const object = await store.objects.get(store.names.bundle(bundle.bundleId));
    expect(object).toHaveLength(bundle.sizeBytes);
    expect(
      createHash("sha256")
        .update(object ?? "")
        .digest(),
    ).toEqual(Buffer.from(bundle.sha256));
    const inside = contents.filter(({ contentId }) => contentId >= bundle.firstContentId && contentId < next);
    expect(inside.every((one) => one.kind === "bundled" && one.bundleId === bundle.bundleId)).toBe(true);
  }
  const reader = new BlobReader({ store });
  for (const [i, blob] of blobs.entries()) {
    const record = contents.find(({ contentId }) => contentId === ids[i]);
    expect(record).toMatchObject({ sizeBytes: blob.length, sha256: sha256(blob) });
    expect(Buffer.compare(await reader.read((i + 1) as ContentId, locationOf(record)), blob)).toBe(0);
  }
});

test("makes bundles of the size asked for, counting what is stored", async () => {
  const store = await newShare();
  const { bundles } = await stored(
    store,
    Array.from({ length: 400 }, (_, i) => text(20_000, i)),
    { targetBytes: 100_000 },
  );
  expect(bundles.slice(0, -1).every(({ sizeBytes }) => sizeBytes > 100_000 && sizeBytes < 130_000)).toBe(true);
});

test.each([1, 2])("makes no bundle for %i blobs", async (count) => {
  const store = await newShare();
  const blobs = [text(100), noise(50)].slice(0, count);
  const { bundles, contents } = await stored(store, blobs);
  expect(bundles).toEqual([]);
  expect(contents.map(({ kind }) => kind)).toEqual(blobs.map(() => "blob"));
});

test("stores chunks at once as objects of their own, and lists of them", async () => {
  const store = await newShare();
  await using writer = writerFor(store);
  const chunks = [noise(5000, 1), text(9000)];
  const parts = [];
  for (const chunk of chunks) {
    const { stored: durable } = await writer.addChunk(chunk, sha256(chunk));
    parts.push({ contentId: await durable, sizeBytes: chunk.length });
  }
  const list = writer.addList(parts, Buffer.concat(chunks.map(sha256)));
  const { contents } = writer.takeStored();
  expect(contents.at(-1)).toMatchObject({ kind: "list", contentId: list, sizeBytes: 14_000, parts });
  const reader = new BlobReader({ store });
  for (const [i, chunk] of chunks.entries()) {
    expect(Buffer.compare(await reader.read((i + 1) as ContentId, { kind: "blob" }), chunk)).toBe(0);
  }
});

test("has in takeStored whatever a promise has resolved with, and nothing twice", async () => {
  const store = await newShare();
  await using writer = writerFor(store, { targetBytes: 20_000 });
  const taken = new Set<number>();
  const told: Promise<void>[] = [];
  for (let i = 0; i < 60; i++) {
    const blob = noise(2000, i);
    const { stored: durable } = await writer.addSmall(blob, sha256(blob));
    told.push(
      durable.then((id) => {
        for (const { contentId } of writer.takeStored().contents) {
          expect(taken.has(contentId)).toBe(false);
          taken.add(contentId);
        }
        expect(taken.has(id)).toBe(true);
      }),
    );
  }
  await writer.flush();
  await Promise.all(told);
  expect(taken.size).toBe(60);
  expect(writer.takeStored()).toEqual({ bundles: [], contents: [] });
});

test("counts the bytes it has stored", async () => {
  const objects = new CountingStore(await localStore());
  const store = await newShare(objects);
  objects.reset();
  await using writer = writerFor(store);
  for (let i = 0; i < 10; i++) await writer.addSmall(text(500, i), sha256(text(500, i)));
  await writer.addChunk(noise(10_000), sha256(noise(10_000)));
  await writer.flush();
  expect(writer.storedBytes).toBe(objects.counts.bytesWritten);
  expect(objects.counts.putIfAbsent).toBe(2);
});

test("gives back whatever was added, in whatever order and sizes", async () => {
  const size = fc.oneof(fc.nat(50), fc.nat(3000), fc.nat(40_000));
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom("small" as const, "chunk" as const), size, noisy: fc.boolean() }),
    fc.constant({ kind: "flush" as const, size: 0, noisy: false }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const store = await newShare();
      await using writer = writerFor(store, { targetBytes: 30_000, concurrency: 2 });
      const added: { readonly blob: Uint8Array; readonly stored: Promise<ContentId> }[] = [];
      for (const [i, { kind, size: length, noisy }] of steps.entries()) {
        if (kind === "flush") {
          await writer.flush();
          continue;
        }
        const blob = noisy ? noise(length, i) : text(length, i);
        const hash = sha256(blob);
        const pending = kind === "small" ? await writer.addSmall(blob, hash) : await writer.addChunk(blob, hash);
        added.push({ blob, stored: pending.stored });
      }
      await writer.flush();
      const { bundles, contents } = writer.takeStored();
      expect(contents.map(({ contentId }) => contentId)).toEqual(added.map((_, i) => i + 1));
      expect(bundles.every(({ count }) => count >= 3)).toBe(true);
      const reader = new BlobReader({ store });
      for (const { blob, stored: durable } of added) {
        const id = await durable;
        const record = contents.find(({ contentId }) => contentId === id);
        expect(Buffer.compare(await reader.read(id, locationOf(record)), blob)).toBe(0);
      }
    }),
    { numRuns: 15 },
  );
});

test("flushes nothing when there is nothing, and goes on after a flush", async () => {
  const store = await newShare();
  await using writer = writerFor(store);
  await writer.flush();
  expect(writer.takeStored()).toEqual({ bundles: [], contents: [] });
  const { stored: durable } = await writer.addSmall(text(10), sha256(text(10)));
  await writer.flush();
  expect(await durable).toBe(1);
});

test("tells the first failure to everybody, and leaves no promise unheard", async () => {
  const objects = new FaultyStore(await localStore());
  const store = await newShare(objects);
  const failing = new FaultyStore(store.objects, [
    { operation: "putIfAbsent", object: "/bundles/", error: full(), when: "before" },
  ]);
  const broken = await shareOn(failing);
  await using writer = writerFor(broken, { targetBytes: 10_000 });
  const pending = [];
  for (let i = 0; i < 3; i++) pending.push(await writer.addSmall(noise(3500, i), sha256(noise(3500, i))));
  pending.push(await writer.addSmall(text(5), sha256(text(5))).catch(() => undefined));
  await expect(writer.flush()).rejects.toMatchObject({ code: "STORE_FULL" });
  for (const one of pending) {
    if (one) await expect(one.stored).rejects.toMatchObject({ code: "STORE_FULL" });
  }
  await expect(writer.addSmall(text(1), sha256(text(1)))).rejects.toMatchObject({ code: "STORE_FULL" });
  await expect(writer.addChunk(text(1), sha256(text(1)))).rejects.toMatchObject({ code: "STORE_FULL" });
  expect(() => writer.addList([], sha256(text(1)))).toThrow("full");
  expect(writer.takeStored()).toEqual({ bundles: [], contents: [] });
  expect(failing.unmet).toEqual([]);
});

test("ends with the reason of its signal", async () => {
  const store = await newShare();
  const abort = new AbortController();
  await using writer = writerFor(store, { signal: abort.signal });
  const { stored: durable } = await writer.addSmall(text(10), sha256(text(10)));
  const reason = new Error("stopped by hand");
  abort.abort(reason);
  await expect(durable).rejects.toBe(reason);
  await expect(writer.flush()).rejects.toBe(reason);
  await using late = writerFor(store, { signal: abort.signal });
  await expect(late.addSmall(text(1), sha256(text(1)))).rejects.toBe(reason);
});

test("abandons the open bundle when it is closed without a flush", async () => {
  const store = await newShare();
  const writer = writerFor(store);
  const { stored: durable } = await writer.addSmall(text(10), sha256(text(10)));
  await writer[Symbol.asyncDispose]();
  await expect(durable).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(await objectNames(store.objects)).toEqual([store.names.share]);
});

test("never replaces an object that is there, and steps over it when told where to begin", async () => {
  const store = await newShare();
  const first = await stored(store, [noise(10), noise(20), noise(30)]);
  await stored(store, [noise(40)], { nextContentId: 4 as ContentId });
  const again = [noise(11), noise(21), noise(31)];
  await expect(stored(store, again, { nextContentId: 9 as ContentId })).rejects.toMatchObject({
    code: "ALREADY_EXISTS",
  });
  const bundleId = await store.highestBundleId(1 as BundleId);
  const blobId = await store.highestBlobId(1 as ContentId);
  expect([bundleId, blobId]).toEqual([1, 4]);
  const later = await stored(store, again, {
    nextContentId: ((blobId ?? 0) + 1) as ContentId,
    nextBundleId: ((bundleId ?? 0) + 1) as BundleId,
  });
  expect(later.ids).toEqual([5, 6, 7]);
  const reader = new BlobReader({ store });
  expect(await reader.read(1 as ContentId, locationOf(first.contents[0]))).toEqual(Buffer.from(noise(10)));
});

test("takes an equal object for its own, as when the answer to a put got lost and it is tried again", async () => {
  const objects = await localStore();
  const store = await newShare(objects);
  await stored(store, [noise(10)]);
  expect((await stored(store, [noise(10)])).ids).toEqual([1]);
});

test("holds the caller back while too much is on its way", async () => {
  const gate = heldBack(await localStore());
  const store = await shareOn(gate.store, true);
  await using writer = writerFor(store, { targetBytes: 16_384, concurrency: 1 });
  let accepted = 0;
  const producing = (async () => {
    for (let i = 0; i < 100; i++) {
      await writer.addSmall(noise(4000, i), sha256(noise(4000, i)));
      accepted++;
    }
  })();
  // Everything that can happen without the store has happened once the event loop has nothing to do any more.
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(accepted).toBeLessThan(30);
  gate.open();
  await producing;
  await writer.flush();
  expect(accepted).toBe(100);
});

test("keeps memory bounded and lets timers run while it compresses", async () => {
  const store = await newShare();
  await using writer = writerFor(store);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  for (let i = 0; i < 40; i++) {
    const blob = text(1_000_000, i);
    await writer.addSmall(blob, sha256(blob));
  }
  await writer.flush();
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(3);
});

test("is not kept from exiting, and reports nothing unhandled, when a failing writer is dropped", () => {
  const script = `
    import { ContentStoreWriter } from "./store/content-store-writer.js";
    import { ObjectNames } from "./store/object-names.js";
    process.on("exit", () => console.log("still fine"));
    const names = new ObjectNames({ tenant: "a", share: "b" });
    const objects = { uri: "x:", putIfAbsent: async () => { throw new Error("no"); } };
    const settings = { compressionLevel: 3, chunkMaxBytes: 1000 };
    const sealing = { reveal: () => undefined };
    const writer = new ContentStoreWriter({ store: { names, objects, settings, sealing }, nextContentId: 1, nextBundleId: 1 });
    await writer.addChunk(Buffer.from("x"), Buffer.alloc(32));
  `;
  const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect(output.trim()).toBe("still fine");
});

/** The share that lies in `objects`, or a new one. */
async function shareOn(objects: ObjectStore, create = false) {
  if (create) return newShare(objects);
  const { ShareStore } = await import("../../store/share-store.js");
  const { SHARE } = await import("./support/stores.js");
  return ShareStore.open(objects, SHARE);
}

/** A store whose bundles wait for a gate. */
function heldBack(inner: ObjectStore): { readonly store: ObjectStore; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const store = new CountingStore(inner);
  const putIfAbsent = store.putIfAbsent.bind(store);
  store.putIfAbsent = async (name, bytes, options) => {
    if (name.includes("/bundles/")) await opened;
    return putIfAbsent(name, bytes, options);
  };
  return { store, open };
}
