/** What guessing a passphrase costs (scrypt, RFC 7914), and so does knowing it. */

export interface ScryptCost {
  /** A power of two. Memory is 128 · n · r bytes, work is n · r · p. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and some 0.4 s: what a person does not mind once a command, and a guesser does each time. */
export const SCRYPT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };

/** A slot is read before it can be trusted, so what it may ask for is bounded: a gigabyte, and some 16 times the work. */
const MOST_BYTES = 2 ** 30;
const MOST_WORK = 2 ** 24;

/** Why a slot may not ask for so much, or cannot mean it; undefined when it may. */
export function costProblem({ n, r, p }: ScryptCost): string | undefined {
  const isSound = [n, r, p].every((value) => Number.isSafeInteger(value) && value > 0);
  if (!isSound || n < 2 || !Number.isInteger(Math.log2(n))) return "its scrypt parameters mean nothing";
  if (128 * n * r > MOST_BYTES || n * r * p > MOST_WORK) return "its scrypt parameters ask for too much";
  return undefined;
}
