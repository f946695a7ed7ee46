/**
 * What the tree has in a directory that is being listed. Nothing of it is held, however large the directory is: names are found where
 * the listing has come to in the tree, and what is gone is told at the end by reading the directory once more.
 */
import type { CatalogEntry, LiveTree } from "../../catalog/catalog.js";
import type { LiveCursor } from "../../catalog/entry-cursor.js";
import type { NodeId } from "../../core/ids.js";
import { pickedPages } from "./tree-children.js";

export class LiveChildren {
  readonly #live: LiveTree;
  readonly #directory: NodeId;
  readonly #isEmpty: () => boolean;
  readonly #finder: ReturnType<LiveTree["children"]>;

  /** @param isEmpty whether it is known, without looking, that the tree has nothing there that anybody asks for */
  constructor(live: LiveTree, directory: NodeId, isEmpty: () => boolean = () => false) {
    this.#live = live;
    this.#directory = directory;
    this.#isEmpty = isEmpty;
    this.#finder = live.children(directory);
  }

  /** @returns what the tree has under the name, until the next question */
  find(name: string): LiveCursor | undefined {
    return this.#isEmpty() ? undefined : this.#finder.find(name);
  }

  /** As `find`, to keep. */
  lookup(name: string): CatalogEntry | undefined {
    return this.#isEmpty() ? undefined : this.#live.lookup(this.#directory, name);
  }

  /** The nodes for which `isOne` says so, in the order of their names, some at a time; in between nothing of the tree is open. */
  *nodes(isOne: (nodeId: NodeId) => boolean): IterableIterator<readonly NodeId[]> {
    if (this.#isEmpty()) return;
    yield* pickedPages(this.#live, this.#directory, ({ nodeId }) => (isOne(nodeId) ? nodeId : undefined));
  }
}
