/**
 * Where in a long content which part begins: prefix sums in typed arrays, so that a file of a million chunks costs
 * sixteen bytes a chunk and a read finds its part in twenty steps.
 */
import { DamagedError } from "../../core/errors.js";
import type { ContentId } from "../../core/ids.js";
import type { ContentPart } from "../../core/node.js";

export class PartTable {
  readonly #ids: Float64Array;
  /** The offset behind each part. */
  readonly #ends: Float64Array;

  /** @throws DamagedError when the parts do not add up to `sizeBytes` or one of them is empty */
  constructor(contentId: ContentId, parts: readonly ContentPart[], sizeBytes: number) {
    this.#ids = new Float64Array(parts.length);
    this.#ends = new Float64Array(parts.length);
    let end = 0;
    for (const [index, part] of parts.entries()) {
      if (part.sizeBytes <= 0) throw wrongList(contentId, `part ${index} is empty`);
      end += part.sizeBytes;
      this.#ids[index] = part.contentId;
      this.#ends[index] = end;
    }
    if (end !== sizeBytes) throw wrongList(contentId, `its parts hold ${end} bytes, and it should have ${sizeBytes}`);
  }

  get count(): number {
    return this.#ids.length;
  }

  /** What the table itself occupies. */
  get memoryBytes(): number {
    return this.#ids.byteLength + this.#ends.byteLength + 64;
  }

  /** @returns the index of the part that holds the byte at `offset`; `count` when the offset is behind the last */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** @param index 0 … count − 1 */
  part(index: number): { readonly contentId: ContentId; readonly start: number; readonly end: number } {
    const end = this.#ends[index];
    if (end === undefined) throw new RangeError(`there is no part ${index}`);
    return { contentId: this.#ids[index] as ContentId, start: index === 0 ? 0 : (this.#ends[index - 1] ?? 0), end };
  }
}

function wrongList(contentId: ContentId, what: string): DamagedError {
  const where = `content ${contentId}`;
  return new DamagedError(`The list of parts of ${where} is wrong: ${what}.`, { where, contentId });
}
