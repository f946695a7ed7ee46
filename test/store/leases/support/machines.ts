// Machines that share a store and have clocks of their own, which tell different times. Time passes when a test says so or
// when a machine waits, and only when every operation on the store that a heartbeat began has ended.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../../../core/clock.js";
import { timeFromMs } from "../../../../core/time.js";
import type { LeaseHolder } from "../../../../store/leases/lease-holder.js";
import type { LeaseRecord } from "../../../../store/leases/lease-record.js";
import { LEASE_TIMING, type LeaseTime, type LeaseTiming } from "../../../../store/leases/lease-time.js";
import type { ShareLease } from "../../../../store/leases/share-lease.js";
import { takeLease } from "../../../../store/leases/take-lease.js";
import type { ObjectStore } from "../../../../store/object-store.js";
import { ShareStore } from "../../../../store/share-store.js";
import { SHARE } from "../../support/stores.js";

const STEP_MS = 1000;

export class Machines {
  readonly objects: ObjectStore;
  readonly #machines: Machine[] = [];
  readonly #pending = new Set<Promise<unknown>>();

  /** @param objects holds the share */
  constructor(objects: ObjectStore) {
    this.objects = objects;
  }

  /** @param wrap what lies between the machine and the store */
  async add(host: string, wrap: (objects: ObjectStore) => ObjectStore = (objects) => objects): Promise<Machine> {
    const objects = tracked(wrap(this.objects), this.#pending);
    const machine = new Machine(this, host, this.#machines.length, await ShareStore.open(objects, SHARE));
    this.#machines.push(machine);
    return machine;
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      for (const machine of this.#machines) machine.tick(STEP_MS);
      await this.settle();
    }
  }

  /** Waits for what is under way at the store. */
  async settle(): Promise<void> {
    do {
      await Promise.allSettled(this.#pending);
      await nextTurn();
    } while (this.#pending.size > 0);
  }
}

interface Timer {
  readonly ms: number;
  readonly work: () => void;
  dueMs: number;
}

export class Machine implements LeaseHolder, LeaseTime {
  readonly store: ShareStore;
  readonly owner: LeaseHolder["owner"];
  readonly clock: Clock;
  /** "stopped": the clock goes on, and nothing else; "asleep": the clock stands still as well. */
  state: "awake" | "stopped" | "asleep" = "awake";
  /** What this machine knows to be gone. */
  gone: (record: LeaseRecord) => boolean = () => false;
  readonly #machines: Machines;
  readonly #timers = new Set<Timer>();
  #nowMs: number;

  constructor(machines: Machines, host: string, index: number, store: ShareStore) {
    this.#machines = machines;
    this.store = store;
    this.owner = { host, pid: 1000 + index, started: "1", boot: `boot of ${host}` };
    this.#nowMs = 1_000_000 * index;
    // Years apart, and going the wrong way: nothing may depend on it.
    const wallMs = Date.UTC(2026 - index, 10, 20);
    this.clock = { now: () => timeFromMs(wallMs - this.#nowMs) };
  }

  take(signal?: AbortSignal, timing: LeaseTiming = LEASE_TIMING): Promise<ShareLease> {
    return takeLease({ store: this.store, holder: this, clock: this.clock, time: this, timing, signal });
  }

  begin(): void {}
  end(): void {}
  isGone(record: LeaseRecord): boolean {
    return this.gone(record);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  every(ms: number, work: () => void): () => void {
    const timer = { ms, work, dueMs: this.#nowMs + ms };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  async wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await this.#machines.pass(ms);
    signal?.throwIfAborted();
  }

  tick(ms: number): void {
    if (this.state === "asleep") return;
    this.#nowMs += ms;
    if (this.state === "stopped") return;
    for (const timer of this.#timers) {
      if (timer.dueMs > this.#nowMs) continue;
      timer.dueMs = this.#nowMs + timer.ms;
      timer.work();
    }
  }
}

/** Lists are under way until they are read to their end or left. */
function tracked(inner: ObjectStore, pending: Set<Promise<unknown>>): ObjectStore {
  const track = <T>(operation: Promise<T>): Promise<T> => {
    const ended = operation.then(
      () => {},
      () => {},
    );
    pending.add(ended);
    void ended.then(() => pending.delete(ended));
    return operation;
  };
  return {
    uri: inner.uri,
    put: (...args) => track(inner.put(...args)),
    putIfAbsent: (...args) => track(inner.putIfAbsent(...args)),
    get: (...args) => track(inner.get(...args)),
    getRange: (...args) => track(inner.getRange(...args)),
    delete: (...args) => track(inner.delete(...args)),
    stat: (...args) => track(inner.stat(...args)),
    async *list(...args) {
      let end = (): void => {};
      void track(new Promise<void>((resolve) => (end = resolve)));
      try {
        yield* inner.list(...args);
      } finally {
        end();
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
