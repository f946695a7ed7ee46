// Time as the service keeps it: 100-nanosecond ticks, written with exactly seven fractional digits.
// Times are stored as text so that the digits a client sent are the digits it gets back.

/** Milliseconds since 1970; `Date.now` is one. */
export type Clock = () => number;

/** One mutation's moment. No two instants of a ticker are equal, so an ETag made from one is unique. */
export interface Instant {
  /** `YYYY-MM-DDTHH:MM:SS.fffffffZ` */
  readonly time: string;
  /** Quoted, as it stands in an ETag header. */
  readonly etag: string;
}

const ticksPerMs = 10_000n;
const ticksTo1970 = 621_355_968_000_000_000n;

/** Seven-digit text of a tick count since year 1. */
export function formatTicks(ticks: bigint): string {
  const sinceEpoch = ticks - ticksTo1970;
  const ms = sinceEpoch / ticksPerMs;
  const rest = sinceEpoch % ticksPerMs;
  const iso = new Date(Number(ms)).toISOString();
  return `${iso.slice(0, 23)}${rest.toString().padStart(4, "0")}Z`;
}

/** Seven-digit text of a clock reading. */
export function formatMs(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}0000Z`;
}

/** RFC 1123 text, whole seconds, of a seven-digit time. */
export function toHttpDate(time: string): string {
  return new Date(`${time.slice(0, 19)}Z`).toUTCString();
}

/** Milliseconds since 1970 of a seven-digit time, the rest cut off. */
export function toMs(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`);
}

const iso = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?$/i;

/**
 * Normalises an ISO 8601 time to seven digits in UTC, keeping every digit given; undefined when it
 * is not a time.
 */
export function parseFileTime(text: string): string | undefined {
  const match = iso.exec(text.trim());
  if (!match) return undefined;
  const [, date, clock, fraction = "", zone = "Z"] = match;
  const seconds = Date.parse(`${date}T${clock}${zone.toUpperCase()}`);
  if (Number.isNaN(seconds)) return undefined;
  return `${new Date(seconds).toISOString().slice(0, 19)}.${fraction.padEnd(7, "0")}Z`;
}

/** Hands out strictly increasing instants from a clock that may stand still. */
export class Ticker {
  #last: bigint;
  #count = 0n;

  constructor(
    readonly clock: Clock,
    last = 0n,
  ) {
    this.#last = last;
  }

  /** The tick of the latest instant; a new ticker started from it never repeats one. */
  get last(): bigint {
    return this.#last;
  }

  /** Moves past an instant that came from elsewhere, such as a journal. */
  observe(etag: string): void {
    const ticks = BigInt(etag.replaceAll('"', ""));
    if (ticks > this.#last) this.#last = ticks;
  }

  next(): Instant {
    // Digits below the millisecond, so that a client which drops them is found out.
    this.#count += 1n;
    const below = (this.#count * 1237n + 613n) % ticksPerMs;
    const now = BigInt(Math.floor(this.clock())) * ticksPerMs + ticksTo1970 + below;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return {
      time: formatTicks(this.#last),
      etag: `"0x${this.#last.toString(16).toUpperCase()}"`,
    };
  }
}
