/** The few that weigh most of any number that pass by. */

export class Largest<T> {
  readonly #limit: number;
  /** Descending by weight; of equal ones the first to come stands first. */
  readonly #kept: { readonly weight: number; readonly item: T }[] = [];

  /** @param limit how many are kept; 0 keeps none */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one of this weight would be kept, so that nothing needs to be made of one that would not. */
  wants(weight: number): boolean {
    if (this.#kept.length < this.#limit) return true;
    const least = this.#kept.at(-1);
    return least !== undefined && weight > least.weight;
  }

  add(weight: number, item: T): void {
    if (!this.wants(weight)) return;
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept[middle]?.weight ?? 0) >= weight) low = middle + 1;
      else high = middle;
    }
    this.#kept.splice(low, 0, { weight, item });
    if (this.#kept.length > this.#limit) this.#kept.pop();
  }

  /** Heaviest first. */
  items(): readonly T[] {
    return this.#kept.map(({ item }) => item);
  }
}
