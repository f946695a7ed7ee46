/**
 * Seeded random numbers: equal seeds give equal trees on every machine. The generator is sfc32 (Chris Doty-Humphrey,
 * PractRand): 128 bits of state in four 32-bit words, additions, shifts and xors only.
 */

const WARM_UP = 16;

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | undefined;
  readonly #words = new Uint32Array(2);
  readonly #wide = new BigUint64Array(this.#words.buffer);

  /** @param stream numbers of different streams of one seed have nothing to do with each other */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 0x1_0000_0000) | 0;
    this.#c = stream | 0;
    for (let round = 0; round < WARM_UP; round++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  uint64(): bigint {
    this.#words[0] = this.uint32();
    this.#words[1] = this.uint32();
    return this.#wide[0] ?? 0n;
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** 0 … limit − 1. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** from … to, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** Mean 0, standard deviation 1 (Box and Muller). */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    const angle = 2 * Math.PI * this.unit();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Half of the values are below `median`; about two thirds within a factor of e^sigma of it. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** The nearest whole number at random, so that the mean stays. */
  round(value: number): number {
    return Math.floor(value + this.unit());
  }
}
