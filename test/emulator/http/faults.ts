// Failures on demand. A test queues what shall go wrong with which request; the server asks before each
// answer. A fault that was never hit means that the test did not test what it says.
import type { StorageRequest } from "./storage-request.js";

export type Fault =
  /** Answers with an error and does nothing. `code` defaults to ServerBusy for 503; `headers` replace those of the answer. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: string;
      readonly retryAfterSeconds?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /**
   * Resets the connection. Without `afterBytes` the operation is not carried out and nothing is sent;
   * with it, the operation is carried out and that many bytes of the body are sent first.
   */
  | { readonly kind: "cut"; readonly afterBytes?: number }
  /** Carries out the operation, then resets the connection without an answer. */
  | { readonly kind: "lost-answer" }
  /** Sends the body in small pieces with a pause after each. */
  | { readonly kind: "slow"; readonly bytesPerChunk: number; readonly delayMs: number }
  /** Sends a whole, well-framed body that is longer (zeros) or shorter by `deltaBytes`. */
  | { readonly kind: "wrong-length"; readonly deltaBytes: number }
  /** Announces a length that is off by `deltaBytes`, sends the body as it is, and closes the connection. */
  | { readonly kind: "false-length"; readonly deltaBytes: number }
  /** Answers as always, but says this in the headers, such as another ETag or Content-Range. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> }
  /** Waits before it begins: for a latch that the test opens, never for a time. */
  | { readonly kind: "held"; readonly until: Promise<unknown> }
  /** Lets the test do something before the operation is carried out, or after it and before the answer leaves. */
  | {
      readonly kind: "meanwhile";
      readonly before?: () => void | Promise<void>;
      readonly after?: () => void | Promise<void>;
    }
  /** Flips every bit of one byte of the body; the first one by default. */
  | { readonly kind: "corrupt"; readonly atByte?: number }
  /** Never answers; with `afterBytes` it starts to and then stops. The client has to give up. */
  | { readonly kind: "stall"; readonly afterBytes?: number };

/** A request must have all that is given. Absent fields match anything. */
export interface FaultMatch {
  /** Operation name, such as `List Directory`. */
  readonly operation?: string | RegExp;
  readonly method?: string;
  /** `comp` and `restype` as in the URL; an empty string matches their absence. */
  readonly comp?: string;
  readonly restype?: string;
  readonly account?: string;
  readonly share?: string;
  /** Decoded path inside the share, without a leading slash; a string must be equal. */
  readonly path?: string | RegExp;
  /** Values of other query parameters; undefined matches absence. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly where?: (request: StorageRequest) => boolean;
}

export interface FaultRule {
  readonly match?: FaultMatch;
  /** How often it strikes; once by default, Infinity for always. */
  readonly times?: number;
  /** How many matching requests pass unharmed first; none by default. */
  readonly after?: number;
  readonly fault: Fault;
}

export interface QueuedFault {
  readonly rule: FaultRule;
  /** How often it has struck. */
  readonly hits: number;
  remove(): void;
}

interface Entry {
  readonly rule: FaultRule;
  hits: number;
  passed: number;
  remove(): void;
}

export class Faults {
  readonly #entries = new Set<Entry>();

  /** Queues a fault. Where several match a request, the one queued first strikes. */
  add(rule: FaultRule): QueuedFault {
    const entry: Entry = {
      rule,
      hits: 0,
      passed: 0,
      remove: () => {
        this.#entries.delete(entry);
      },
    };
    this.#entries.add(entry);
    return entry;
  }

  /** Forgets all faults, hit or not. */
  clear(): void {
    this.#entries.clear();
  }

  /** Faults that never struck. */
  unhit(): readonly QueuedFault[] {
    return [...this.#entries].filter((entry) => entry.hits === 0);
  }

  /** Throws an Error that names every fault that never struck. */
  assertAllHit(): void {
    const unhit = this.unhit();
    if (unhit.length === 0) return;
    const list = unhit.map(({ rule }) => describe(rule)).join("; ");
    throw new Error(`${unhit.length} queued fault(s) never hit: ${list}`);
  }

  /** The fault that strikes this request, used up once. The server calls it once per request. */
  take(request: StorageRequest, operation: string): Fault | undefined {
    for (const entry of this.#entries) {
      const { times = 1, after = 0, match = {}, fault } = entry.rule;
      if (entry.hits >= times || !matches(match, request, operation)) continue;
      if (entry.passed < after) {
        entry.passed++;
        continue;
      }
      entry.hits++;
      return fault;
    }
    return undefined;
  }
}

function matches(match: FaultMatch, request: StorageRequest, operation: string): boolean {
  const { address, query } = request;
  const textMatches = (wanted: string | RegExp | undefined, text: string): boolean =>
    wanted === undefined || (typeof wanted === "string" ? wanted === text : wanted.test(text));
  return (
    textMatches(match.operation, operation) &&
    textMatches(match.method, request.method) &&
    textMatches(match.comp, query.get("comp") ?? "") &&
    textMatches(match.restype, query.get("restype") ?? "") &&
    textMatches(match.account, address.account) &&
    textMatches(match.share, address.share ?? "") &&
    textMatches(match.path, address.path) &&
    Object.entries(match.query ?? {}).every(([name, value]) => query.get(name.toLowerCase()) === value) &&
    (match.where?.(request) ?? true)
  );
}

function describe({ match = {}, fault }: FaultRule): string {
  const wanted = Object.entries(match).map(([name, value]) => `${name}=${String(value)}`);
  return `${fault.kind} on ${wanted.join(" ") || "any request"}`;
}
