// The names in one directory: looked up by key, listed in key order. Order is made when it is first
// asked for, so seeding a large directory costs one sort and not one per file.
import type { Protocol } from "./resource-path.js";
import { nameKey } from "./resource-path.js";

export interface Child {
  readonly name: string;
  readonly id: string;
}

export class Children {
  readonly #byKey: Map<string, Child>;
  #sorted: readonly string[] | undefined;

  constructor(
    readonly protocol: Protocol,
    from?: Children,
  ) {
    this.#byKey = new Map(from ? from.#byKey : []);
    this.#sorted = from ? from.#sorted : undefined;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(name: string): Child | undefined {
    return this.#byKey.get(nameKey(name, this.protocol));
  }

  put(child: Child): void {
    const key = nameKey(child.name, this.protocol);
    if (!this.#byKey.has(key)) this.#sorted = undefined;
    this.#byKey.set(key, child);
  }

  remove(name: string): void {
    if (this.#byKey.delete(nameKey(name, this.protocol))) this.#sorted = undefined;
  }

  values(): Iterable<Child> {
    return this.#byKey.values();
  }

  /** At most `limit` children behind `after` that match the prefix, and the key to go on from. */
  page(limit: number, prefix = "", after = ""): { readonly children: readonly Child[]; readonly next?: string } {
    const sorted = (this.#sorted ??= [...this.#byKey.keys()].sort());
    const prefixKey = nameKey(prefix, this.protocol);
    const children: Child[] = [];
    let last = "";
    for (let index = this.#start(sorted, prefixKey, after); index < sorted.length; index++) {
      const key = sorted[index]!;
      if (!key.startsWith(prefixKey)) break;
      if (children.length === limit) return { children, next: last };
      children.push(this.#byKey.get(key)!);
      last = key;
    }
    return { children };
  }

  #start(sorted: readonly string[], prefixKey: string, after: string): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const key = sorted[middle]!;
      if (key >= prefixKey && key > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
