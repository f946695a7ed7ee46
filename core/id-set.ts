/**
 * A set of ids as one bit each, in pages that are made when an id in them is added: a billion ids handed out one after
 * another take 125 MB, and ids that nobody has take nothing.
 */
const PAGE_BITS = 19;
const PAGE_IDS = 1 << PAGE_BITS;

export class IdSet {
  readonly #pages = new Map<number, Uint8Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    const page = this.#pages.get(Math.floor(id / PAGE_IDS));
    const bit = id % PAGE_IDS;
    return page !== undefined && ((page[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  /** @returns whether it is new */
  add(id: number): boolean {
    const index = Math.floor(id / PAGE_IDS);
    let page = this.#pages.get(index);
    if (!page) this.#pages.set(index, (page = new Uint8Array(PAGE_IDS >>> 3)));
    const bit = id % PAGE_IDS;
    const before = page[bit >>> 3] ?? 0;
    const mask = 1 << (bit & 7);
    if ((before & mask) !== 0) return false;
    page[bit >>> 3] = before | mask;
    this.#size++;
    return true;
  }
}
