/**
 * What is remembered of a generated tree: nothing of its nodes, but which run of node ids is the listing of which
 * directory (eight bytes a directory), and which directories are large. From these, edits find their victims.
 */
import type { NodeId } from "../../core/ids.js";

export interface LargeFolder {
  readonly nodeId: NodeId;
  readonly depth: number;
  /** Nodes beneath it. */
  readonly beneath: number;
}

interface OpenFolder {
  readonly nodeId: NodeId;
  readonly depth: number;
  readonly firstBeneath: number;
}

/** Directories with fewer are not worth a mention. */
const LARGE = 200;

export class TreeRegister {
  /** Pairs: first id of a run, directory. Ascending, because ids are handed out once. */
  #runs = new Float64Array(2 * 1024);
  #count = 0;
  #nextNode = 1;
  readonly largeFolders: LargeFolder[] = [];
  readonly #open: OpenFolder[] = [];

  /** The next unused node id. */
  get nextNode(): number {
    return this.#nextNode;
  }

  /** Directories that have anything in them. */
  get listings(): number {
    return this.#count;
  }

  /** `count` consecutive ids for children of `parentId`; @returns the first */
  handOut(parentId: NodeId, count: number): number {
    const first = this.#nextNode;
    if (count > 0) {
      if (2 * this.#count === this.#runs.length) {
        const longer = new Float64Array(2 * this.#runs.length);
        longer.set(this.#runs);
        this.#runs = longer;
      }
      this.#runs[2 * this.#count] = first;
      this.#runs[2 * this.#count + 1] = parentId;
      this.#count++;
      this.#nextNode += count;
    }
    return first;
  }

  /** The walk enters a directory: ids handed out until it enters another at this depth or above lie beneath. */
  enter(nodeId: NodeId, depth: number): void {
    this.#closeFrom(depth);
    this.#open.push({ nodeId, depth, firstBeneath: this.#nextNode });
  }

  /** The walk is over. */
  finish(): void {
    this.#closeFrom(0);
  }

  #closeFrom(depth: number): void {
    for (let last = this.#open.at(-1); last && last.depth >= depth; last = this.#open.at(-1)) {
      this.#open.pop();
      const beneath = this.#nextNode - last.firstBeneath;
      if (last.depth > 0 && beneath >= LARGE) {
        this.largeFolders.push({ nodeId: last.nodeId, depth: last.depth, beneath });
      }
    }
  }

  /** The directory in whose listing a node got its id; not where a directory is after a move. */
  parentAtBirth(nodeId: number): NodeId {
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#runs[2 * middle] ?? 0) <= nodeId) low = middle;
      else high = middle - 1;
    }
    return (this.#runs[2 * low + 1] ?? 0) as NodeId;
  }

  /** The directory of the n-th listing. */
  directoryAt(index: number): NodeId {
    return (this.#runs[2 * index + 1] ?? 0) as NodeId;
  }
}
