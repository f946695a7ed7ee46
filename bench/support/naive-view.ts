/** Reading the naive layout's live tree: a child row tells the node, the node's row everything else. */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import { NO_NODE, ROOT_NODE, type NodeId } from "../../core/ids.js";
import type { BinaryTable } from "./naive-catalog.js";
import { childKey, decodeNode, decodePlace, idOf, nodeKey } from "./naive-rows.js";

export class NaiveView implements TreeView {
  readonly #nodes: BinaryTable;
  readonly #children: BinaryTable;

  constructor(nodes: BinaryTable, children: BinaryTable) {
    this.#nodes = nodes;
    this.#children = children;
  }

  get root(): CatalogEntry | undefined {
    return this.lookup(NO_NODE, "");
  }

  lookup(parentId: NodeId, name: string): CatalogEntry | undefined {
    const child = this.#children.get(childKey(parentId, name));
    return child && this.#node(idOf(child));
  }

  *list(parentId: NodeId, after?: string): IterableIterator<CatalogEntry> {
    const start = after === undefined ? nodeKey(parentId) : childKey(parentId, after);
    const range = { start, end: nodeKey(parentId + 1), exclusiveStart: after !== undefined };
    for (const { value } of this.#children.getRange(range)) {
      const entry = this.#node(idOf(value));
      if (entry) yield entry;
    }
  }

  pathOf(directoryId: NodeId): readonly string[] | undefined {
    const path: string[] = [];
    for (let nodeId = directoryId; nodeId !== ROOT_NODE;) {
      const value = this.#nodes.get(nodeKey(nodeId));
      if (!value) return undefined;
      const { parentId, name } = decodePlace(value);
      path.push(name);
      nodeId = parentId;
    }
    return path.reverse();
  }

  #node(nodeId: NodeId): CatalogEntry | undefined {
    const value = this.#nodes.get(nodeKey(nodeId));
    return value && decodeNode(nodeId, value);
  }
}
