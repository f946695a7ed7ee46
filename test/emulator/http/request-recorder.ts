// Counts what clients asked for, by operation, so that tests can count operations and not milliseconds.

export interface RecordedRequest {
  readonly operation: string;
  readonly account: string;
  readonly share?: string;
  readonly path: string;
  readonly status: number;
  /** Bytes of the request's and of the answer's body. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Older entries of the log are dropped. */
const maxLogEntries = 10_000;

export class RequestRecorder {
  readonly #counts = new Map<string, number>();
  #log: RecordedRequest[] = [];
  #total = 0;

  /** Requests answered, failed ones too. */
  get total(): number {
    return this.#total;
  }

  /**
   * How often an operation was asked for, by its name; `<name> bytes` gives the body bytes sent for it
   * (`Get File bytes`) or received (`Put Range bytes`) where it succeeded, and `errors` the answers from
   * 400 on.
   */
  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All counters that are not zero, by name. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The latest requests, oldest first. */
  get log(): readonly RecordedRequest[] {
    return this.#log;
  }

  reset(): void {
    this.#counts.clear();
    this.#log = [];
    this.#total = 0;
  }

  /** The server tells of each request when it has answered. */
  record(request: RecordedRequest): void {
    this.#total++;
    this.#add(request.operation, 1);
    if (request.status >= 400) this.#add("errors", 1);
    else this.#add(`${request.operation} bytes`, request.bytesIn + request.bytesOut);
    this.#log.push(request);
    if (this.#log.length > maxLogEntries * 2) this.#log = this.#log.slice(-maxLogEntries);
  }

  #add(name: string, amount: number): void {
    if (amount > 0) this.#counts.set(name, this.count(name) + amount);
  }
}
