/**
 * The trees of an LMDB file: that of its free pages and that of its tables, whose rows are the records of theirs. A page
 * belongs to one of them and to one place in it.
 */
import type { MetaPage, TreeRecord } from "./meta-page.js";
import { treeRecord } from "./meta-page.js";
import type { PageFile } from "./page-file.js";
import { PageUse } from "./page-use.js";
import { walkTree, type PageProblem, type PageRow } from "./tree-walk.js";

export interface EnvironmentProblem extends PageProblem {
  /** Table, or what else of the file. */
  readonly table: string;
}

export class EnvironmentWalk {
  readonly #file: PageFile;
  readonly #meta: MetaPage;
  readonly #use: PageUse;

  /** @param meta of the state that is to be walked */
  constructor(file: PageFile, meta: MetaPage) {
    this.#file = file;
    this.#meta = meta;
    this.#use = new PageUse(meta.lastHandedOut);
  }

  /** The records of all tables. Once, before all else. */
  *tables(): IterableIterator<
    EnvironmentProblem | { readonly kind: "table"; readonly name: string; readonly record: TreeRecord }
  > {
    const { main } = this.#meta;
    if (main.flags !== 0) yield { kind: "problem", table: "tables", page: undefined, message: "its flags are unknown" };
    for (const found of this.rows(main)) {
      if (found.kind === "problem") {
        yield { ...found, table: "tables" };
        continue;
      }
      // lmdb-js keeps rows of its own beside the tables' records.
      if (!found.isTree) continue;
      const name = found.key.toString("latin1").replace(/\0+$/, "");
      const record = Buffer.isBuffer(found.value) ? treeRecord(found.value) : undefined;
      if (record?.flags === 0) yield { kind: "table", name, record };
      else yield { kind: "problem", table: name, page: undefined, message: "its record is damaged" };
    }
  }

  /** The rows of a tree. Each tree once: its pages are in use from then on. */
  rows(record: TreeRecord): IterableIterator<PageRow | PageProblem> {
    return walkTree({ file: this.#file, meta: this.#meta, record, use: this.#use });
  }

  /** What is wrong with the lists of free pages; when all trees have been walked. */
  *free(): IterableIterator<EnvironmentProblem> {
    const tree = { file: this.#file, meta: this.#meta, record: this.#meta.free, use: this.#use, compare: byNumber };
    for (const found of walkTree(tree)) {
      if (found.kind === "problem") {
        yield { ...found, table: "free pages" };
        continue;
      }
      const message = this.#listProblem(found);
      if (message !== undefined) yield { kind: "problem", table: "free pages", page: undefined, message };
    }
  }

  /** A list is the number of its words, and in each a page; or, less than 0, of how many that follow the next one is the first. */
  #listProblem({ key, value }: PageRow): string | undefined {
    if (key.length !== 8 || Number(key.readBigUInt64LE(0)) > this.#meta.transaction) return "a list has a wrong key";
    const bytes = Buffer.isBuffer(value) ? value : this.#file.overflow(value);
    if (typeof bytes === "string") return `a list cannot be read: ${bytes}`;
    const count = bytes.length < 8 ? -1 : Number(bytes.readBigUInt64LE(0));
    if (count < 0 || (count + 1) * 8 > bytes.length) return "a list is cut off";
    for (let index = 1, run = 1; index <= count; index++) {
      const word = Number(bytes.readBigInt64LE(index * 8));
      if (word <= 0) {
        run = Math.max(1, -word);
        continue;
      }
      if (word < 2 || word + run - 1 > this.#meta.lastHandedOut) return "a list names a page that is not in the file";
      if (!this.#use.take(word, run)) return `a page that is in use counts as free (${word})`;
      run = 1;
    }
    return undefined;
  }
}

function byNumber(a: Buffer, b: Buffer): number {
  if (a.length !== 8 || b.length !== 8) return a.length - b.length;
  const difference = a.readBigUInt64LE(0) - b.readBigUInt64LE(0);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
