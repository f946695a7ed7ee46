import { expect, it } from "vitest";
import type { Catalog } from "../../../catalog/catalog.js";
import type { DedupIndex } from "../../../catalog/dedup-index.js";
import { EMPTY_CONTENT, type ContentId, type SnapshotNumber } from "../../../core/ids.js";
import type { ChangeBatch, NodePut } from "../../../core/node.js";
import { RunReport } from "../../../daemon/backup/counters.js";
import { Deduper } from "../../../daemon/backup/deduper.js";
import { SegmentJournal } from "../../../daemon/backup/segment-journal.js";
import { listHash } from "../../../store/content/list-hash.js";
import type { ContentWriter } from "../../../store/content-writer.js";
import type { ShareStore } from "../../../store/share-store.js";

const CHANGES_PER_SEGMENT = 8192;
const content = 1 as ContentId;

/** A journal whose contents become durable by flushing alone, and what it wrote. */
function recordingJournal() {
  const batches: ChangeBatch[] = [];
  let waiting: (() => void)[] = [];
  let mostWaiting = 0;
  const deduper = {
    flush: () => {
      const now = waiting;
      waiting = [];
      for (const wake of now) wake();
      return Promise.resolve();
    },
    takeStored: () => ({ bundles: [], contents: [] }),
    settle: () => Promise.resolve(),
  } as unknown as Deduper;
  const store = {
    putSegment(_snapshot: number, _number: number, batch: ChangeBatch) {
      batches.push(batch);
      return Promise.resolve({ name: "", sizeBytes: 1, sha256: new Uint8Array(32) });
    },
  } as unknown as ShareStore;
  const catalog = { next: () => ({ version: 1 }), apply: () => Promise.resolve() } as unknown as Catalog;
  const report = new RunReport(undefined);
  const journal = new SegmentJournal({ store, catalog, deduper, report }, 1 as SnapshotNumber, 0);
  const stored = (): Promise<ContentId> =>
    new Promise((resolve) => {
      waiting.push(() => resolve(content));
      mostWaiting = Math.max(mostWaiting, waiting.length);
    });
  return { journal, batches, stored, most: () => mostWaiting };
}

function putOf(index: number): NodePut {
  return { entry: { nodeId: index, contentId: EMPTY_CONTENT }, metadata: {} } as unknown as NodePut;
}

it("files that wait for one open bundle do not gather without bound, and segments stay small", async () => {
  const { journal, batches, stored, most } = recordingJournal();
  const count = 3 * CHANGES_PER_SEGMENT + 100;
  for (let i = 0; i < count; i++) await journal.putWhenStored(putOf(i), { stored: stored() });
  expect(most()).toBeLessThanOrEqual(CHANGES_PER_SEGMENT);
  expect(batches.length).toBeGreaterThanOrEqual(3);
  await journal.finish();
  expect(Math.max(...batches.map(({ puts }) => puts.length))).toBeLessThanOrEqual(CHANGES_PER_SEGMENT);
  expect(batches.flatMap(({ puts }) => puts.map(({ entry }) => entry.nodeId))).toEqual(
    Array.from({ length: count }, (_, i) => i),
  );
  expect(batches.every(({ puts }) => puts.every(({ entry }) => entry.contentId === content))).toBe(true);
});

it("what changes bring along is bounded too: descriptors, attributes of files that are put and of those that wait", async () => {
  const { journal, batches, stored, most } = recordingJournal();
  const limit = 8 * 1024 * 1024;
  const xattrs = [{ name: "user.large", value: new Uint8Array(60_000) }];
  const heavy = (index: number): NodePut => ({ ...putOf(index), metadata: { xattrs } });
  for (let i = 0; i < 500; i++) await journal.put(heavy(i));
  for (let i = 500; i < 1000; i++) await journal.putWhenStored(heavy(i), { stored: stored() });
  expect(most()).toBeLessThan((2 * limit) / 60_000);
  for (let i = 1000; i < 1500; i++) {
    journal.addPermission({ key: `${i}`, descriptor: { format: "sddl", text: "D".repeat(32_768) } });
    await journal.put(putOf(i));
  }
  await journal.finish();
  const weights = batches.map(({ puts, permissions = [] }) => {
    const attributes = puts.flatMap(({ metadata }) => metadata.xattrs ?? []).map(({ value }) => value.length);
    const texts = permissions.map(({ descriptor }) => descriptor?.text.length ?? 0);
    return [...attributes, ...texts].reduce((sum, length) => sum + length, 0);
  });
  expect(Math.max(...weights)).toBeLessThan(1.25 * limit);
  const nodes = batches.flatMap(({ puts }) => puts.map(({ entry }) => entry.nodeId));
  expect(nodes.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 1500 }, (_, i) => i));
  // What is put refers to descriptors of its own segment or an earlier one.
  const known = new Set<string>();
  for (const { puts, permissions = [] } of batches) {
    for (const { key } of permissions) known.add(key);
    for (const { entry } of puts) expect(entry.nodeId < 1000 || known.has(`${entry.nodeId}`)).toBe(true);
  }
});

it("what many hand in at a time is written in order and in segments of bounded size, also while one finishes", async () => {
  const { journal, batches, stored } = recordingJournal();
  const hand = async (from: number): Promise<void> => {
    for (let i = 0; i < 3000; i++) await journal.putWhenStored(putOf(from + i), { stored: stored() });
    if (from === 0) await journal.finish();
  };
  await Promise.all([0, 3000, 6000, 9000, 12_000].map(hand));
  await journal.finish();
  const ids = batches.flatMap(({ puts }) => puts.map(({ entry }) => entry.nodeId));
  expect(new Set(ids).size).toBe(15_000);
  expect(ids).toHaveLength(15_000);
  expect(Math.max(...batches.map(({ puts }) => puts.length))).toBeLessThanOrEqual(CHANGES_PER_SEGMENT);
});

it("equal lists share an id before and after the segment that has them, and never answer for a blob", async () => {
  let next = 10;
  const known = new Map<string, ContentId>();
  const index = {
    get: (kind: string, sha256: Uint8Array) => known.get(`${kind} ${Buffer.from(sha256).toString("hex")}`),
    add: () => Promise.resolve(),
  } as unknown as DedupIndex;
  const writer = {
    addList: () => next++ as ContentId,
    addSmall: () => Promise.resolve({ stored: Promise.resolve(next++ as ContentId) }),
  } as unknown as ContentWriter;
  const deduper = new Deduper(index, writer);
  const digests = new Uint8Array(32).fill(7);
  const sha256 = listHash(digests);
  const first = deduper.addList([], digests);
  expect(deduper.addList([], digests)).toBe(first);
  const blob = await (await deduper.addSmall(new Uint8Array(1), sha256)).stored;
  expect(blob).not.toBe(first);
  known.set(`list ${Buffer.from(sha256).toString("hex")}`, first);
  await deduper.settle([{ kind: "list", contentId: first, sizeBytes: 0, sha256, parts: [], partSha256s: digests }]);
  expect(deduper.addList([], digests)).toBe(first);
  expect(await (await deduper.addSmall(new Uint8Array(1), sha256)).stored).toBe(blob);
});
