/**
 * From hashes to numbers, in an LMDB environment of its own. Hashes come in no order, so putting each in its place
 * would write a page for each; what is new therefore gathers in a table of rows, and is merged into densely packed
 * pages when it has become a part of the whole that is worth a pass over it. A kill in the midst of merging leaves
 * rows whose hash a page has as well: of two, the row is the newer.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type Database, type RootDatabase } from "lmdb";
import { DamagedError } from "../../core/errors.js";
import { commit, COMMIT_OPTIONS } from "../commit.js";
import { copyEnvironment } from "../environments.js";
import { keyNumber, numberKey } from "../keys.js";
import { PageBuffer } from "../page-buffer.js";
import { HashFilter } from "./hash-filter.js";
import { encodeHashPage, entriesPerPage, HASH_BYTES, HashPage, type HashEntry } from "./hash-page.js";

type BinaryTable = Database<Buffer, Buffer>;

/** Before every hash: the first page's key. LMDB knows no empty key. */
const FIRST_KEY = Buffer.of(0);
/** Fewer new entries, two megabytes as rows, are not merged until `settle`. */
const FEWEST_MERGED = 24_576;
/** New entries are merged when they are this part of all: as rows they take thrice as much. */
const MERGED_PART = 32;
/** Pages of one transaction: those it replaces cannot be used again at once. */
const PAGES_AT_ONCE = 256;

export class HashIndex implements AsyncDisposable {
  readonly #folder: string;
  readonly #environment: RootDatabase;
  readonly #pages: BinaryTable;
  readonly #rows: BinaryTable;
  readonly #page = new PageBuffer();
  /** Has every hash of the index, where there is one. */
  #filter: HashFilter | undefined;

  /** @param folder made when missing, unless `readOnly` */
  constructor(folder: string, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    if (!readOnly) mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#environment = open({
      path: folder,
      noSubdir: false,
      maxDbs: 4,
      readOnly,
      overlappingSync: false,
      ...COMMIT_OPTIONS,
    });
    const table = (name: string): BinaryTable =>
      this.#environment.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
    this.#pages = table("pages");
    this.#rows = table("rows");
  }

  /**
   * From now on nobody else writes to it until this is called again. What a first backup asks for is nearly never there, so an
   * index that is empty now remembers what it is given.
   */
  claimed(): void {
    // What was read a moment ago may be a state from before another process's writing.
    this.#environment.resetReadTxn();
    const isEmpty = countOf(this.#rows) + countOf(this.#pages) === 0;
    this.#filter = isEmpty ? new HashFilter() : undefined;
  }

  /** @param hash `HASH_BYTES` long @throws DamagedError */
  get(hash: Buffer): number | undefined {
    if (this.#filter?.mayHave(hash) === false) return undefined;
    const row = this.#rows.get(hash);
    if (row) return keyNumber(row, 0, "hashes");
    for (const key of this.#pages.getKeys(floorOf(hash))) {
      return new HashPage(this.#page.read(this.#pages, key)).find(hash);
    }
    return undefined;
  }

  /** Of several for one hash the last counts. @throws SharestrataError `STORE_FULL`, `FAILED` as `commit` */
  async add(entries: readonly HashEntry[]): Promise<void> {
    if (entries.length === 0) return;
    if (this.#filter) for (const { hash } of entries) this.#filter.add(hash);
    await commit(this.#environment, this.#folder, () => {
      for (const { hash, value } of entries) void this.#rows.put(hash, numberKey(value));
    });
    if (countOf(this.#rows) > Math.max(FEWEST_MERGED, this.#pagedEntries() / MERGED_PART)) await this.#merge();
  }

  /** Packs what has gathered, where it is more than a hundredth of all. */
  async settle(): Promise<void> {
    if (countOf(this.#rows) * 100 > this.#pagedEntries()) await this.#merge();
  }

  copyTo(folder: string): Promise<void> {
    return copyEnvironment(this.#environment, join(this.#folder, "data.mdb"), folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#environment.close();
  }

  /** From page to page, some pages in a transaction. */
  async #merge(): Promise<void> {
    let from: Buffer | undefined = FIRST_KEY;
    while (from) {
      const start: Buffer = from;
      from = await commit(this.#environment, this.#folder, () => this.#mergePages(start));
    }
  }

  /** @returns the key of the first page that is not merged yet */
  #mergePages(from: Buffer): Buffer | undefined {
    const keys = [...this.#pages.getKeys({ start: from, limit: PAGES_AT_ONCE + 1 })];
    const bound = keys.length > PAGES_AT_ONCE ? keys.pop() : undefined;
    const rows = [...this.#rows.getRange({ start: from, ...(bound ? { end: bound } : {}) })];
    if (rows.length > 0) {
      const old = keys.flatMap((key) => [...new HashPage(this.#page.read(this.#pages, key)).entries()]);
      const added = rows.map(({ key, value }) => ({ hash: Buffer.from(key), value: keyNumber(value, 0, "hashes") }));
      for (const key of keys) void this.#pages.remove(key);
      this.#writePages(from, merged(old, added));
      for (const { key } of rows) void this.#rows.remove(key);
    }
    return bound;
  }

  /** @param first key of the first page */
  #writePages(first: Buffer, entries: readonly HashEntry[]): void {
    for (let from = 0; from < entries.length;) {
      const to = from + entriesPerPage(entries, from);
      const key = from === 0 ? first : (entries[from] as HashEntry).hash;
      void this.#pages.put(key, encodeHashPage(entries, from, to));
      from = to;
    }
  }

  /** About: pages hold some two hundred each. */
  #pagedEntries(): number {
    return countOf(this.#pages) * 200;
  }
}

function merged(old: readonly HashEntry[], added: readonly HashEntry[]): readonly HashEntry[] {
  const all: HashEntry[] = [];
  let at = 0;
  for (const entry of added) {
    if (entry.hash.length !== HASH_BYTES)
      throw new DamagedError("A row of hashes has a wrong key.", { where: "hashes" });
    while (at < old.length && Buffer.compare((old[at] as HashEntry).hash, entry.hash) < 0)
      all.push(old[at++] as HashEntry);
    if (at < old.length && Buffer.compare((old[at] as HashEntry).hash, entry.hash) === 0) at++;
    all.push(entry);
  }
  while (at < old.length) all.push(old[at++] as HashEntry);
  return all;
}

function countOf(table: BinaryTable): number {
  return (table.getStats() as { readonly entryCount: number }).entryCount;
}

/** The range of the one row with the greatest key not above `hash`. */
function floorOf(hash: Buffer) {
  return { start: hash, end: FIRST_KEY, inclusiveEnd: true, reverse: true, limit: 1 };
}
