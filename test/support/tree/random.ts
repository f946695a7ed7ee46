// Owns chance in tests: a small seeded generator, so that every failure can be had again from the seed in its message.

/** A deterministic stream of choices; equal seeds give equal streams on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 random bits: Weyl sequence through the finaliser of MurmurHash3; good enough to choose test data, no more. */
  bits(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }

  /** A whole number in [from, to], both included. */
  integer(from: number, to: number): number {
    return from + Math.floor((this.bits() / 2 ** 32) * (to - from + 1));
  }

  /** True in `probability` of the cases. */
  chance(probability: number): boolean {
    return this.bits() < probability * 2 ** 32;
  }

  /** One of `choices`, which may not be empty. */
  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError("nothing to pick from");
    return choices[this.integer(0, choices.length - 1)] as T;
  }

  /** A key of `weights`, as often as its weight says. */
  pickWeighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let rest = (this.bits() / 2 ** 32) * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      rest -= weight;
      if (rest < 0) return key;
    }
    throw new RangeError("the weights are all zero");
  }

  /** Bytes that no compressor makes smaller. */
  bytes(length: number): Uint8Array {
    const buffer = Buffer.alloc(Math.ceil(length / 4) * 4);
    for (let at = 0; at < buffer.length; at += 4) buffer.writeUInt32LE(this.bits(), at);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, length);
  }

  /** Bytes that look like text, and that a compressor makes a good deal smaller. */
  text(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const word = this.pick(vocabulary);
      for (let i = 0; i < word.length && at < length; i++) bytes[at++] = word[i] as number;
    }
    return bytes;
  }
}

// Prepared as bytes, since large files consist of millions of words.
const vocabulary =
  "invoice contract minutes draft final copy north south harbour bridge ledger supplier Müller señor naïve 2026 total 3.14 figure appendix"
    .split(" ")
    .flatMap((word, i) => [`${word} `, i % 5 === 0 ? `${word}\n` : `${word} `])
    .map((word) => Buffer.from(word));
