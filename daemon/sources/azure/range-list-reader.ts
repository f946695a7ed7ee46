/**
 * Reads the service's list of ranges as it arrives. A disk image of a terabyte may have a million of them, of which the SDK's parser
 * makes a gigabyte, with the thread to itself for half a minute.
 */
import type { ByteRanges } from "../../../core/byte-range.js";
import { CoarseRanges } from "../../../core/coarse-ranges.js";
import { MalformedXml } from "./xml.js";

const HEAD = /^\s*(?:<\?xml[^>]*\?>)?\s*<Ranges\b[^>]*?(\/?)>/;
const RANGE = /\s*<(Range|ClearRange)>\s*<Start>(\d{1,15})<\/Start>\s*<End>(\d{1,15})<\/End>\s*<\/\1>/y;
const TAIL = /^\s*<\/Ranges>\s*$/;
/** Longer than a range or the head can be. */
const LONGEST_REST = 4096;

export class RangeListReader {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #ranges = new CoarseRanges();
  #rest = "";
  #hasHead = false;
  /** The list is one empty element. */
  #isEmpty = false;

  /** @throws MalformedXml */
  push(bytes: Uint8Array): void {
    this.#rest += this.#decode(bytes);
    this.#take();
    if (this.#rest.length > LONGEST_REST) throw new MalformedXml("what is no range stands in a list of ranges");
  }

  /**
   * @returns what was written to and what was cleared, which reads as zeros now and may have been something else
   * @throws MalformedXml above all when the body was cut short
   */
  finish(): ByteRanges {
    this.#take();
    const isWhole = this.#isEmpty ? this.#rest.trim() === "" : this.#hasHead && TAIL.test(this.#rest);
    if (!isWhole) throw new MalformedXml("the list of ranges has no end");
    return this.#ranges.ranges();
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new MalformedXml("the list of ranges is no UTF-8", { cause: error });
    }
  }

  #take(): void {
    if (!this.#hasHead) {
      const head = HEAD.exec(this.#rest);
      if (!head) return;
      this.#hasHead = true;
      this.#isEmpty = head[1] === "/";
      this.#rest = this.#rest.slice(head[0].length);
    }
    if (this.#isEmpty) return;
    let at = 0;
    for (;;) {
      RANGE.lastIndex = at;
      const found = RANGE.exec(this.#rest);
      if (!found) break;
      at = RANGE.lastIndex;
      // `End` is the last byte.
      this.#ranges.add({ start: Number(found[2]), end: Number(found[3]) + 1 });
    }
    this.#rest = this.#rest.slice(at);
  }
}
