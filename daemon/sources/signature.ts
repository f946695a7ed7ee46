/**
 * The 32-bit signature of a listing entry: FNV-1a (Fowler, Noll and Vo) over a canonical encoding, finished with
 * the mixing step of MurmurHash3 so that all 32 bits depend on the last characters too. It only has to notice
 * change: size and time are compared beside it. It is kept in catalogs, so the same fields must give the same
 * number for ever; a change here makes every node of every share look changed once.
 */

export type SignatureField = string | number | bigint | undefined;

/**
 * @param fields in a fixed order; each is framed by its length, so that ("ab", "c") and ("a", "bc") differ, and
 * undefined differs from the empty text
 * @returns an unsigned 32-bit integer
 */
export function signatureOf(fields: readonly SignatureField[]): number {
  let hash = 0x811c9dc5;
  for (const field of fields) {
    const text = field === undefined ? "" : String(field);
    hash = step(hash, field === undefined ? 0xffff_ffff : text.length);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
      hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
    }
  }
  return finish(hash);
}

function step(hash: number, word: number): number {
  let next = hash;
  for (let shift = 0; shift < 32; shift += 8) next = Math.imul(next ^ ((word >>> shift) & 0xff), 0x01000193);
  return next;
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
