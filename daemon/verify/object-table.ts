/**
 * The objects of one kind, by id, with a few marks: 17 bytes each (17 MB a million), and up to three times that while the
 * table grows. They come in the order of their ids, as a store lists them, so finding one is a binary search.
 */
const NAMED = 1;
const NEEDED = 2;

export class ObjectTable<Id extends number> {
  #ids = new Float64Array(1024);
  #sizes = new Float64Array(1024);
  #marks = new Uint8Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param id greater than all before */
  add(id: Id, sizeBytes: number): void {
    if (this.#count === this.#ids.length) this.#grow();
    this.#ids[this.#count] = id;
    this.#sizes[this.#count] = sizeBytes;
    this.#count++;
  }

  /** @returns undefined when it is not there */
  sizeOf(id: Id): number | undefined {
    const at = this.#find(id);
    return at < 0 ? undefined : this.#sizes[at];
  }

  /** Some manifest or segment names it. */
  markNamed(id: Id): void {
    this.#mark(id, NAMED);
  }

  /** Some entry's content is in it. */
  markNeeded(id: Id): void {
    this.#mark(id, NEEDED);
  }

  isNeeded(id: Id): boolean {
    const at = this.#find(id);
    return at >= 0 && ((this.#marks[at] ?? 0) & NEEDED) !== 0;
  }

  *entries(): Generator<TableEntry<Id>> {
    for (let at = 0; at < this.#count; at++) {
      const marks = this.#marks[at] ?? 0;
      yield {
        id: (this.#ids[at] ?? 0) as Id,
        sizeBytes: this.#sizes[at] ?? 0,
        isNamed: (marks & NAMED) !== 0,
        isNeeded: (marks & NEEDED) !== 0,
      };
    }
  }

  #mark(id: Id, mark: number): void {
    const at = this.#find(id);
    if (at >= 0) this.#marks[at] = (this.#marks[at] ?? 0) | mark;
  }

  #find(id: Id): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#ids[low] === id ? low : -1;
  }

  #grow(): void {
    const length = this.#ids.length * 2;
    const [ids, sizes, marks] = [new Float64Array(length), new Float64Array(length), new Uint8Array(length)];
    ids.set(this.#ids);
    sizes.set(this.#sizes);
    marks.set(this.#marks);
    [this.#ids, this.#sizes, this.#marks] = [ids, sizes, marks];
  }
}

export interface TableEntry<Id extends number> {
  readonly id: Id;
  readonly sizeBytes: number;
  readonly isNamed: boolean;
  readonly isNeeded: boolean;
}
