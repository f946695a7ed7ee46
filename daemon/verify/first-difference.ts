/** Where two streams of bytes begin to differ. */

const NOTHING = new Uint8Array(0);

/**
 * @param one is read to its end in any case, so that whoever gives it can vouch for it: what it throws there counts more
 * than a difference
 * @returns the offset of the first byte that is not the same, or is there only once; undefined when all are the same
 */
export async function firstDifference(
  one: AsyncIterable<Uint8Array>,
  other: AsyncIterable<Uint8Array>,
): Promise<number | undefined> {
  const others = other[Symbol.asyncIterator]();
  let right: Uint8Array = NOTHING;
  let at = 0;
  let found: number | undefined;
  try {
    for await (const piece of one) {
      let left = piece;
      while (found === undefined && left.length > 0) {
        if (right.length === 0) right = await nextOf(others);
        const count = Math.min(left.length, right.length);
        if (count === 0) found = at;
        else if (Buffer.compare(left.subarray(0, count), right.subarray(0, count)) !== 0) {
          found = at + left.findIndex((byte, index) => byte !== right[index]);
        }
        at += count;
        left = left.subarray(count);
        right = right.subarray(count);
      }
    }
    if (found !== undefined) return found;
    if (right.length === 0) right = await nextOf(others);
    return right.length === 0 ? undefined : at;
  } finally {
    await others.return?.();
  }
}

/** Empty at the end alone. */
async function nextOf(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  for (;;) {
    const { done, value } = await pieces.next();
    if (done === true) return NOTHING;
    if (value.length > 0) return value;
  }
}
