/** How the service behind a source or target takes what a run asks of it, for who shows how far the run is: it tells nobody, it is asked. */

/** So long a run is shown as slowed down after it was last told to be: by then it has found another pace. */
const SHOWN_MS = 30_000;

export class ServiceStatus {
  readonly #nowMs: () => number;
  #isAwaited = false;
  #slowedAtMs = Number.NEGATIVE_INFINITY;
  #requestsAtOnce: (() => number) | undefined;

  /** @param nowMs of a clock that only goes forward */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** The service has said, or shown, that it is asked for too much. @param requestsAtOnce what it is asked for now, whenever that is */
  slowed(requestsAtOnce?: () => number): void {
    this.#slowedAtMs = this.#nowMs();
    this.#requestsAtOnce = requestsAtOnce ?? this.#requestsAtOnce;
  }

  /** Whether nothing is asked until it answers again. */
  awaited(isAwaited: boolean): void {
    this.#isAwaited = isAwaited;
  }

  /** A few words, when there is anything to say. */
  get text(): string | undefined {
    if (this.#isAwaited) return "waiting for the service";
    if (this.#nowMs() - this.#slowedAtMs > SHOWN_MS) return undefined;
    const atOnce = this.#requestsAtOnce?.();
    if (atOnce === undefined) return "throttled";
    return `throttled to ${atOnce} ${atOnce === 1 ? "request" : "requests"} at once`;
  }
}
