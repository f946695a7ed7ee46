import fc from "fast-check";
import { expect, it } from "vitest";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { Published } from "../../catalog/published.js";
import {
  type Found,
  type FoundVersion,
  type SearchQuery,
  searchSnapshot,
  searchVersions,
} from "../../catalog/search.js";
import { pathGlob } from "../../core/glob.js";
import { Pace } from "../../core/pace.js";
import { temporaryDirectory } from "../support/tmp.js";
import { backUpScript, editScript, naiveVersions, pathIn } from "./support/edit-script.js";

const queries: readonly SearchQuery[] = [
  { within: [], entry: () => true, path: () => true },
  { within: ["a"], entry: () => true, path: () => true },
  { within: ["a", "b"], entry: ({ kind }) => kind === "file", path: () => true },
  { within: [], entry: ({ sizeBytes }) => sizeBytes % 2 === 1, path: (path) => pathGlob("/**/[ab]").matches(path) },
];

it("finds in every snapshot, and among all versions, what naive copies of the tree have", async () => {
  await fc.assert(
    fc.asyncProperty(editScript, fc.constantFrom(...queries), async (edits, query) => {
      await using folder = await temporaryDirectory();
      await using catalog = openCatalog(folder.path);
      const copies = await backUpScript(catalog, edits);
      const isWanted = (path: string, entry: Parameters<SearchQuery["entry"]>[0]): boolean => {
        const names = path.split("/").slice(1);
        return query.within.every((name, depth) => names[depth] === name) && query.entry(entry) && query.path(names);
      };
      for (const [index, snapshot] of catalog.snapshots().entries()) {
        const copy = copies[index] ?? new Map<never, never>();
        const expected = [...copy.values()]
          .map((entry) => ({ entry, path: pathIn(copy, entry.nodeId) ?? "" }))
          .filter(({ entry, path }) => isWanted(path, { ...entry, since: 1, version: 1 } as never))
          .map(({ entry, path }) => `${path} ${entry.nodeId} ${entry.contentId}`);
        const found = await collect(searchSnapshot(catalog, snapshot, query, new Pace()));
        expect(found.map(lineOf).toSorted()).toEqual(expected.toSorted());
      }
      const nodes = new Set(copies.flatMap((copy) => [...copy.keys()]));
      const expected = [...nodes]
        .flatMap((nodeId) => naiveVersions(copies, nodeId))
        .filter(({ entry, path }) => isWanted(path, { ...entry, since: 1, version: 1 } as never))
        .map(({ entry, path, first, last }) => `${first}-${last} ${path} ${entry.nodeId} ${entry.contentId}`);
      const found = await collect(searchVersions(catalog, new Published(catalog), query, new Pace()));
      const spans = found.map((version) => `${version.first.number}-${version.last.number} ${lineOf(version)}`);
      expect(spans.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 80 },
  );
});

async function collect<T extends Found | FoundVersion>(results: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const result of results) found.push(result);
  return found;
}

function lineOf({ path, entry }: Found): string {
  return `${path.map((name) => `/${name}`).join("")} ${entry.nodeId} ${entry.contentId}`;
}
