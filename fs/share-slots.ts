/** Small numbers for shares, from 0, given out as shares are met and never given to another while the mount lives. */
import { formatShareName, type ShareName } from "../core/names.js";
import { FileSystemError } from "./errors.js";
import { MOST_SLOTS } from "./node-number.js";

export class ShareSlots {
  readonly #byName = new Map<string, number>();
  readonly #names: (ShareName | undefined)[] = [];

  /** @throws FileSystemError `EOVERFLOW` when more shares were looked into than there are numbers */
  slotOf(name: ShareName): number {
    const key = formatShareName(name);
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const slot = this.#names.length;
    if (slot >= MOST_SLOTS) throw new FileSystemError("EOVERFLOW");
    this.#names.push(name);
    this.#byName.set(key, slot);
    return slot;
  }

  /** Whether a share has got its number. */
  has(name: ShareName): boolean {
    return this.#byName.has(formatShareName(name));
  }

  /** Takes over a number that was given out elsewhere. */
  set(slot: number, name: ShareName): void {
    this.#names[slot] = name;
    this.#byName.set(formatShareName(name), slot);
  }

  /** @returns undefined when it was not given out */
  nameOf(slot: number): ShareName | undefined {
    return this.#names[slot];
  }
}
