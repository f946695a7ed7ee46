// Contents for tests, and a writer that begins at 1.
import { createHash } from "node:crypto";
import type { BundleId, ContentId } from "../../../core/ids.js";
import type { ContentRecord } from "../../../core/node.js";
import type { BlobLocation } from "../../../store/blob-reader.js";
import { ContentStoreWriter, type ContentStoreWriterOptions } from "../../../store/content-store-writer.js";
import type { ShareStore } from "../../../store/share-store.js";

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());

/** Bytes without a pattern, the same each time. */
export function noise(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 32) * 32);
  for (let i = 0; i < bytes.length; i += 32) bytes.set(sha256(Buffer.from(`${seed}:${i}`)), i);
  return bytes.subarray(0, length);
}

/** Text that shrinks. */
export const text = (length: number, seed = 0): Uint8Array => new Uint8Array(Buffer.alloc(length, `line ${seed}\n`));

export function writerFor(store: ShareStore, options: Partial<ContentStoreWriterOptions> = {}): ContentStoreWriter {
  return new ContentStoreWriter({
    store,
    nextContentId: 1 as ContentId,
    nextBundleId: 1 as BundleId,
    targetBytes: 64 * 1024,
    ...options,
  });
}

export function locationOf(record: ContentRecord | undefined): BlobLocation {
  if (record === undefined || record.kind === "list" || record.kind === "foreign") throw new Error("not a blob");
  return record;
}

/** Stores blobs and gives back what was recorded of them. */
export async function stored(
  store: ShareStore,
  blobs: readonly Uint8Array[],
  options: Partial<ContentStoreWriterOptions> = {},
) {
  await using writer = writerFor(store, options);
  const pending = [];
  for (const blob of blobs) pending.push(await writer.addSmall(blob, sha256(blob)));
  await writer.flush();
  const ids = await Promise.all(pending.map(async (one) => one.stored));
  return { ids, ...writer.takeStored() };
}
