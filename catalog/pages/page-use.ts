/** Which pages of a file belong to something: a bit each, so 4 KB for every 128 MB of the file. */
export class PageUse {
  readonly #bits: Uint8Array;

  constructor(lastPage: number) {
    this.#bits = new Uint8Array(Math.floor(lastPage / 8) + 1);
    this.take(0, 2);
  }

  /** @returns false when one of them is somebody else's */
  take(first: number, count: number): boolean {
    let isFree = true;
    for (let page = first; page < first + count; page++) {
      const bit = 1 << (page & 7);
      const byte = this.#bits[page >>> 3] ?? 0xff;
      if ((byte & bit) !== 0) isFree = false;
      else this.#bits[page >>> 3] = byte | bit;
    }
    return isFree;
  }
}
