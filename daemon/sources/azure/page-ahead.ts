/**
 * The next page of a listing, asked for while the one before is being looked at. Whoever stops listing calls it off; what it fails
 * with is told to whoever wants it, and to nobody else.
 */
import type { ReadPage } from "./listing-reader.js";

export class PageAhead implements Disposable {
  readonly #callOff = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #page: Promise<ReadPage>;
  readonly #abort = (): void => this.#callOff.abort(this.#signal?.reason);

  /** @param ask is called at once; its signal ends with `signal`, or when nobody wants the page any more */
  constructor(ask: (signal: AbortSignal) => Promise<ReadPage>, signal: AbortSignal | undefined) {
    this.#signal = signal;
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener("abort", this.#abort, { once: true });
    this.#page = ask(this.#callOff.signal);
    this.#page.catch(() => {});
  }

  get page(): Promise<ReadPage> {
    return this.#page;
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#callOff.abort(new Error("nobody wants the page"));
  }
}
