/**
 * The pass over all entries, leaf by leaf: keys and checksums of leaves here, what stands in them in entries-check.ts. A
 * leaf that cannot be read is told, and the pass goes on with the next.
 */
import { DamagedError, messageOf } from "../../core/errors.js";
import { ROOT_NODE } from "../../core/ids.js";
import { decodeLeaf, verifyLeaf } from "../leaf/leaf.js";
import { DIRECTORY_BYTES, entryKey } from "../leaf/leaf-key.js";
import { decodeSection, type Section } from "../leaf/section.js";
import { EntriesCheck } from "./entries-check.js";
import { problem, type CatalogProblem, type Findings } from "./problem.js";
import type { SnapshotSums } from "./snapshot-sums.js";
import type { TreeParts } from "./tree-parts.js";

export function* checkLeaves(parts: TreeParts, sums: SnapshotSums): Findings {
  const { file } = parts;
  const check = new LeavesCheck(parts, sums);
  for (const row of file.rows("leaves")) {
    if ("message" in row) {
      check.skip();
      yield row;
      continue;
    }
    const bytes = file.read(row.value);
    if (typeof bytes === "string") {
      check.skip();
      file.broken.add("leaves");
      yield problem("file", leafName(row.key), bytes);
    } else yield* check.leaf(row.key, bytes);
    yield undefined;
  }
  if (parts.areLeavesWhole && !parts.marks.isLive(ROOT_NODE) && parts.known.snapshots.length > 0) {
    yield problem("tree", "leaves", "there is no root");
  }
}

class LeavesCheck {
  readonly #parts: TreeParts;
  readonly #entries: EntriesCheck;
  /** Where the entry before is. */
  #last: Buffer | undefined;
  #isFirst = true;

  constructor(parts: TreeParts, sums: SnapshotSums) {
    this.#parts = parts;
    this.#entries = new EntriesCheck(parts, sums);
  }

  /** A part of the table is missing here. */
  skip(): void {
    this.#entries.skip();
    this.#isFirst = false;
  }

  *leaf(key: Buffer, bytes: Buffer): Findings {
    const where = leafName(key);
    if (this.#isFirst && !key.equals(Buffer.alloc(DIRECTORY_BYTES))) {
      yield problem("order", where, "the first leaf's key is not before everything");
    }
    this.#isFirst = false;
    // Of the leaf before; only it can hold what belongs behind this key.
    if (this.#last && Buffer.compare(this.#last, key) >= 0) {
      yield problem("order", where, "the leaf before it reaches behind its key");
    }
    let sections: readonly Section[];
    try {
      sections = decodeLeaf(verifyLeaf(bytes));
    } catch (error) {
      yield this.#unreadable(where, error);
      return;
    }
    yield* this.#sections(key, where, sections);
  }

  *#sections(key: Buffer, where: string, sections: readonly Section[]): Findings {
    let isFirst = true;
    let before = -1;
    for (const section of sections) {
      try {
        const entries = decodeSection(section);
        if (section.directory <= before) yield problem("order", where, "its directories are out of order");
        before = section.directory;
        const [first, last] = [entries[0], entries.at(-1)];
        if (!first || !last) {
          yield problem("record", where, `it has nothing of directory ${section.directory}`);
          continue;
        }
        if (isFirst && Buffer.compare(entryKey(section.directory, first, false), key) < 0) {
          yield problem("order", where, "it begins before its key");
        }
        isFirst = false;
        this.#last = entryKey(section.directory, last, false);
        yield* this.#entries.section(section.directory, entries);
      } catch (error) {
        yield this.#unreadable(where, error);
        return;
      }
    }
  }

  #unreadable(where: string, error: unknown): CatalogProblem {
    if (!(error instanceof DamagedError)) throw error;
    this.#parts.file.broken.add("leaves");
    this.skip();
    return problem("record", where, messageOf(error));
  }
}

function leafName(key: Buffer): string {
  if (key.length < DIRECTORY_BYTES) return `leaves: the leaf ${key.toString("hex")}`;
  const name = key.toString("utf8", DIRECTORY_BYTES);
  const from = name === "" ? "" : ` ${JSON.stringify(name)}`;
  return `leaves: the leaf from directory ${key.readBigUInt64BE(0)}${from}`;
}
