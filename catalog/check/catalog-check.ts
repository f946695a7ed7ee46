/**
 * Checking a catalog: everything that its tables promise each other, from the pages of the file up, without changing
 * anything and without LMDB (see file-state.ts), so that no damage can end the process. All of the node tree is seen as it was at one moment,
 * whatever a backup writes meanwhile.
 *
 * Tables are walked in the order of their keys. Beside a byte for each node that was ever there and the pages asked for
 * last, nothing grows with the tree.
 */
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { SharestrataError } from "../../core/errors.js";
import { checkPlacesAgain, checkRuns, checkStamps, checkSums } from "./after-leaves.js";
import { checkContents, checkPermissions, checkPruned, checkSegments } from "./contents-check.js";
import { checkHashes } from "./hashes-check.js";
import { FileState } from "./file-state.js";
import { Known } from "./known.js";
import { checkLeaves } from "./leaves-check.js";
import { checkPlaces } from "./places-check.js";
import type { CatalogProblem, CheckCounts, Findings } from "./problem.js";
import { SnapshotSums } from "./snapshot-sums.js";
import { TreeParts } from "./tree-parts.js";

/** A few milliseconds of reading pages. */
const BITS_A_TURN = 64;

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called some times a second, when `counts` have grown. */
  readonly onProgress?: (() => void) | undefined;
}

export class CatalogCheck {
  readonly #folder: string;
  readonly #options: CheckOptions;
  readonly #files: FileState[] = [];
  #bits = 0;
  /** Of what was looked at so far. */
  readonly counts: CheckCounts = { bytes: 0, entries: 0, directories: 0, snapshots: 0, problems: 0 };

  /** @param folder of the catalog */
  constructor(folder: string, options: CheckOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * Once. Nothing found means that the catalog is sound.
   * @throws SharestrataError `STORE_UNINITIALISED` when there is no catalog, `NEWER_FORMAT`; OutdatedCatalogError; the
   * signal's reason; the system's own errors
   */
  async *run(): AsyncIterableIterator<CatalogProblem> {
    // Before the tree: an index is filled after it, so it knows no more than the tree that is looked at later.
    await using dedup = await this.#open("dedup");
    await using identities = await this.#open("identities");
    const tree = await FileState.open(this.#folder, "data.mdb");
    if (tree === undefined) {
      throw new SharestrataError("STORE_UNINITIALISED", `There is no catalog in ${this.#folder} yet.`, {
        where: this.#folder,
      });
    }
    if (!(tree instanceof FileState)) {
      yield* this.#told([tree]);
      return;
    }
    await using file = tree;
    this.#files.push(file);
    const known = new Known(file, this.#folder);
    yield* this.#told(file.findTables());
    yield* this.#told(known.read());
    this.counts.snapshots = known.snapshots.length;
    yield* this.#told(checkTree(new TreeParts(file, known, this.counts), known));
    yield* this.#told(checkContents(file, known));
    yield* this.#told(checkPruned(file, known));
    yield* this.#told(checkSegments(file, known));
    yield* this.#told(checkPermissions(file, known));
    yield* this.#told(file.freePages());
    for (const [index, check] of [
      [dedup, (of: FileState) => checkHashes(of, "dedup", known.state?.next.content ?? Number.POSITIVE_INFINITY)],
      [
        identities,
        (of: FileState) => checkHashes(of, "identities", known.state?.next.node ?? Number.POSITIVE_INFINITY),
      ],
    ] as const) {
      if (index.problem) yield* this.#told([index.problem]);
      if (!index.file) continue;
      this.#files.push(index.file);
      yield* this.#told(check(index.file));
      yield* this.#told(index.file.freePages());
    }
  }

  #count(): void {
    this.counts.bytes = this.#files.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  async #open(part: "dedup" | "identities"): Promise<OpenedIndex> {
    const opened = await FileState.open(join(this.#folder, part), `${part}/data.mdb`);
    return new OpenedIndex(opened);
  }

  async *#told(findings: Iterable<CatalogProblem | undefined>): AsyncIterableIterator<CatalogProblem> {
    for (const found of findings) {
      if (found) {
        this.counts.problems++;
        yield found;
      }
      if (++this.#bits % BITS_A_TURN !== 0) continue;
      this.#count();
      this.#options.onProgress?.();
      await nextTurn();
      this.#options.signal?.throwIfAborted();
    }
    this.#count();
  }
}

/** An index that lives beside the tree. It may not be there, or not be readable. */
class OpenedIndex implements AsyncDisposable {
  readonly file: FileState | undefined;
  readonly problem: CatalogProblem | undefined;

  constructor(opened: FileState | CatalogProblem | undefined) {
    if (opened instanceof FileState) this.file = opened;
    else this.problem = opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file?.[Symbol.asyncDispose]();
  }
}

function* checkTree(parts: TreeParts, known: Known): Findings {
  const sums = new SnapshotSums(known.snapshots);
  yield* checkPlaces(parts);
  for (const table of [parts.runs, parts.stamps]) {
    for (const page of table.scan()) yield "message" in page ? page : undefined;
  }
  yield* checkLeaves(parts, sums);
  yield* checkPlacesAgain(parts);
  yield* checkRuns(parts);
  yield* checkStamps(parts);
  yield* checkSums(parts, sums);
}
