/**
 * A set of node ids. Ids are handed out in runs, so the children of one directory lie close together: a bit each, in
 * pages of 4 096 ids, holds a directory of a million entries in a few hundred kilobytes.
 */
import type { NodeId } from "../../core/ids.js";

const PAGE_IDS = 4096;

export class NodeSet {
  readonly #pages = new Map<number, Uint8Array>();

  add(nodeId: NodeId): void {
    const number = Math.floor(nodeId / PAGE_IDS);
    let page = this.#pages.get(number);
    if (!page) {
      page = new Uint8Array(PAGE_IDS / 8);
      this.#pages.set(number, page);
    }
    const bit = nodeId % PAGE_IDS;
    page[bit >> 3] = (page[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  has(nodeId: NodeId): boolean {
    const bit = nodeId % PAGE_IDS;
    const byte = this.#pages.get(Math.floor(nodeId / PAGE_IDS))?.[bit >> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }

  /** Ascending. What is added meanwhile may be passed over. */
  *all(): IterableIterator<NodeId> {
    for (const number of [...this.#pages.keys()].sort((a, b) => a - b)) {
      for (let bit = 0; bit < PAGE_IDS; bit++) {
        const nodeId = (number * PAGE_IDS + bit) as NodeId;
        if (this.has(nodeId)) yield nodeId;
      }
    }
  }
}
