/**
 * Walking an LMDB tree from its first row to its last. What is damaged is told and passed over: of a page that
 * cannot be believed all that lies beneath is missing, and the walk goes on with the next.
 */
import type { MetaPage, TreeRecord } from "./meta-page.js";
import type { PageFile } from "./page-file.js";
import type { PageUse } from "./page-use.js";
import { pageProblem, TreePage, type OverflowPlace } from "./tree-page.js";

export interface PageRow {
  readonly kind: "row";
  readonly key: Buffer;
  readonly value: Buffer | OverflowPlace;
  /** Whether the value is the record of a tree. */
  readonly isTree: boolean;
}

export interface PageProblem {
  readonly kind: "problem";
  /** undefined when it is about the tree as a whole. */
  readonly page: number | undefined;
  readonly message: string;
}

export interface WalkedTree {
  readonly file: PageFile;
  readonly meta: MetaPage;
  readonly record: TreeRecord;
  readonly use: PageUse;
  /** The order of keys: as bytes unless told. */
  readonly compare?: (a: Buffer, b: Buffer) => number;
}

interface Bounds {
  /** Keys are at or behind it. */
  readonly from: Buffer | undefined;
  /** Keys are before it. */
  readonly to: Buffer | undefined;
}

export function* walkTree(tree: WalkedTree): IterableIterator<PageRow | PageProblem> {
  const { record } = tree;
  if (record.root === undefined) return;
  if (record.root < 2 || record.root > tree.meta.lastPage) {
    yield problem(undefined, "the tree begins outside the file");
    return;
  }
  const walk = new TreeWalk(tree);
  yield* walk.pages(record.root, record.depth, { from: undefined, to: undefined });
  const difference = walk.difference();
  if (difference !== undefined) yield problem(undefined, difference);
}

class TreeWalk {
  readonly #tree: WalkedTree;
  #branches = 0;
  #leaves = 0;
  #overflow = 0;
  #rows = 0;
  #isWhole = true;

  constructor(tree: WalkedTree) {
    this.#tree = tree;
  }

  *pages(number: number, depth: number, bounds: Bounds): IterableIterator<PageRow | PageProblem> {
    const { file, meta, use } = this.#tree;
    const isLeaf = depth === 1;
    const bytes = file.page(number);
    const wrong = use.take(number, 1)
      ? bytes
        ? pageProblem(bytes, number, isLeaf, meta)
        : "the file ends before it"
      : "it is used twice";
    if (wrong !== undefined || !bytes) {
      this.#isWhole = false;
      yield problem(number, wrong ?? "");
      return;
    }
    const page = new TreePage(bytes);
    const disorder = this.#disorder(page, bounds);
    if (disorder !== undefined) {
      this.#isWhole = false;
      yield problem(number, disorder);
    }
    if (isLeaf) {
      yield* this.#rowsOf(page, number);
      return;
    }
    this.#branches++;
    for (let index = 0; index < page.count; index++) {
      const from = index === 0 ? bounds.from : page.key(index);
      const to = index + 1 < page.count ? page.key(index + 1) : bounds.to;
      yield* this.pages(page.child(index), depth - 1, { from, to });
    }
  }

  /** Where what was met is not what the tree's record says; told only when all of it could be read. */
  difference(): string | undefined {
    const { branchPages, leafPages, overflowPages, rows } = this.#tree.record;
    const isEqual =
      this.#branches === branchPages &&
      this.#leaves === leafPages &&
      this.#overflow === overflowPages &&
      this.#rows === rows;
    return isEqual || !this.#isWhole ? undefined : "the counts of its pages and rows are wrong";
  }

  *#rowsOf(page: TreePage, number: number): IterableIterator<PageRow | PageProblem> {
    this.#leaves++;
    for (let index = 0; index < page.count; index++) {
      const value = page.value(index);
      this.#rows++;
      if (!Buffer.isBuffer(value)) {
        this.#overflow += value.pages;
        if (!this.#tree.use.take(value.page, value.pages)) {
          this.#isWhole = false;
          yield problem(number, `the pages of its row ${index} are used twice`);
          continue;
        }
      }
      yield { kind: "row", key: page.key(index), value, isTree: page.isTree(index) };
    }
  }

  #disorder(page: TreePage, { from, to }: Bounds): string | undefined {
    const compare = this.#tree.compare ?? byBytes;
    let before = from;
    let isBound = true;
    for (let index = page.isLeaf ? 0 : 1; index < page.count; index++) {
      const key = page.key(index);
      const order = before ? compare(before, key) : -1;
      // The bound itself is allowed, and a key only once.
      if (order > 0 || (order === 0 && !isBound)) return "its keys are out of order";
      before = key;
      isBound = false;
    }
    return before && to && compare(before, to) >= 0 ? "its keys are out of order" : undefined;
  }
}

function byBytes(a: Buffer, b: Buffer): number {
  return Buffer.compare(a, b);
}

function problem(page: number | undefined, message: string): PageProblem {
  return { kind: "problem", page, message };
}
