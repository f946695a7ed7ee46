import type { ObjectStore } from "../../../../store/object-store.js";

/** A store that dies at its n-th write: before the write or after it, and every operation from then on. */
export function mortalStore(store: ObjectStore, dieAt: number, when: "before" | "after"): ObjectStore {
  let writes = 0;
  let dead = false;
  const live = (): void => {
    if (dead) throw new Error("killed");
  };
  const write = async <T>(operation: () => Promise<T>): Promise<T> => {
    live();
    const last = ++writes === dieAt;
    if (last && when === "before") dead = true;
    live();
    const result = await operation();
    if (last) dead = true;
    live();
    return result;
  };
  return {
    uri: store.uri,
    put: (...args) => write(() => store.put(...args)),
    putIfAbsent: (...args) => write(() => store.putIfAbsent(...args)),
    delete: (...args) => write(() => store.delete(...args)),
    get: async (...args) => (live(), store.get(...args)),
    getRange: async (...args) => (live(), store.getRange(...args)),
    stat: async (...args) => (live(), store.stat(...args)),
    list: (...args) => (live(), store.list(...args)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
