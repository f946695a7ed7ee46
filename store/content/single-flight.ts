/**
 * One flight for each key: who asks for what is being fetched already waits for the same answer. A waiter that gives
 * up leaves the others alone; when the last one has, the work itself is aborted.
 */
interface Flight<V> {
  readonly answer: Promise<V>;
  readonly abort: AbortController;
  waiting: number;
}

export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Flight<V>>();

  /**
   * @param work is given a signal of the flight, not of one waiter
   * @throws what `work` throws, and the reason of `signal`
   */
  async run(key: K, work: (signal: AbortSignal) => Promise<V>, signal: AbortSignal | undefined): Promise<V> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, work);
    flight.waiting++;
    try {
      return await (signal === undefined ? flight.answer : abortable(flight.answer, signal));
    } finally {
      flight.waiting--;
      if (flight.waiting === 0 && this.#flights.get(key) === flight) {
        // Nobody waits any longer, so whoever comes next must not board a flight that is being aborted.
        this.#flights.delete(key);
        flight.abort.abort();
      }
    }
  }

  #start(key: K, work: (signal: AbortSignal) => Promise<V>): Flight<V> {
    const abort = new AbortController();
    const flight: Flight<V> = { answer: work(abort.signal), abort, waiting: 0 };
    this.#flights.set(key, flight);
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    // Also keeps a failure that all waiters have turned away from from being reported as unhandled.
    flight.answer.then(land, land);
    return flight;
  }
}

function abortable<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const give = () => reject(signal.reason as Error);
    signal.addEventListener("abort", give, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", give));
  });
}
