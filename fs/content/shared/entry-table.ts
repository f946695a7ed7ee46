/**
 * The blobs of a shared memory by share and content id, and which of them goes when room is needed: a clock, that is about the
 * one longest not asked for. What is being loaded or viewed stays. Called under the lock.
 */
import { Entry, Header, State, type Layout } from "./layout.js";
import { freeUnits, takeUnits, unitsFor } from "./unit-space.js";

const HIGH = 2 ** 32;

export class EntryTable {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** @returns its number, −1 when there is none */
  find(slot: number, contentId: number): number {
    const { entries, buckets } = this.#layout;
    const low = contentId | 0;
    const high = Math.floor(contentId / HIGH);
    for (let next = buckets[this.#bucket(slot, low)] ?? 0; next > 0;) {
      const at = (next - 1) * Entry.wordCount;
      const isIt = entries[at + Entry.idLow] === low && entries[at + Entry.slot] === slot;
      if (isIt && entries[at + Entry.idHigh] === high) return next - 1;
      next = entries[at + Entry.next] ?? 0;
    }
    return -1;
  }

  get(entry: number, field: number): number {
    return this.#layout.entries[entry * Entry.wordCount + field] ?? 0;
  }

  set(entry: number, field: number, value: number): void {
    this.#layout.entries[entry * Entry.wordCount + field] = value;
  }

  /** A new entry without bytes, being loaded. @returns its number, −1 when there is no room for one more */
  add(slot: number, contentId: number, owner: number): number {
    const entry = this.#take();
    if (entry < 0) return -1;
    const low = contentId | 0;
    const bucket = this.#bucket(slot, low);
    this.set(entry, Entry.slot, slot);
    this.set(entry, Entry.idLow, low);
    this.set(entry, Entry.idHigh, Math.floor(contentId / HIGH));
    this.set(entry, Entry.sizeBytes, 0);
    this.set(entry, Entry.firstUnit, 0);
    this.set(entry, Entry.state, State.loading);
    this.set(entry, Entry.owner, owner);
    this.set(entry, Entry.isUsed, 0);
    this.set(entry, Entry.next, this.#layout.buckets[bucket] ?? 0);
    this.#layout.buckets[bucket] = entry + 1;
    return entry;
  }

  /** Gives an entry its room, at the cost of others. @returns whether there was enough */
  giveRoom(entry: number, sizeBytes: number): boolean {
    const count = unitsFor(sizeBytes);
    if (count > this.#layout.unitCount || !this.#makeRoom(count)) return false;
    this.set(entry, Entry.sizeBytes, sizeBytes);
    this.set(entry, Entry.firstUnit, takeUnits(this.#layout, count));
    return true;
  }

  remove(entry: number): void {
    const { entries, buckets, header } = this.#layout;
    const bucket = this.#bucket(this.get(entry, Entry.slot), this.get(entry, Entry.idLow));
    const behind = this.get(entry, Entry.next);
    let next = buckets[bucket] ?? 0;
    if (next === entry + 1) buckets[bucket] = behind;
    while (next > 0 && next !== entry + 1) {
      const at = (next - 1) * Entry.wordCount + Entry.next;
      next = entries[at] ?? 0;
      if (next === entry + 1) entries[at] = behind;
    }
    freeUnits(this.#layout, this.get(entry, Entry.firstUnit));
    this.set(entry, Entry.state, State.free);
    this.set(entry, Entry.firstUnit, 0);
    this.set(entry, Entry.next, header[Header.freeEntry] ?? 0);
    header[Header.freeEntry] = entry + 1;
  }

  /** Removes what a user was loading. */
  dropLoading(owner: number): void {
    const top = this.#layout.header[Header.top] ?? 0;
    for (let entry = 0; entry < top; entry++) {
      const isLoading = this.get(entry, Entry.state) === State.loading;
      if (isLoading && this.get(entry, Entry.owner) === owner) this.remove(entry);
    }
  }

  #bucket(slot: number, low: number): number {
    return ((Math.imul(low ^ Math.imul(slot + 1, 0x9e3779b1), 0x85ebca6b) >>> 7) >>> 0) % this.#layout.buckets.length;
  }

  #take(): number {
    const { header, unitCount } = this.#layout;
    if ((header[Header.freeEntry] ?? 0) === 0) {
      const top = header[Header.top] ?? 0;
      if (top < unitCount) {
        header[Header.top] = top + 1;
        return top;
      }
      if (!this.#evict()) return -1;
    }
    const entry = (header[Header.freeEntry] ?? 0) - 1;
    header[Header.freeEntry] = this.get(entry, Entry.next);
    return entry;
  }

  #makeRoom(units: number): boolean {
    const { header } = this.#layout;
    while ((header[Header.freeUnits] ?? 0) < units) if (!this.#evict()) return false;
    return true;
  }

  /** Twice round at most: on the first time marks are taken away. @returns whether one could go */
  #evict(): boolean {
    const { header } = this.#layout;
    const top = header[Header.top] ?? 0;
    for (let steps = 0; steps <= 2 * top; steps++) {
      const hand = header[Header.hand] ?? 0;
      const entry = hand < top ? hand : 0;
      header[Header.hand] = entry + 1;
      if (this.get(entry, Entry.state) !== State.ready) continue;
      if (this.get(entry, Entry.isUsed) !== 0) {
        this.set(entry, Entry.isUsed, 0);
      } else if (!this.#isPinned(entry)) {
        this.remove(entry);
        return true;
      }
    }
    return false;
  }

  #isPinned(entry: number): boolean {
    return this.#layout.pins.includes(entry + 1);
  }
}
