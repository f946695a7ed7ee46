/**
 * Which parts of long contents will be asked for next: those behind the last one, as long as a content is read in a row. One read
 * alone says nothing; from the second on in the same part or the next, it is a row. Between two reads seen here others may be
 * answered from the cache, on other threads, so a row may jump as far as was told to be fetched.
 */
import { LRUCache } from "lru-cache";
import type { ContentId } from "../../core/ids.js";
import type { PartTable } from "./part-table.js";

/** Contents that are read at the same time. */
const CONTENTS_KNOWN = 64;

interface Row {
  /** The part read last. */
  readonly last: number;
  /** The last part that was told to be fetched, or read. */
  readonly told: number;
}

export class ReadAhead {
  readonly #parts: number;
  readonly #bytes: number;
  readonly #rows = new LRUCache<ContentId, Row>({ max: CONTENTS_KNOWN });

  /**
   * @param parts so many behind the one that is read
   * @param bytes as long as they have no more than so many together
   */
  constructor(parts: number, bytes: number) {
    this.#parts = parts;
    this.#bytes = bytes;
  }

  /**
   * To be told of every read.
   * @param first the first part that is read, and `last` the last
   * @returns the parts to fetch now, in order
   */
  parts(contentId: ContentId, table: PartTable, first: number, last: number): readonly number[] {
    const row = this.#rows.get(contentId);
    const isRow = row !== undefined && row.last <= first && first <= row.told + 1;
    if (!isRow) {
      this.#rows.set(contentId, { last, told: last });
      return [];
    }
    const parts: number[] = [];
    let bytes = 0;
    for (let next = last + 1; next <= last + this.#parts && next < table.count; next++) {
      const { start, end } = table.part(next);
      bytes += end - start;
      if (bytes > this.#bytes) break;
      if (next > row.told) parts.push(next);
    }
    this.#rows.set(contentId, { last, told: Math.max(row.told, parts.at(-1) ?? last) });
    return parts;
  }
}
