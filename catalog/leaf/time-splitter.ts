/**
 * A time as whole seconds and the nanoseconds behind them, in numbers: division of a bigint costs more than writing the
 * rest of an entry.
 *
 * With t = a·2^48 + b·2^32 + c, where 2^48 = 281 474·10^9 + 976 710 656 and 2^32 = 4·10^9 + 294 967 296, the seconds are
 * a·281 474 + b·4 and those in the remainder a·976 710 656 + b·294 967 296 + c, which stays below 2^53.
 */
import type { TimeNs } from "../../core/time.js";

const SECOND = 1_000_000_000;

export class TimeSplitter {
  readonly #view = new DataView(new ArrayBuffer(8));
  seconds = 0;
  /** 0 … 999 999 999, also before 1970. */
  nanoseconds = 0;

  /** Whether it is a multiple of 100 ns. */
  get isCoarse(): boolean {
    return this.nanoseconds % 100 === 0;
  }

  /** @returns itself; the fields hold until the next call */
  split(time: TimeNs): this {
    this.#view.setBigInt64(0, time);
    const high = this.#view.getInt32(0);
    const a = high >> 16;
    const b = high & 0xffff;
    const rest = a * 976_710_656 + b * 294_967_296 + this.#view.getUint32(4);
    const carried = Math.floor(rest / SECOND);
    this.seconds = a * 281_474 + b * 4 + carried;
    this.nanoseconds = rest - carried * SECOND;
    return this;
  }
}
