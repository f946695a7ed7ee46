/**
 * Beginnings of names that more names have than a part of a listing holds. Whatever a beginning of one of them is has as many, so that how
 * much of a name has to be given to be in a part is known before it is asked.
 */

/** Who asks in order comes back to the latest ones alone; one that is forgotten costs a request. */
const MOST = 32;
/** What may be cut off the end of a name somewhere on the way, as Windows does. */
const TRIMMED = /[ .]$/;
const HIGH_SURROGATE = /[\uD800-\uDBFF]$/;

export class OverfullPrefixes {
  /** Keys, the latest last. */
  readonly #prefixes: string[] = [];

  /**
   * How many letters of a name its part may have in common: none as long as nothing is overfull.
   * @param key of the same length as the name
   * @returns undefined when the whole name is not enough
   */
  lengthFor(name: string, key: string): number | undefined {
    let length = 0;
    for (const prefix of this.#prefixes) length = Math.max(length, commonLength(prefix, key) + 1);
    while (length < name.length && isUnsafe(name.slice(0, length))) length++;
    return length > name.length ? undefined : length;
  }

  /** @param keys of names that begin so: what all of them have in common is overfull as well */
  add(prefixKey: string, keys: Iterable<string>): void {
    let common: string | undefined;
    for (const key of keys) common = common === undefined ? key : common.slice(0, commonLength(common, key));
    // What begins with the whole of a name is not found by giving more of it.
    const longest = common !== undefined && common.length > prefixKey.length ? common : prefixKey;
    this.#prefixes.push(longest);
    if (this.#prefixes.length > MOST) this.#prefixes.shift();
  }
}

function isUnsafe(prefix: string): boolean {
  return prefix !== "" && (TRIMMED.test(prefix) || HIGH_SURROGATE.test(prefix));
}

function commonLength(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}
