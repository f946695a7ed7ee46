import { describe, expect, it } from "vitest";
import type { ContentLocation } from "../../../catalog/catalog.js";
import { DamagedError, StoreError } from "../../../core/errors.js";
import type { BundleId, ContentId, SnapshotNumber } from "../../../core/ids.js";
import { BlobCache } from "../../../fs/content/blob-cache.js";
import { ContentReader } from "../../../fs/content/content-reader.js";

const MIB = 1024 * 1024;
/** A cache that has room for two small blobs beside its tables. */
const TWO_BLOBS = 19_000;

const id = (n: number): ContentId => n as ContentId;

/** Where the catalog says that lists are recorded; nobody here asks. */
const record = { snapshot: 1 as SnapshotNumber, segment: 0 };

/** Blob n is n × 100 bytes of the value n; contents 1 … 9 are blobs, bundled when odd; 20 is the list 2, 3, 2. */
class FakeShare {
  readonly reads: number[] = [];
  /** Thrown by the next read. */
  fault: Error | undefined;
  /** Blobs that come with another size than they should. */
  readonly short = new Set<number>();
  /** When given, reads wait until it resolves. */
  gate: Promise<void> | undefined;

  locate(contentId: ContentId): ContentLocation | undefined {
    if (contentId === 20) {
      return { kind: "list", ...record, parts: [2, 3, 2].map((n) => ({ contentId: id(n), sizeBytes: n * 100 })) };
    }
    if (contentId === 21) return { kind: "list", ...record, parts: [{ contentId: id(20), sizeBytes: 700 }] };
    if (contentId > 9) return undefined;
    return contentId % 2 === 1 ? { kind: "bundled", bundleId: 1 as BundleId } : { kind: "blob" };
  }

  async read(contentId: ContentId): Promise<Uint8Array> {
    this.reads.push(contentId);
    await this.gate;
    if (this.fault) {
      const { fault } = this;
      this.fault = undefined;
      throw fault;
    }
    return new Uint8Array(contentId * 100 - (this.short.has(contentId) ? 1 : 0)).fill(contentId);
  }
}

function readerOf(share: FakeShare, cache = new BlobCache(MIB), name = "docs"): ContentReader {
  return new ContentReader({ share: { tenant: "acme", share: name }, catalog: share, blobs: share, cache });
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("reading content", () => {
  it("gives nothing for empty content and behind the end, without asking the store", async () => {
    const share = new FakeShare();
    const reader = readerOf(share);
    expect(await reader.read(id(0), 0, 0, 100)).toHaveLength(0);
    expect(await reader.read(id(3), 300, 300, 1)).toHaveLength(0);
    expect(await reader.read(id(3), 300, 1e15, 1)).toHaveLength(0);
    expect(share.reads).toEqual([]);
  });

  it("cuts what is asked for out of a blob, and fetches it once", async () => {
    const share = new FakeShare();
    const reader = readerOf(share);
    expect(await reader.read(id(3), 300, 10, 20)).toEqual(new Uint8Array(20).fill(3));
    expect(await reader.read(id(3), 300, 290, 100)).toHaveLength(10);
    expect(share.reads).toEqual([3]);
  });

  it.each([
    [0, 700],
    [150, 100],
    [199, 2],
    [200, 300],
    [499, 2],
    [650, 500],
  ])("reads from offset %d, %d bytes, across the parts of a list", async (offset, length) => {
    const whole = Buffer.concat([2, 3, 2].map((n) => Buffer.alloc(n * 100, n)));
    const found = await readerOf(new FakeShare()).read(id(20), 700, offset, length);
    expect(Buffer.compare(found, whole.subarray(offset, offset + length))).toBe(0);
  });

  it("fetches only the parts that are read, and the same blob once for both its places", async () => {
    const share = new FakeShare();
    const reader = readerOf(share);
    await reader.read(id(20), 700, 510, 10);
    expect(share.reads).toEqual([2]);
    await reader.read(id(20), 700, 0, 700);
    expect(share.reads).toEqual([2, 3]);
  });

  it("fetches the next part ahead when a list is read in a row, and not for one read alone", async () => {
    const share = new FakeShare();
    const reader = readerOf(share);
    await reader.read(id(20), 700, 0, 10);
    expect(share.reads).toEqual([2]);
    await reader.read(id(20), 700, 10, 10);
    expect(share.reads).toEqual([2, 3]);
    expect(await reader.read(id(20), 700, 200, 10)).toEqual(new Uint8Array(10).fill(3));
    expect(share.reads).toEqual([2, 3]);
  });

  it("tells nobody of a fetch ahead that failed, but who reads on", async () => {
    const share = new FakeShare();
    const reader = readerOf(share);
    await reader.read(id(20), 700, 0, 10);
    share.fault = new StoreError("UNREACHABLE", "gone", { retryable: true });
    expect(await reader.read(id(20), 700, 10, 10)).toEqual(new Uint8Array(10).fill(2));
    expect(share.fault).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await reader.read(id(20), 700, 200, 10)).toEqual(new Uint8Array(10).fill(3));
    expect(share.reads).toEqual([2, 3, 3]);
  });

  it("shares one fetch between those who ask at the same time", async () => {
    const share = new FakeShare();
    const reader = readerOf(share);
    const all = await Promise.all(Array.from({ length: 64 }, (_, n) => reader.read(id(4), 400, n, 1)));
    expect(all.every((bytes) => bytes[0] === 4)).toBe(true);
    expect(share.reads).toEqual([4]);
  });

  it("keeps no more than its budget, and fetches again what went", async () => {
    const share = new FakeShare();
    const cache = new BlobCache(TWO_BLOBS);
    const reader = readerOf(share, cache);
    for (const n of [4, 5, 6, 4]) await reader.read(id(n), n * 100, 0, 1);
    expect(cache.sizeBytes).toBeLessThanOrEqual(TWO_BLOBS);
    expect(share.reads).toEqual([4, 5, 6, 4]);
  });

  it("keeps the contents of shares apart in one cache", async () => {
    const cache = new BlobCache(MIB);
    const [a, b] = [new FakeShare(), new FakeShare()];
    await readerOf(a, cache, "a").read(id(4), 400, 0, 1);
    await readerOf(b, cache, "b").read(id(4), 400, 0, 1);
    expect([a.reads, b.reads]).toEqual([[4], [4]]);
  });

  it("passes a failure of the store on to all who wait, and tries again for the next", async () => {
    const share = new FakeShare();
    share.fault = new StoreError("UNREACHABLE", "gone", { retryable: true });
    const reader = readerOf(share);
    const both = await Promise.allSettled([reader.read(id(4), 400, 0, 1), reader.read(id(4), 400, 1, 1)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await reader.read(id(4), 400, 0, 1)).toEqual(new Uint8Array([4]));
    expect(share.reads).toEqual([4, 4]);
  });

  it("takes a blob of the wrong size, an unknown id and a list in a list for damage", async () => {
    const share = new FakeShare();
    share.short.add(3);
    const reader = readerOf(share);
    await expect(reader.read(id(3), 300, 0, 1)).rejects.toThrow(/content 3 has 299 bytes and should have 300/);
    await expect(reader.read(id(20), 700, 300, 1)).rejects.toThrow(DamagedError);
    await expect(reader.read(id(77), 5, 0, 1)).rejects.toThrow(DamagedError);
    await expect(reader.read(id(21), 700, 0, 1)).rejects.toThrow(DamagedError);
    await expect(reader.read(id(0), 5, 0, 1)).rejects.toThrow(DamagedError);
  });

  it("stops waiting when aborted, and leaves the fetch to those who still wait", async () => {
    const share = new FakeShare();
    let open = (): void => undefined;
    share.gate = new Promise((resolve) => (open = resolve));
    const reader = readerOf(share);
    const abort = new AbortController();
    const impatient = reader.read(id(4), 400, 0, 1, { signal: abort.signal });
    const patient = reader.read(id(4), 400, 0, 1);
    abort.abort(new Error("enough"));
    await expect(impatient).rejects.toThrow("enough");
    open();
    expect(await patient).toEqual(new Uint8Array([4]));
  });
});

describe("streaming content", () => {
  it("gives every byte in order", async () => {
    const reader = readerOf(new FakeShare());
    const whole = Buffer.concat([2, 3, 2].map((n) => Buffer.alloc(n * 100, n)));
    expect(Buffer.compare(await collect(reader.stream(id(20), 700)), whole)).toBe(0);
    expect(await collect(reader.stream(id(5), 500))).toHaveLength(500);
    expect(await collect(reader.stream(id(0), 0))).toHaveLength(0);
  });

  it("has the next part fetched while one is used, and not more", async () => {
    const share = new FakeShare();
    const stream = readerOf(share).stream(id(20), 700);
    await stream.next();
    expect(share.reads).toEqual([2, 3]);
    await stream.return(undefined);
  });

  it("rejects at the damaged part, after the good ones", async () => {
    const share = new FakeShare();
    share.short.add(3);
    const stream = readerOf(share).stream(id(20), 700);
    expect((await stream.next()).value).toHaveLength(200);
    await expect(stream.next()).rejects.toThrow(DamagedError);
  });
});
