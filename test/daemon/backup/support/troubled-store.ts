import type { ObjectStore } from "../../../../store/object-store.js";

/** What becomes of a write: it goes to the store by `pass`, or not. */
export type Trouble = (pass: () => Promise<unknown>) => Promise<unknown>;

/** A store that is in trouble from its n-th write on, until `isOver`. */
export function troubledStore(store: ObjectStore, from: number, trouble: Trouble, isOver: () => boolean): ObjectStore {
  let writes = 0;
  const write = async <T>(operation: () => Promise<T>): Promise<T> =>
    ++writes < from || isOver() ? operation() : ((await trouble(operation)) as T);
  return {
    uri: store.uri,
    put: (...args) => write(() => store.put(...args)),
    putIfAbsent: (...args) => write(() => store.putIfAbsent(...args)),
    delete: (...args) => write(() => store.delete(...args)),
    get: (...args) => store.get(...args),
    getRange: (...args) => store.getRange(...args),
    stat: (...args) => store.stat(...args),
    list: (...args) => store.list(...args),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
