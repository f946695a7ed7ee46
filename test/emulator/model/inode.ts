// One node through time. Each version carries the epoch it was written in; reading at a snapshot takes
// the newest version that is not younger. A snapshot therefore costs nothing, and a change after it
// costs one more version of the node it touches, never of the path above it.
import type { Children } from "./children.js";
import type { NodeState } from "./node.js";

interface Version {
  readonly epoch: number;
  state: NodeState;
  /** Only for directories. Changed in place within an epoch, copied in a new one. */
  readonly children?: Children;
  readonly older?: Version;
}

export class Inode {
  #newest: Version;
  #sharesChildren = false;

  constructor(
    readonly id: string,
    epoch: number,
    state: NodeState,
    children?: Children,
  ) {
    this.#newest = { epoch, state, ...(children && { children }) };
  }

  get state(): NodeState {
    return this.#newest.state;
  }

  get children(): Children | undefined {
    return this.#newest.children;
  }

  /** The version a reader pinned to `epoch` sees; undefined when the node is younger. */
  at(epoch: number): { readonly state: NodeState; readonly children?: Children } | undefined {
    let version: Version | undefined = this.#newest;
    while (version && version.epoch > epoch) version = version.older;
    return version;
  }

  /** Whether a snapshot taken before this epoch may hold the node. */
  isOlderThan(epoch: number): boolean {
    return this.#newest.older !== undefined || this.#newest.epoch < epoch;
  }

  /** Replaces the present state. */
  write(epoch: number, state: NodeState): void {
    if (this.#newest.epoch === epoch) {
      this.#newest.state = state;
      return;
    }
    const { children } = this.#newest;
    // Children still shared with the older version: they are copied when they change.
    this.#newest = { epoch, state, older: this.#newest, ...(children && { children }) };
    this.#sharesChildren = children !== undefined;
  }

  /** Children that may be changed in place now. */
  ownChildren(epoch: number, copy: (from: Children) => Children): Children {
    const { children, state } = this.#newest;
    if (!children) throw new TypeError(`node ${this.id} is not a directory`);
    if (this.#newest.epoch === epoch && !this.#sharesChildren) return children;
    const own = copy(children);
    this.#newest =
      this.#newest.epoch === epoch
        ? { ...this.#newest, children: own }
        : { epoch, state, children: own, older: this.#newest };
    this.#sharesChildren = false;
    return own;
  }
}
