/**
 * The folders of one folder that wait to be listed. Few have their names held; of more than that a bit each is kept, and the tree, which has
 * them by then, is asked for the names when it is their turn: a folder may have ten million folders.
 */
import type { LiveTree } from "../../catalog/catalog.js";
import type { NodeId } from "../../core/ids.js";
import type { SourcePath } from "../sources/source.js";
import { NodeSet } from "./node-set.js";

/** A folder that waits to be listed. */
export interface FoundDirectory {
  readonly nodeId: NodeId;
  readonly path: SourcePath;
  /** Whether its own entry is as it was in the tree. */
  readonly isUnchanged: boolean;
}

interface Held {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly isUnchanged: boolean;
}

/** Some megabytes. */
const MOST_HELD = 65_536;

export class Subdirectories {
  readonly #parent: SourcePath;
  #held: Held[] = [];
  /** How many of the held ones are taken. */
  #taken = 0;
  /** Those whose names the tree is asked for, and which of them are as they were. */
  readonly #named = new NodeSet();
  readonly #unchanged = new NodeSet();
  #naming: Iterator<NodeId> | undefined;

  /** @param parent the path of the folder that they are in */
  constructor(parent: SourcePath) {
    this.#parent = parent;
  }

  /** Before any is taken. */
  add(nodeId: NodeId, name: string, isUnchanged: boolean): void {
    this.#held.push({ nodeId, name, isUnchanged });
    if (this.#held.length >= MOST_HELD) this.#release((held) => held.isUnchanged);
  }

  /** The tree has all that were added. */
  settle(): void {
    this.#release(() => true);
  }

  /** The next in the order in which they were found, as far as that is known; undefined when all are taken. */
  take(live: Pick<LiveTree, "pathOf">): FoundDirectory | undefined {
    this.#naming ??= this.#named.all();
    for (let next = this.#naming.next(); next.done !== true; next = this.#naming.next()) {
      // The name alone: that a folder above was renamed by this run, the tree may not know yet.
      const name = live.pathOf(next.value)?.at(-1);
      // What has lost its name to another node is gone.
      if (name !== undefined) return this.#found(next.value, name, this.#unchanged.has(next.value));
    }
    const held = this.#held[this.#taken++];
    return held && this.#found(held.nodeId, held.name, held.isUnchanged);
  }

  #found(nodeId: NodeId, name: string, isUnchanged: boolean): FoundDirectory {
    return { nodeId, path: [...this.#parent, name], isUnchanged };
  }

  #release(isInTree: (held: Held) => boolean): void {
    const kept: Held[] = [];
    for (const held of this.#held) {
      if (!isInTree(held)) kept.push(held);
      else {
        this.#named.add(held.nodeId);
        if (held.isUnchanged) this.#unchanged.add(held.nodeId);
      }
    }
    this.#held = kept;
  }
}
