/**
 * What the tree has in a directory that is being listed. A small one is read at once: a lookup for each name costs five times as
 * much, and what is gone is told by the same reading. It is read anew when a segment has been applied since, so it says
 * what the tree says.
 */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";

/** Some megabytes. Larger ones are not held: a few listings at a time may be of directories with millions of entries. */
const MOST_HELD = 32_768;

const NOTHING: ReadonlyMap<string, CatalogEntry> = new Map();

export class LiveChildren {
  readonly #live: TreeView;
  readonly #directory: NodeId;
  readonly #changes: () => number;
  readonly #isEmpty: () => boolean;
  #readAt = -1;
  /** undefined where there are too many. */
  #held: ReadonlyMap<string, CatalogEntry> | undefined;

  /**
   * @param changes grows whenever the tree changes
   * @param isEmpty whether it is known, without looking, that the tree has nothing there that anybody asks for
   */
  constructor(live: TreeView, directory: NodeId, changes: () => number, isEmpty: () => boolean = () => false) {
    this.#live = live;
    this.#directory = directory;
    this.#changes = changes;
    this.#isEmpty = isEmpty;
  }

  lookup(name: string): CatalogEntry | undefined {
    const held = this.#current();
    return held ? held.get(name) : this.#live.lookup(this.#directory, name);
  }

  /** In the order of their names. */
  all(): Iterable<CatalogEntry> {
    return this.#current()?.values() ?? this.#live.list(this.#directory);
  }

  #current(): ReadonlyMap<string, CatalogEntry> | undefined {
    if (this.#isEmpty()) return NOTHING;
    const changes = this.#changes();
    if (this.#readAt === changes) return this.#held;
    this.#readAt = changes;
    const held = new Map<string, CatalogEntry>();
    for (const entry of this.#live.list(this.#directory)) {
      if (held.size === MOST_HELD) return (this.#held = undefined);
      held.set(entry.name, entry);
    }
    return (this.#held = held);
  }
}
