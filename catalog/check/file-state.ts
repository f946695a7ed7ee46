/**
 * One state of one LMDB file, held for as long as a check takes. The file is read as bytes (catalog/pages), never through
 * LMDB, which trusts what it reads and would take the process with it. LMDB is asked for one thing only: a place among the readers, so
 * that no writer uses the pages of this state again. That touches the lock file and the first pages, which are looked
 * at before. All tables are read from one root, so they are of one moment.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import { EnvironmentWalk } from "../pages/environment-walk.js";
import type { MetaPage, TreeRecord } from "../pages/meta-page.js";
import { PageFile } from "../pages/page-file.js";
import type { OverflowPlace } from "../pages/tree-page.js";
import { problem, type CatalogProblem, type Findings } from "./problem.js";

export interface StateRow {
  readonly key: Buffer;
  readonly value: Buffer | OverflowPlace;
}

export class FileState implements AsyncDisposable {
  readonly #name: string;
  readonly #file: PageFile;
  readonly #walk: EnvironmentWalk;
  readonly #release: () => Promise<void>;
  readonly #tables = new Map<string, TreeRecord>();
  /** Tables of which a part could not be read: what is missing there says nothing. */
  readonly broken = new Set<string>();

  private constructor(name: string, file: PageFile, meta: MetaPage, release: () => Promise<void>) {
    this.#name = name;
    this.#file = file;
    this.#walk = new EnvironmentWalk(file, meta);
    this.#release = release;
  }

  /**
   * @param name of the file, for messages
   * @returns undefined when there is no such file; what is wrong when no state can be read at all
   */
  static async open(folder: string, name: string): Promise<FileState | CatalogProblem | undefined> {
    const path = join(folder, "data.mdb");
    if (!existsSync(path)) return undefined;
    const file = new PageFile(path);
    const before = file.meta();
    if (typeof before === "string") {
      file[Symbol.dispose]();
      return problem("file", name, before);
    }
    try {
      const release = await hold(folder);
      // Whatever is the newest now is not older than what is held.
      const meta = file.meta();
      if (typeof meta !== "string") return new FileState(name, file, meta, release);
      await release();
      file[Symbol.dispose]();
      return problem("file", name, meta);
    } catch (error) {
      file[Symbol.dispose]();
      throw error;
    }
  }

  get bytesRead(): number {
    return this.#file.bytesRead;
  }

  /** Finds the tables. First of all. */
  *findTables(): Findings {
    for (const found of this.#walk.tables()) {
      if (found.kind === "table") this.#tables.set(found.name, found.record);
      else yield this.#problem(found.table, found);
    }
  }

  /** The rows of a table, in order; once. Of a table that is not there, none. */
  *rows(table: string): IterableIterator<StateRow | CatalogProblem> {
    const record = this.#tables.get(table);
    if (record) yield* this.#rowsOf(table, record);
    else {
      this.broken.add(table);
      yield problem("file", `${this.#name}: ${table}`, "the table is missing");
    }
  }

  *#rowsOf(table: string, record: TreeRecord): IterableIterator<StateRow | CatalogProblem> {
    for (const found of this.#walk.rows(record)) {
      if (found.kind === "row") {
        if (!found.isTree) yield found;
        continue;
      }
      this.broken.add(table);
      yield this.#problem(table, found);
    }
  }

  /** Where free pages are; last of all. */
  *freePages(): Findings {
    for (const found of this.#walk.free()) yield this.#problem(found.table, found);
  }

  /** The bytes of a value, or half a sentence about why they cannot be read. */
  read(value: Buffer | OverflowPlace): Buffer | string {
    return Buffer.isBuffer(value) ? value : this.#file.overflow(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file[Symbol.dispose]();
    await this.#release();
  }

  #problem(
    table: string,
    { page, message }: { readonly page: number | undefined; readonly message: string },
  ): CatalogProblem {
    return problem("file", `${this.#name}: ${table}${page === undefined ? "" : `, page ${page}`}`, message);
  }
}

/** @returns what ends the reading */
async function hold(folder: string): Promise<() => Promise<void>> {
  const environment = open({ path: folder, noSubdir: false, readOnly: true, maxDbs: 16 });
  const transaction = environment.useReadTransaction();
  return async () => {
    transaction.done();
    await environment.close();
  };
}
