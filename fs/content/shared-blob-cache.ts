/**
 * Plain bytes of blobs in memory that all threads of the process share: one budget for all shares and snapshots. Whoever puts
 * something in has verified it, so what is found may be served. One thread at a time loads a blob; the others are told so, and
 * may wait for it. Bytes are handed out as views of the shared memory: they stay as they are until the thread that has them
 * releases them, whatever else goes on.
 *
 * No thread can hold up another for good: the lock is short, a thread that dies with it in its hands only switches the cache
 * off, and what a dead thread was loading or viewing is given free by `retire`.
 */
import { threadId } from "node:worker_threads";
import type { ContentId } from "../../core/ids.js";
import { EntryTable } from "./shared/entry-table.js";
import {
  Entry,
  Header,
  layoutOf,
  MOST_USERS,
  newMemory,
  PINS_PER_USER,
  State,
  UNIT_BYTES,
  type Layout,
} from "./shared/layout.js";
import { SharedLock } from "./shared/lock.js";
import { viewUnits } from "./shared/unit-space.js";

/** What a mount keeps by default. Large enough for a dozen chunks of large files, a fifth of the memory budget. */
export const DEFAULT_CACHE_BYTES = 32 * 1024 * 1024;

/** Can be passed to other threads. */
export interface BlobCacheHandle {
  /** Tells the caches of a process apart. */
  readonly id: number;
  readonly memory: SharedArrayBuffer;
}

/** `claimed`: the asker is to load it, and then to `put` or `abandon` it. `off`: nothing can be kept. */
export type Claim = "claimed" | "loading" | "ready" | "off";

export class SharedBlobCache {
  readonly #layout: Layout;
  readonly #table: EntryTable;
  readonly #lock: SharedLock;
  readonly handle: BlobCacheHandle;
  readonly #user: number;
  #pinned = 0;

  /** @param maxBytes what it may take in all; a blob larger than about that is never kept */
  static create(maxBytes: number = DEFAULT_CACHE_BYTES): SharedBlobCache {
    return new SharedBlobCache({ id: ++created, memory: newMemory(maxBytes) });
  }

  /** The same cache on another thread. @throws RangeError behind the 31st that is in use */
  static attach(handle: BlobCacheHandle): SharedBlobCache {
    return new SharedBlobCache(handle);
  }

  private constructor(handle: BlobCacheHandle) {
    this.handle = handle;
    this.#layout = layoutOf(handle.memory);
    this.#user = newUser(this.#layout);
    this.#table = new EntryTable(this.#layout);
    this.#lock = new SharedLock(this.#layout.header, this.#user);
  }

  /** What blobs occupy now. */
  get sizeBytes(): number {
    const { header, unitCount } = this.#layout;
    return (unitCount - Atomics.load(header, Header.freeUnits)) * UNIT_BYTES;
  }

  /** What blobs may occupy. */
  get roomBytes(): number {
    return this.#layout.unitCount * UNIT_BYTES;
  }

  /** Whether a blob is there, or being loaded. */
  has(slot: number, contentId: ContentId): boolean {
    if (this.#layout.unitCount === 0) return false;
    return this.#lock.run(() => this.#table.find(slot, contentId) >= 0, false);
  }

  /** Whether a thread has died with the lock in its hands: then nothing is found or kept any more. */
  get isOff(): boolean {
    return this.#lock.isOff;
  }

  /**
   * The bytes from `start` to `end` of a blob, in pieces, if it is there and has `sizeBytes` in all. They must not be written to, and are
   * valid until `release`.
   */
  view(slot: number, contentId: ContentId, sizeBytes: number, start: number, end: number): Uint8Array[] | undefined {
    if (this.#layout.unitCount === 0) return undefined;
    const entry = this.#lock.run(() => this.#pin(slot, contentId, sizeBytes), -1);
    if (entry < 0) return undefined;
    // Pinned: neither the entry nor its chain can change.
    const views = viewUnits(this.#layout, this.#table.get(entry, Entry.firstUnit), start, end);
    if (this.#pinned < PINS_PER_USER) return views;
    // The last pin has to be free for the next.
    const copies = views.map((view) => Uint8Array.prototype.slice.call(view));
    this.#unpinLast();
    return copies;
  }

  /** As `view`, copied, for those who cannot say when they are done with it. */
  copy(slot: number, contentId: ContentId, sizeBytes: number, start: number, end: number): Uint8Array | undefined {
    const before = this.#pinned;
    const views = this.view(slot, contentId, sizeBytes, start, end);
    if (!views) return undefined;
    const bytes = new Uint8Array(end - start);
    let at = 0;
    for (const view of views) {
      bytes.set(view, at);
      at += view.length;
    }
    if (this.#pinned > before) this.#unpinLast();
    return bytes;
  }

  /** Gives back all views that this thread has. */
  release(): void {
    while (this.#pinned > 0) this.#unpinLast();
  }

  /** Asks to load a blob. */
  claim(slot: number, contentId: ContentId): Claim {
    if (this.#layout.unitCount === 0) return "off";
    return this.#lock.run((): Claim => {
      const found = this.#table.find(slot, contentId);
      if (found >= 0) return this.#table.get(found, Entry.state) === State.ready ? "ready" : "loading";
      return this.#table.add(slot, contentId, this.#user) < 0 ? "off" : "claimed";
    }, "off");
  }

  /**
   * Keeps a blob, verified by the caller, whether or not it was claimed.
   * @returns whether it is there now: it may be too large, or another thread be loading it
   */
  put(slot: number, contentId: ContentId, bytes: Uint8Array): boolean {
    if (this.#layout.unitCount === 0) return false;
    const entry = this.#lock.run(() => this.#reserve(slot, contentId, bytes.byteLength), -1);
    if (entry < 0) return entry === IS_THERE;
    // Its state keeps all others away from it.
    let at = 0;
    for (const view of viewUnits(this.#layout, this.#table.get(entry, Entry.firstUnit), 0, bytes.byteLength)) {
      view.set(bytes.subarray(at, at + view.length));
      at += view.length;
    }
    const isKept = this.#lock.run(() => {
      this.#table.set(entry, Entry.state, State.ready);
      return true;
    }, false);
    this.#landed();
    return isKept;
  }

  /** Gives up a claim: the next who asks may load it. */
  abandon(slot: number, contentId: ContentId): void {
    this.#lock.run(() => {
      const entry = this.#table.find(slot, contentId);
      if (entry >= 0 && this.#isOwnClaim(entry)) this.#table.remove(entry);
    }, undefined);
    this.#landed();
  }

  /** Blocks this thread while another one loads the blob, at most `waitMs`. */
  wait(slot: number, contentId: ContentId, waitMs: number): void {
    const { header } = this.#layout;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const seen = Atomics.load(header, Header.landed);
      const isLoading = this.#lock.run(() => {
        const entry = this.#table.find(slot, contentId);
        return entry >= 0 && this.#table.get(entry, Entry.state) === State.loading;
      }, false);
      const left = deadline - performance.now();
      if (!isLoading || left <= 0) return;
      Atomics.wait(header, Header.landed, seen, left);
    }
  }

  /**
   * To be called by who has started a thread, once it is gone: gives free what it was loading and viewing.
   * @param thread its `threadId`, as it was when it lived
   */
  retire(thread: number): void {
    for (const [user, owner] of this.#layout.users.entries()) if (owner === thread + 1) this.#retireUser(user);
    this.#landed();
  }

  #retireUser(user: number): void {
    this.#lock.retire(user);
    this.#lock.run(() => {
      this.#table.dropLoading(user);
      this.#layout.pins.fill(0, user * PINS_PER_USER, (user + 1) * PINS_PER_USER);
      this.#layout.users[user] = 0;
    }, undefined);
  }

  #pin(slot: number, contentId: ContentId, sizeBytes: number): number {
    const entry = this.#table.find(slot, contentId);
    if (entry < 0 || this.#table.get(entry, Entry.state) !== State.ready) return -1;
    if (this.#table.get(entry, Entry.sizeBytes) !== sizeBytes) return -1;
    this.#table.set(entry, Entry.isUsed, 1);
    this.#layout.pins[this.#pinAt(this.#pinned++)] = entry + 1;
    return entry;
  }

  /** @returns the entry to write to; `IS_THERE`; −1 when it cannot be kept */
  #reserve(slot: number, contentId: ContentId, sizeBytes: number): number {
    const found = this.#table.find(slot, contentId);
    if (found >= 0 && this.#table.get(found, Entry.state) === State.ready) return IS_THERE;
    if (found >= 0 && !this.#isOwnClaim(found)) return -1;
    const entry = found >= 0 ? found : this.#table.add(slot, contentId, this.#user);
    if (entry < 0 || this.#table.giveRoom(entry, sizeBytes)) return entry;
    this.#table.remove(entry);
    this.#landed();
    return -1;
  }

  #isOwnClaim(entry: number): boolean {
    return this.#table.get(entry, Entry.state) === State.loading && this.#table.get(entry, Entry.owner) === this.#user;
  }

  #landed(): void {
    Atomics.add(this.#layout.header, Header.landed, 1);
    Atomics.notify(this.#layout.header, Header.landed);
  }

  #pinAt(index: number): number {
    return this.#user * PINS_PER_USER + index;
  }

  #unpinLast(): void {
    Atomics.store(this.#layout.pins, this.#pinAt(--this.#pinned), 0);
  }
}

const IS_THERE = -2;

let created = 0;

function newUser({ users, unitCount }: Layout): number {
  if (unitCount === 0) return 0;
  for (let user = 0; user < MOST_USERS; user++) {
    if (Atomics.compareExchange(users, user, 0, threadId + 1) === 0) return user;
  }
  throw new RangeError(`More than ${MOST_USERS} cannot share a cache.`);
}
