/** An index of hashes: pages in order, and nothing in them that the catalog has not handed out. */
import { HASH_BYTES, HashPage } from "../hashed/hash-page.js";
import { keyNumber } from "../keys.js";
import type { FileState } from "./file-state.js";
import { eachRow } from "./known.js";
import type { Findings } from "./problem.js";

/**
 * @param name of the index, for messages
 * @param limit the first number that is not handed out
 */
export function* checkHashes(file: FileState, name: string, limit: number): Findings {
  yield* file.findTables();
  let previous: Buffer | undefined;
  for (const row of file.rows("pages")) {
    yield eachRow(file, name, row, ({ key, value }) => {
      const isFirst = previous === undefined;
      if (!isFirst && key.length !== HASH_BYTES) return "a page's key has another size";
      for (const entry of new HashPage(value).entries()) {
        if (previous && Buffer.compare(previous, entry.hash) >= 0) return "its hashes are out of order";
        if (!isFirst && Buffer.compare(key, entry.hash) > 0) return "it begins before its key";
        previous = entry.hash;
        if (entry.value < 1 || entry.value >= limit) return `${entry.value} was not handed out`;
      }
      return undefined;
    });
  }
  for (const row of file.rows("rows")) {
    yield eachRow(file, name, row, ({ key, value }) => {
      if (key.length !== HASH_BYTES || value.length !== 8) return "a row has another size";
      const number = keyNumber(value, 0, name);
      return number > 0 && number < limit ? undefined : `${number} was not handed out`;
    });
  }
}
