/**
 * Results that are there at once whenever they can be. A transport that answers the kernel from a worker thread must
 * not wait for a turn of the event loop where the catalog, which is synchronous, has the answer; only opening a share
 * and reading from the store take time.
 */
export type MaybePromise<T> = T | Promise<T>;

/** `use(value)`, now or when the value is there. What `use` throws is thrown or rejected alike. */
export function whenReady<T, R>(value: MaybePromise<T>, use: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** Passes what is thrown or rejected through `translate`, and throws or rejects with the answer. */
export function translateErrors<T>(
  run: () => MaybePromise<T>,
  translate: (error: unknown) => unknown,
): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = run();
  } catch (error) {
    throw translate(error);
  }
  if (!(result instanceof Promise)) return result;
  return result.catch((error: unknown) => {
    throw translate(error);
  });
}
