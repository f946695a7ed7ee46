import { expect, it } from "vitest";
import { openDedupIndex } from "../../catalog/dedup-index.js";
import type { ContentId } from "../../core/ids.js";
import type { ContentRecord } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";

const id = (value: number): ContentId => value as ContentId;
const digest = (fill: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => fill + index);
const blob = (value: number): ContentRecord => ({
  kind: "blob",
  contentId: id(value),
  sizeBytes: 1,
  sha256: digest(value),
});

it("answers with no id that the catalog has not handed out", async () => {
  await using folder = await temporaryDirectory();
  let next = id(6);
  await using index = openDedupIndex(folder.path, () => next);
  await index.add([blob(5), blob(6), blob(7)]);
  expect([5, 6, 7].map((value) => index.get("blob", digest(value)))).toEqual([5, undefined, undefined]);
  next = id(7);
  expect([5, 6, 7].map((value) => index.get("blob", digest(value)))).toEqual([5, 6, undefined]);
  expect(index.get("list", digest(5))).toBeUndefined();
});
