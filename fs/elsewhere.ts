/**
 * What a thread throws that answers only what it can answer at once: the thread that may wait has to be asked. It is no
 * failure: nothing is logged, and what went wrong, if anything did, that other thread will find.
 */
export class ElsewhereError extends Error {
  override readonly name = "ElsewhereError";

  constructor(cause?: unknown) {
    super("another thread has to answer this", cause === undefined ? undefined : { cause });
  }
}
