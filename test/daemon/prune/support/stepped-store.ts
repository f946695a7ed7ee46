// A store that stops whoever uses it at one step: what comes in between runs to its end before the step is done.
import type { ObjectStore } from "../../../../store/object-store.js";

export interface Steps {
  /** How many operations there were. */
  count: number;
}

/** @param between called before operation number `at` (from 1) is begun, and awaited */
export function steppedStore(
  store: ObjectStore,
  at: number,
  between: () => Promise<void>,
  steps: Steps = { count: 0 },
): ObjectStore {
  const step = async (): Promise<void> => {
    steps.count++;
    if (steps.count === at) await between();
  };
  return {
    uri: store.uri,
    put: async (...args) => (await step(), store.put(...args)),
    putIfAbsent: async (...args) => (await step(), store.putIfAbsent(...args)),
    delete: async (...args) => (await step(), store.delete(...args)),
    get: async (...args) => (await step(), store.get(...args)),
    getRange: async (...args) => (await step(), store.getRange(...args)),
    stat: async (...args) => (await step(), store.stat(...args)),
    async *list(...args) {
      await step();
      yield* store.list(...args);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
