import { describe, expect, it } from "vitest";
import { TreeGenerator, type TreeOptions } from "../../bench/support/tree-generator.js";
import { CHANGES_PER_BATCH, type UnversionedBatch } from "../../bench/support/batch-queue.js";
import { nameProblem } from "../../core/names.js";
import type { NodeEntry } from "../../core/node.js";
import { compareUtf8 } from "../../core/utf8-order.js";

const NODES = 60_000;

function generate(options: Partial<TreeOptions> = {}): readonly UnversionedBatch[] {
  return [...new TreeGenerator({ nodes: NODES, seed: 7, ...options }).batches()];
}

const batches = generate();
const entries: readonly NodeEntry[] = batches.flatMap(({ puts }) => puts.map(({ entry }) => entry));

/** Runs of entries with one parent. */
function listings(): readonly (readonly NodeEntry[])[] {
  const runs: NodeEntry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run && run[0]?.parentId === entry.parentId) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

describe("a generated tree", () => {
  it("is the same for the same seed, to the last bit, and another for another seed", () => {
    const nodes = 10_000;
    expect(generate({ nodes })).toEqual(generate({ nodes }));
    expect(generate({ nodes, seed: 8 })).not.toEqual(generate({ nodes }));
  });

  it.each([10, 999, NODES])("has exactly the %i nodes asked for, of which a tenth are directories", (nodes) => {
    const all = generate({ nodes }).flatMap(({ puts }) => puts);
    expect(all).toHaveLength(nodes);
    const directories = all.filter(({ entry }) => entry.kind === "directory").length;
    expect(Math.abs(directories / nodes - 0.1)).toBeLessThan(0.01);
  });

  it("has names of 22 characters on average, whatever the seed", () => {
    for (const seed of [1, 2, 3]) {
      const names = generate({ seed, nodes: 200_000 }).flatMap(({ puts }) => puts.map(({ entry }) => entry.name));
      const average = names.reduce((sum, { length }) => sum + length, 0) / names.length;
      expect(Math.abs(average - 22), `seed ${seed}: ${average}`).toBeLessThan(1);
    }
  });

  it("has names that every directory can hold, unique among siblings", () => {
    const places = new Set(entries.map(({ parentId, name }) => `${parentId}/${name}`));
    expect(places.size).toBe(entries.length);
    expect(entries.slice(1).flatMap(({ name }) => nameProblem(name) ?? [])).toEqual([]);
  });

  it("is told listing by listing: consecutive ids, names in the byte order of UTF-8, parents before children", () => {
    expect(entries.map(({ nodeId }) => nodeId)).toEqual(entries.map((_, index) => index + 1));
    const seen = new Set([0]);
    const listed = new Set<number>();
    for (const run of listings()) {
      const parent = run[0]?.parentId ?? -1;
      expect(seen.has(parent)).toBe(true);
      expect(listed.has(parent), `directory ${parent} is listed twice`).toBe(false);
      listed.add(parent);
      expect(run.every(({ name }, at) => at === 0 || compareUtf8(run[at - 1]?.name ?? "", name) < 0)).toBe(true);
      for (const { nodeId, kind } of run) if (kind === "directory") seen.add(nodeId);
    }
  });

  it("has folders of about three files, and a few that are very large", () => {
    const counts = new Map<number, number>();
    for (const { nodeId, kind } of entries) if (kind === "directory") counts.set(nodeId, 0);
    for (const { parentId, kind } of entries)
      if (kind === "file") counts.set(parentId, (counts.get(parentId) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => a - b);
    expect(sorted[sorted.length >> 1]).toBeGreaterThanOrEqual(2);
    expect(sorted[sorted.length >> 1]).toBeLessThanOrEqual(4);
    expect(sorted.at(-1)).toBeGreaterThan(500);
  });

  it("is yielded in full batches but the last, and each content is stored no later than the file that has it", () => {
    expect(batches.slice(0, -1).every(({ puts }) => puts.length === CHANGES_PER_BATCH)).toBe(true);
    let stored = 0;
    for (const { puts, contents } of batches) {
      for (const { contentId } of contents) stored = Math.max(stored, contentId);
      expect(puts.every(({ entry }) => entry.contentId <= stored)).toBe(true);
      expect(puts.every(({ entry }) => entry.contentId > 0 === entry.sizeBytes > 0)).toBe(true);
    }
  });

  it("has one file in twenty with the content of an older one", () => {
    const ids = entries.filter(({ sizeBytes }) => sizeBytes > 0).map(({ contentId }) => contentId);
    const copies = 1 - new Set(ids).size / ids.length;
    expect(Math.abs(copies - 0.05)).toBeLessThan(0.01);
  });

  it("has times with all digits down to 100 ns, and none below", () => {
    const times = entries.map(({ mtimeNs }) => mtimeNs);
    expect(times.every((time) => time % 100n === 0n)).toBe(true);
    expect(times.filter((time) => time % 1000n === 0n).length / times.length).toBeLessThan(0.2);
  });

  it("gives each node an identity when asked, and none otherwise", () => {
    expect(entries.every(({ sourceId }) => sourceId === undefined)).toBe(true);
    const identities = generate({ nodes: 1000, sourceIds: true }).flatMap(({ puts }) =>
      puts.map(({ entry }) => entry.sourceId ?? ""),
    );
    expect(new Set(identities).size).toBe(1000);
  });
});
