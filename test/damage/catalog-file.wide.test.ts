// Bits flipped in a catalog's file, read in a process of its own: that process ends by itself, in time, and what it lists is
// the truth, or it says that the catalog is damaged. A check never ends otherwise than with an answer. Keys, and the rows of the
// small tables, have no checksum (docs/format.md): there a wrong listing is what a check has to find.
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inLong } from "../support/extent.js";
import { program } from "../support/programs.js";
import { EnvironmentWalk } from "../../catalog/pages/environment-walk.js";
import { PageFile } from "../../catalog/pages/page-file.js";
import { temporaryDirectory, type TemporaryDirectory } from "../support/tmp.js";
import type { Reading } from "./support/read-all.js";
import { makeSampleCatalog } from "./support/sample-catalog.js";

const root = join(import.meta.dirname, "..", "..");
const PAGE = 4096;
/** Many times what a reading takes. */
const WATCHDOG_MS = inLong(900_000, 90_000);

let folder: TemporaryDirectory;
let file: Buffer;
let truth: Reading;
/** Pages that LMDB follows, and those that hold values. */
let pages: { readonly tree: readonly number[]; readonly values: readonly number[] };

beforeAll(async () => {
  folder = await temporaryDirectory();
  await makeSampleCatalog(folder.join("truth"));
  file = await readFile(folder.join("truth", "data.mdb"));
  pages = pagesOf(folder.join("truth", "data.mdb"));
  [truth] = read([folder.join("truth")]) as [Reading];
}, WATCHDOG_MS);

afterAll(() => folder[Symbol.asyncDispose]());

class RecordedFile extends PageFile {
  readonly asked: number[] = [];

  override page(number: number): Buffer | undefined {
    this.asked.push(number);
    return super.page(number);
  }
}

function pagesOf(path: string): typeof pages {
  using recorded = new RecordedFile(path);
  const meta = recorded.meta();
  if (typeof meta === "string") throw new Error(meta);
  const values: number[] = [];
  const walk = new EnvironmentWalk(recorded, meta);
  for (const table of walk.tables()) {
    if (table.kind === "problem") throw new Error(table.message);
    for (const row of walk.rows(table.record)) {
      if (row.kind === "row" && !Buffer.isBuffer(row.value)) values.push(row.value.page);
    }
  }
  for (const { message } of walk.free()) throw new Error(message);
  return { tree: recorded.asked, values };
}

/** @throws when the process does not end by itself, or says anything on stderr */
function read(folders: readonly string[]): readonly Reading[] {
  const ending = spawnSync(process.execPath, [program("test/damage/support/read-all.ts"), ...folders], {
    cwd: root,
    encoding: "utf8",
    timeout: WATCHDOG_MS,
  });
  const lines = ending.stdout.trimEnd().split("\n");
  const { status, signal, stderr } = ending;
  expect({ status, signal, stderr, last: lines.at(-1) }).toMatchObject({ status: 0, signal: null, stderr: "" });
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Reading);
}

interface Flip {
  readonly page: number;
  readonly offset: number;
  readonly bit: number;
}

/** The same flips in every run. */
function flips(count: number, onPages: readonly number[], width: number): readonly Flip[] {
  let seed = 4711;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((seed / 0x8000_0000) * limit);
  };
  return Array.from({ length: count }, () => ({
    page: onPages[below(onPages.length)] ?? 0,
    offset: below(width),
    bit: below(8),
  }));
}

async function damaged(name: string, all: readonly Flip[]): Promise<readonly string[]> {
  return Promise.all(
    all.map(async ({ page, offset, bit }, index) => {
      const path = folder.join(name, `${index}`);
      await mkdir(path, { recursive: true });
      const bytes = Buffer.from(file);
      const at = page * PAGE + offset;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      await writeFile(join(path, "data.mdb"), bytes);
      return path;
    }),
  );
}

const isTyped = (listing: string): boolean =>
  listing === "error OutdatedCatalogError FAILED" || listing === "error DamagedError DAMAGED";

describe("a catalog's file with a flipped bit", () => {
  it("is listed whole and found sound before", () => {
    expect(truth.listing).toMatch(/^listed /);
    expect(truth.check).toBe("sound");
    expect(pages.tree.length).toBeGreaterThan(12);
  });

  /** Name, where, and whether a wrong listing may be left to a check. */
  const kinds: readonly (readonly [string, () => readonly Flip[], boolean])[] = [
    ["in the first pages", () => flips(inLong(64, 8), [0, 1], 168), false],
    ["in the headers of the pages that LMDB follows", () => flips(inLong(96, 12), pages.tree, 24), false],
    ["in what those pages say of their nodes", () => flips(inLong(64, 8), pages.tree, 256), false],
    ["anywhere in them", () => flips(inLong(96, 12), pages.tree, PAGE), true],
    ["in the headers of values", () => flips(inLong(32, 4), pages.values, 24), false],
    ["in values", () => flips(inLong(48, 6), pages.values, PAGE), false],
  ];

  it.each(kinds)("%s is read truly or called damaged", { timeout: WATCHDOG_MS }, async (name, make, isLeftToCheck) => {
    const all = make();
    const readings = read(await damaged(name.replaceAll(" ", "-"), all));
    expect(readings).toHaveLength(all.length);
    const wrong = readings.flatMap(({ listing, check }, index) => {
      const isRight = listing === truth.listing || isTyped(listing) || (isLeftToCheck && listing.startsWith("listed "));
      const isChecked =
        check === "sound" || check.startsWith("damaged (") || isTyped(check) || check.startsWith("error");
      // What cannot be listed is not sound.
      const isSeen = listing === truth.listing || check !== "sound";
      return isRight && isChecked && isSeen ? [] : [{ ...all[index], listing, check }];
    });
    expect(wrong).toEqual([]);
  });
});
