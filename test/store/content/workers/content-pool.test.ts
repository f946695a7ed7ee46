import { afterEach, expect, it } from "vitest";
import type { ContentId } from "../../../../core/ids.js";
import { ByteBudget } from "../../../../store/content/limiter.js";
import { PendingBlob } from "../../../../store/content/pending-blob.js";
import type { EncodedBatch, HeldBlob } from "../../../../store/content/workers/batch.js";
import { ContentPool, type ContentPoolOptions } from "../../../../store/content/workers/content-pool.js";
import { BlobReader } from "../../../../store/blob-reader.js";
import { DEFAULT_SHARE_SETTINGS } from "../../../../store/shares/share-settings.js";
import { locationOf, noise, sha256, stored, text, writerFor } from "../../support/content.js";
import { reader } from "../../support/dying-reader.js";
import { newShare } from "../../support/stores.js";

const THREADS = { threads: 2, afterBytes: 0 };
const DYING = {
  kind: "file",
  module: { url: new URL("../../support/dying-reader.ts", import.meta.url).href, reader },
  open: () => ({ request: "anything", [Symbol.dispose]: () => undefined }),
} as const;

let pool: ContentPool | undefined;
afterEach(async () => {
  await pool?.[Symbol.asyncDispose]();
  pool = undefined;
});

function poolWith(options: Partial<ContentPoolOptions> = {}): { pool: ContentPool; batches: Promise<EncodedBatch>[] } {
  const batches: Promise<EncodedBatch>[] = [];
  pool = new ContentPool({
    setup: { settings: DEFAULT_SHARE_SETTINGS, key: undefined },
    budget: new ByteBudget(1024 * 1024),
    threads: 0,
    threadsAfterBytes: 0,
    onBatch: (encoded) => batches.push(encoded),
    onFailure: () => undefined,
    ...options,
  });
  return { pool, batches };
}

const take = (from: ContentPool, bytes: Uint8Array): Promise<HeldBlob> =>
  from.take({ kind: "bytes", bytes: new Uint8Array(bytes) }, bytes.length);

it("stores the same with threads as without, in the order in which the files came", async () => {
  const blobs = Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? noise(900 + i, i) : text(5000 + i, i)));
  const results = [];
  for (const workers of [{ threads: 0 }, THREADS]) {
    const store = await newShare();
    const { ids, contents } = await stored(store, blobs, { workers });
    expect(ids).toEqual(blobs.map((_, i) => i + 1));
    const blobReader = new BlobReader({ store });
    for (const [i, blob] of blobs.entries()) {
      const bytes = await blobReader.read(ids[i]!, locationOf(contents[i]));
      expect(Buffer.compare(bytes, blob)).toBe(0);
    }
    results.push(
      contents.map(({ contentId, sizeBytes, sha256: digest }) => [contentId, sizeBytes, Buffer.from(digest)]),
    );
  }
  expect(results[1]).toEqual(results[0]);
});

it("cuts long files in threads as it does here", async () => {
  const bytes = noise(12 * 1024 * 1024);
  const cuts = [];
  for (const workers of [{ threads: 0 }, THREADS]) {
    const store = await newShare();
    await using writer = writerFor(store, { workers });
    using cut = await writer.cut(undefined, bytes.length);
    for (let at = 0; at < bytes.length; at += 1_000_000) await cut.push(bytes.slice(at, at + 1_000_000));
    cut.end();
    const chunks = [];
    for (let some = await cut.next(); some.length > 0; some = await cut.next()) {
      for (const chunk of some) {
        const pending = await writer.addHeldChunk(chunk);
        chunks.push([chunk.sizeBytes, Buffer.from(chunk.sha256).toString("hex"), await pending.stored]);
      }
    }
    cuts.push({ chunks, xorhash: cut.xorhash });
  }
  expect(cuts[0]?.chunks.length).toBeGreaterThan(1);
  expect(cuts[1]).toEqual(cuts[0]);
});

it("encodes only what is wanted, in order", async () => {
  const { pool: own, batches } = poolWith();
  const held = await Promise.all([1, 2, 3, 4].map((n) => take(own, text(2000, n))));
  const kept = [held[0], held[3]].map((blob) => {
    const pending = new PendingBlob();
    blob?.keep(pending);
    return pending;
  });
  held[1]?.release();
  held[2]?.release();
  const members = (await Promise.all(batches)).flatMap((batch) => batch.members);
  expect(members.map(({ pending }) => pending)).toEqual(kept);
  expect(members.map(({ sha256: digest }) => Buffer.from(digest))).toEqual(
    [1, 4].map((n) => Buffer.from(sha256(text(2000, n)))),
  );
});

it("takes no more than the budget lets in, and goes on when bytes are given back", async () => {
  const budget = new ByteBudget(10_000);
  const { pool: own } = poolWith({ budget });
  let most = 0;
  await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const blob = await take(own, noise(4000, n));
      most = Math.max(most, budget.heldBytes);
      blob.release();
    }),
  );
  expect(budget.heldBytes).toBe(0);
  // The one that crosses the limit is still let in.
  expect(most).toBe(12_000);
});

it("starts threads once there is enough to do", async () => {
  const { pool: own } = poolWith({ threads: 1, threadsAfterBytes: 5000 });
  (await take(own, text(3000))).release();
  expect(own.threads).toBe(0);
  (await take(own, text(3000, 1))).release();
  expect(own.threads).toBe(1);
});

it("fails everything with one error when a thread dies", async () => {
  const failures: unknown[] = [];
  const { pool: own, batches } = poolWith({ threads: 1, onFailure: (error) => failures.push(error) });
  await expect(own.take(DYING, 10)).rejects.toMatchObject({
    code: "INTERNAL",
    message: expect.stringContaining("A thread that prepares contents has ended"),
  });
  await expect(batches[0]).rejects.toMatchObject({ code: "INTERNAL" });
  await expect(take(own, text(10))).rejects.toMatchObject({ code: "INTERNAL" });
  expect(failures).toHaveLength(1);
});

it("ends what is under way when it is closed", async () => {
  const { pool: own } = poolWith({ threads: 1 });
  const waiting = take(own, text(3000)).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve));
  await own[Symbol.asyncDispose]();
  expect(await waiting).toMatchObject({ code: "INTERRUPTED" });
});

// The addon answers a thread that is being terminated by ending the process, so this would take the test runner along.
it("ends while its threads are compressing, and nothing but them ends", async () => {
  const settings = { ...DEFAULT_SHARE_SETTINGS, compressionLevel: 19 };
  const { pool: own } = poolWith({ setup: { settings, key: undefined }, threads: 2 });
  (await take(own, text(1000, 1))).release();
  const bytes = text(2 * 1024 * 1024, 2);
  const blob = { sha256: sha256(bytes), plainBytes: bytes.length, bytes, codec: undefined };
  const made = Array.from({ length: 6 }, (_, i) =>
    own.blob({ ...blob, name: `acme/docs/blobs/${i}`, contentId: (i + 1) as ContentId }),
  );
  const settled = Promise.allSettled(made);
  await Promise.race(made);
  await own[Symbol.asyncDispose]();
  const rejected = (await settled).filter(({ status }) => status === "rejected");
  expect(rejected.length).toBeGreaterThan(0);
});
