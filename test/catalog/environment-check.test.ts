import { createHash } from "node:crypto";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { structureProblem } from "../../catalog/environment-check.js";
import { HashIndex } from "../../catalog/hashed/hash-index.js";
import { HASH_BYTES } from "../../catalog/hashed/hash-page.js";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import { PageFile } from "../../catalog/pages/page-file.js";
import { OutdatedCatalogError } from "../../catalog/tables.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, entryOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

const damages: readonly (readonly [string, (file: string) => Promise<void>])[] = [
  ["emptied", (file) => truncate(file, 0)],
  ["cut to a page", (file) => truncate(file, 4096)],
  ["cut in half", async (file) => truncate(file, Math.floor((await readFile(file)).length / 2))],
  ["zeroed", async (file) => writeFile(file, Buffer.alloc((await readFile(file)).length))],
  ["overwritten at its beginning", async (file) => writeFile(file, Buffer.alloc(8192, 0xa5), { flag: "r+" })],
];

it.each(damages)("a catalog whose file is %s is built anew and does not end the process", async (_, damage) => {
  await using folder = await temporaryDirectory();
  {
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    const files = Array.from({ length: 500 }, (__, index) => putOf(entryOf(index + 2, 1, `file ${index}`)));
    await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry), ...files]));
    await catalog.publish(snapshotOf(1));
  }
  const file = folder.join("data.mdb");
  expect(structureProblem(file)).toBeUndefined();
  await damage(file);
  expect(() => openCatalog(folder.path)).toThrow(OutdatedCatalogError);
  expect(() => openCatalogReader(folder.path)).toThrow(OutdatedCatalogError);
});

it("pages that lead astray are told before LMDB follows them, also in a file that was sound a moment ago", async () => {
  await using folder = await temporaryDirectory();
  {
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry)]));
  }
  const file = folder.join("data.mdb");
  expect(structureProblem(file)).toBeUndefined();
  const bytes = await readFile(file);
  const isTree = (page: number): boolean => [1, 2].includes(bytes.readUInt16LE(page * 4096 + 18));
  const pages = Array.from({ length: bytes.length / 4096 - 2 }, (_, index) => index + 2).filter(isTree);
  expect(pages.length).toBeGreaterThan(3);
  // Where the nodes end, in every page of a tree.
  for (const page of pages) bytes.writeUInt16LE(0xfff0, page * 4096 + 20);
  await writeFile(file, bytes);
  expect(structureProblem(file)).toMatch(/bounds are wrong/);
  expect(() => openCatalogReader(folder.path)).toThrow(OutdatedCatalogError);
});

it("a file that LMDB has left a page short, because it was free again before it was written, is sound", async () => {
  await using folder = await temporaryDirectory();
  const file = folder.join("data.mdb");
  await using index = new HashIndex(folder.path);
  const hash = (number: number): Buffer => createHash("sha256").update(`${number}`).digest().subarray(0, HASH_BYTES);
  await index.add(Array.from({ length: 3000 }, (_, number) => ({ hash: hash(number), value: number + 1 })));
  await index.settle();
  using pages = new PageFile(file);
  const meta = pages.meta();
  if (typeof meta === "string") throw new Error(meta);
  // Should LMDB leave none any more, this test has nothing to show.
  expect(meta.lastHandedOut).toBeGreaterThan(meta.lastPage);
  expect(structureProblem(file)).toBeUndefined();
});
