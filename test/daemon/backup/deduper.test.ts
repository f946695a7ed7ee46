import { expect, it } from "vitest";
import type { DedupIndex } from "../../../catalog/dedup-index.js";
import type { ContentId } from "../../../core/ids.js";
import type { ContentRecord, ForeignContent } from "../../../core/node.js";
import { Deduper } from "../../../daemon/backup/deduper.js";
import type { ContentWriter } from "../../../store/content-writer.js";

const owner: ForeignContent = { share: "other", contentId: 77 as ContentId };
const sha256 = new Uint8Array(32).fill(7);
const bytes = new Uint8Array(5);

/** A deduper whose neighbour has everything, and what it told the writer. */
function neighboured(known: ContentId | undefined, isLost = false) {
  let next = 10;
  const told: string[] = [];
  const index = { get: () => known, add: () => Promise.resolve() } as unknown as DedupIndex;
  const writer = {
    addForeign: ({ share, contentId }: ForeignContent, sizeBytes: number) => {
      told.push(`foreign ${share} ${contentId} ${sizeBytes}`);
      return next++ as ContentId;
    },
    addSmall: () => {
      told.push("small");
      return Promise.resolve({ stored: Promise.resolve(next++ as ContentId) });
    },
  } as unknown as ContentWriter;
  const deduper = new Deduper(index, writer, () => isLost, { find: () => owner });
  return { deduper, told };
}

it("what a neighbour has stored is referred to, once for equal bytes", async () => {
  const { deduper, told } = neighboured(undefined);
  const first = await (await deduper.addSmall(bytes, sha256)).stored;
  expect(await (await deduper.addChunk(bytes, sha256)).stored).toBe(first);
  const record: ContentRecord = { kind: "foreign", contentId: first, sizeBytes: 5, sha256, owner };
  await deduper.settle([record]);
  expect(told).toEqual(["foreign other 77 5"]);
});

it("what the share has itself is not asked of others", async () => {
  const { deduper, told } = neighboured(3 as ContentId);
  expect(await (await deduper.addSmall(bytes, sha256)).stored).toBe(3);
  expect(told).toEqual([]);
});

it("what is lost is stored anew, as it may be with the neighbour that it was lost", async () => {
  const { deduper, told } = neighboured(3 as ContentId, true);
  expect(await (await deduper.addSmall(bytes, sha256)).stored).toBe(10);
  expect(told).toEqual(["small"]);
});
