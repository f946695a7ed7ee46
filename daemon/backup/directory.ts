/** A directory that is being listed, and what has been found in it so far. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";
import type { SourcePath } from "../sources/source.js";
import { NodeSet } from "./node-set.js";
import { Subdirectories } from "./subdirectories.js";

/** Names of this many changes are held, some megabytes; then they have to be in the tree before more are told. */
const MAX_NAMES = 65_536;

export class Directory {
  readonly nodeId: NodeId;
  readonly path: SourcePath;
  readonly subdirectories: Subdirectories;
  /** Nodes that the tree has under the name under which this listing told them. */
  readonly #told = new NodeSet();
  /** The other names told, whose nodes the tree may still have elsewhere or not at all. */
  readonly #names = new Map<string, NodeId | undefined>();
  /** Nodes whose name was told, but of another node or of one that could not be read. */
  readonly #kept = new NodeSet();
  readonly #work = new Set<Promise<void>>();
  /** Whether names that were told have been forgotten before the listing has ended. */
  wasEmptied = false;

  constructor(nodeId: NodeId, path: SourcePath) {
    this.nodeId = nodeId;
    this.path = path;
    this.subdirectories = new Subdirectories(path);
  }

  /** Whether this listing has told the name before: while files come and go, a listing may tell one twice. */
  hasTold(name: string, live: Pick<CatalogEntry, "nodeId"> | undefined): boolean {
    return this.#names.has(name) || (live !== undefined && this.#told.has(live.nodeId));
  }

  tellUnchanged(nodeId: NodeId): void {
    this.#told.add(nodeId);
  }

  /** @param nodeId undefined when it could not be told which node it is */
  tellChanged(name: string, nodeId: NodeId | undefined): void {
    this.#names.set(name, nodeId);
  }

  /** Does not take a node that this directory had for missing. */
  keep(nodeId: NodeId): void {
    this.#kept.add(nodeId);
  }

  /** Whether the name of a node in the tree is gone. */
  misses(nodeId: NodeId): boolean {
    return !this.#told.has(nodeId) && !this.#kept.has(nodeId);
  }

  /** Remembers work on a child until it is done. */
  during(work: Promise<void>): Promise<void> {
    this.#work.add(work);
    const forget = (): void => void this.#work.delete(work);
    work.then(forget, forget);
    return work;
  }

  get isFull(): boolean {
    return this.#names.size >= MAX_NAMES;
  }

  /** Forgets names. @param write resolves when everything that was journalled is in the tree */
  async empty(write: () => Promise<void>): Promise<void> {
    await Promise.allSettled(this.#work);
    await write();
    this.wasEmptied = true;
    this.subdirectories.settle();
    this.settle();
  }

  /** From here on the tree is right about every node that was told. */
  settle(): void {
    for (const nodeId of this.#names.values()) if (nodeId !== undefined) this.#told.add(nodeId);
    this.#names.clear();
  }
}
