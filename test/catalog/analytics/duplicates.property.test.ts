// Duplicates, held against a map of everything; with small partitions, and records enough to be spilled.
import fc from "fast-check";
import { readdir, readlink } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuplicateFinder, type Duplicates } from "../../../catalog/analytics/duplicates.js";
import type { CatalogEntry } from "../../../catalog/catalog.js";
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../../core/ids.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { requireCapability } from "../../support/requires.js";
import { entryOf } from "../support/model.js";

let folder: TemporaryDirectory;

beforeAll(async () => {
  folder = await temporaryDirectory();
});

afterAll(() => folder[Symbol.asyncDispose]());

/** What a content id stands for. Several may have one fingerprint, by chance or because they are equal. */
interface Content {
  readonly contentId: number;
  readonly sizeBytes: number;
  readonly xorhash: bigint;
}

/** So many files with a content; only live ones tell their xorhash. */
interface Run {
  readonly content: Content;
  readonly isLive: boolean;
  readonly files: number;
}

function filesOf(runs: readonly Run[]): CatalogEntry[] {
  let nodeId = 1;
  return runs.flatMap(({ content, isLive, files }) =>
    Array.from({ length: files }, (): CatalogEntry => {
      const { sizeBytes, xorhash } = content;
      const contentId = content.contentId as ContentId;
      const more = { sizeBytes, contentId, xorhash: isLive ? xorhash : 0n };
      const { sourceId: _sourceId, ...entry } = entryOf(++nodeId, 1, `f${nodeId}`, more);
      return { ...entry, since: 1 as SnapshotNumber, version: nodeId as VersionNumber };
    }),
  );
}

async function find(entries: readonly CatalogEntry[], partitionKeys: number, top = 5): Promise<Duplicates> {
  using finder = new DuplicateFinder({ folder: folder.path, expectedFiles: entries.length, partitionKeys });
  for (const entry of entries) finder.add(entry);
  return await finder.finish(top);
}

interface Group {
  readonly sizeBytes: number;
  readonly contents: Set<number>;
  readonly nodes: NodeId[];
}

/** By fingerprint where any file with the same content knows it, otherwise by content. */
function naively(entries: readonly CatalogEntry[]): readonly Group[] {
  const xorhashes = new Map<number, bigint>();
  for (const { contentId, xorhash } of entries) if (xorhash !== 0n) xorhashes.set(contentId, xorhash);
  const groups = new Map<string, Group>();
  for (const { contentId, sizeBytes, nodeId } of entries) {
    if (sizeBytes === 0) continue;
    const key = `${xorhashes.get(contentId) ?? `content ${contentId}`} ${sizeBytes}`;
    const group = groups.get(key) ?? { sizeBytes, contents: new Set(), nodes: [] };
    groups.set(key, group);
    group.contents.add(contentId);
    group.nodes.push(nodeId);
  }
  return [...groups.values()].filter(({ nodes }) => nodes.length > 1);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const wasted = ({ nodes, sizeBytes }: Group): number => (nodes.length - 1) * sizeBytes;

const contents = fc
  .array(
    fc.record({
      sizeBytes: fc.constantFrom(0, 1, 2, 5000, 2 ** 40),
      // Some differ in their upper half alone, and one is what a double calls not a number.
      xorhash: fc.constantFrom(1n, 2n, 2n ** 32n + 1n, 0xfff8_0000_0000_0001n, 0xffff_ffff_ffff_ffffn, 7n),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((all) => all.map((content, index): Content => ({ ...content, contentId: index * index * 1_000_003 + 1 })));

const runs = contents.chain((all) =>
  fc.array(
    fc.record({
      content: fc.constantFrom(...all),
      isLive: fc.boolean(),
      files: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 1200 })),
    }),
    { maxLength: 25 },
  ),
);

describe("duplicates", () => {
  it("are those that a map of all files finds, however small the partitions", async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.constantFrom(1, 64, 1e6), async (all, partitionKeys) => {
        const entries = filesOf(all);
        const expected = naively(entries);
        const found = await find(entries, partitionKeys, 1000);
        expect(found).toMatchObject({
          groups: expected.length,
          files: sum(expected.map(({ nodes }) => nodes.length)),
          wastedBytes: sum(expected.map(wasted)),
          unsharedBytes: sum(expected.map((group) => (group.contents.size - 1) * group.sizeBytes)),
        });
        for (const { samples, files, contents: differing, sizeBytes } of found.largest) {
          const group = expected.find(({ nodes }) => nodes.includes(samples[0]?.nodeId ?? (0 as NodeId)));
          expect(group).toMatchObject({ sizeBytes, nodes: { length: files }, contents: { size: differing } });
          expect(new Set(samples.map(({ nodeId }) => nodeId)).size).toBe(Math.min(3, files));
          for (const { nodeId } of samples) expect(group?.nodes).toContain(nodeId);
        }
        expect(found.largest.map(({ files, sizeBytes }) => (files - 1) * sizeBytes)).toEqual(
          expected.map(wasted).sort((a, b) => b - a),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("of a content that most files have take no more memory than any other", async () => {
    const all = [
      { content: { contentId: 1, sizeBytes: 10, xorhash: 5n }, isLive: true, files: 200_000 },
      { content: { contentId: 2, sizeBytes: 10, xorhash: 5n }, isLive: false, files: 3 },
    ];
    const found = await find(filesOf(all), 2 ** 17);
    expect(found).toMatchObject({ groups: 2, files: 200_003, wastedBytes: 2_000_010, unsharedBytes: 0 });
    expect(found.spilledBytes).toBeGreaterThan(7_000_000);
  });
});

describe("the temporary file", () => {
  const many = filesOf([{ content: { contentId: 1, sizeBytes: 10, xorhash: 5n }, isLive: true, files: 2000 }]);

  it("has no name while it is used, and is closed at the end, also of a search that is given up", async (ctx) => {
    requireCapability(ctx, "linux");
    const reason = new Error("enough");
    {
      using finder = new DuplicateFinder({ folder: folder.path, expectedFiles: 1 });
      for (const entry of many) finder.add(entry);
      expect(await readdir(folder.path)).toEqual([]);
      expect(await openIn(folder.path)).toHaveLength(1);
      await expect(finder.finish(1, AbortSignal.abort(reason))).rejects.toBe(reason);
    }
    expect(await openIn(folder.path)).toEqual([]);
  });

  it("is not made for a few files", async () => {
    expect(await find(many.slice(0, 800), 1000)).toMatchObject({ groups: 1, spilledBytes: 0 });
  });

  it("that cannot be made is said so in one sentence", () => {
    using finder = new DuplicateFinder({ folder: folder.join("nowhere"), expectedFiles: 1 });
    const addAll = (): void => {
      for (const entry of many) finder.add(entry);
    };
    expect(addAll).toThrow(/^Duplicates cannot be looked for, because of a temporary file in .*nowhere: .*\.$/);
  });
});

/** Files of this process in a folder that are open though they have no name. */
async function openIn(path: string): Promise<readonly string[]> {
  const descriptors = await readdir("/proc/self/fd");
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return targets.filter((target) => target.startsWith(path) && target.endsWith("(deleted)"));
}
