// The tree of an ordinary share: every node by id, every directory's names, and through versions also
// what each snapshot saw. All changes go through the few methods of TreeWriter, each of which is told
// to a change log, so that replaying the log rebuilds the tree exactly.
import { Children } from "./children.js";
import { type ByteSource, memorySource } from "./content.js";
import { Inode } from "./inode.js";
import type {
  DirectoryState,
  FoundNode,
  ListedNode,
  ListOptions,
  NodePage,
  NodeState,
  ShareTree,
  TreeReader,
  TreeWriter,
} from "./node.js";
import type { Protocol, ResourcePath } from "./resource-path.js";

/** Hears of each change after it was made. */
export interface TreeLog {
  nodeSet(id: string, state: NodeState): void;
  linked(parentId: string, name: string, id: string): void;
  unlinked(parentId: string, name: string): void;
  forgotten(id: string): void;
  /** Keeps bytes for good, before any state refers to them. */
  store(bytes: Buffer): ByteSource;
}

/** Keeps bytes in memory and remembers nothing else. */
export const memoryLog: TreeLog = {
  nodeSet: () => {},
  linked: () => {},
  unlinked: () => {},
  forgotten: () => {},
  store: memorySource,
};

export const rootId = "0";

// The high bits the real service's ids show. A client that keeps ids as doubles or as signed numbers
// meets one of these soon.
const idBases = [13_835_128_424_026_341_376n, 9_223_442_405_598_953_472n, 0n, 16_140_971_433_240_035_328n] as const;

/** Which id of a tree this is, if it was made from `base`. */
function idCountOf(id: string, base: bigint): number | undefined {
  const count = BigInt(id) - base;
  if (count < 0n || count >= 1n << 40n) return undefined;
  return idBases[Number(count) % idBases.length] === base || base === 0n ? Number(count) : undefined;
}

export class StoredTree implements ShareTree, TreeWriter {
  readonly #nodes = new Map<string, Inode>();
  #epoch = 0;
  #idCount = 0;
  #stampCount = 0;
  /** Of all live files, however many names each has. */
  #usageBytes = 0;
  readonly live: TreeReader;

  /** An empty tree whose root has the given state. */
  constructor(
    readonly protocol: Protocol,
    root: DirectoryState,
    private readonly log: TreeLog = memoryLog,
  ) {
    this.live = new TreeView(this, Number.POSITIVE_INFINITY);
    this.#nodes.set(rootId, new Inode(rootId, 0, root, new Children(protocol)));
    log.nodeSet(rootId, root);
  }

  get writer(): TreeWriter {
    return this;
  }

  get epoch(): number {
    return this.#epoch;
  }

  freeze(): number {
    return this.#epoch++;
  }

  at(epoch: number): TreeReader {
    return new TreeView(this, epoch);
  }

  inode(id: string): Inode | undefined {
    return this.#nodes.get(id);
  }

  inodes(): Iterable<Inode> {
    return this.#nodes.values();
  }

  newId(): string {
    const count = ++this.#idCount;
    return String(idBases[count % idBases.length]! + BigInt(count));
  }

  newStamp(): number {
    return ++this.#stampCount;
  }

  /** Makes new ids and stamps come behind ones that are in use. */
  reserve(id: string, stamp: number): void {
    const base = idBases.findLast((candidate) => idCountOf(id, candidate) !== undefined);
    this.#idCount = Math.max(this.#idCount, idCountOf(id, base ?? 0n) ?? 0);
    this.#stampCount = Math.max(this.#stampCount, stamp);
  }

  store(bytes: Buffer): ByteSource {
    return this.log.store(bytes);
  }

  get usageBytes(): number {
    return this.#usageBytes;
  }

  set(id: string, state: NodeState): void {
    const inode = this.#nodes.get(id);
    this.#usageBytes += sizeOf(state) - sizeOf(inode?.state);
    if (inode) inode.write(this.#epoch, state);
    else {
      const children = state.kind === "directory" ? new Children(this.protocol) : undefined;
      this.#nodes.set(id, new Inode(id, this.#epoch, state, children));
    }
    this.log.nodeSet(id, state);
  }

  link(parentId: string, name: string, id: string): void {
    this.#own(parentId).put({ name, id });
    this.log.linked(parentId, name, id);
  }

  unlink(parentId: string, name: string): void {
    this.#own(parentId).remove(name);
    this.log.unlinked(parentId, name);
  }

  forget(id: string): void {
    this.#usageBytes -= sizeOf(this.#nodes.get(id)?.state);
    if (!this.#nodes.get(id)?.isOlderThan(this.#epoch)) this.#nodes.delete(id);
    this.log.forgotten(id);
  }

  isEmpty(directoryId: string): boolean {
    return this.#nodes.get(directoryId)?.children?.size === 0;
  }

  #own(directoryId: string): Children {
    const inode = this.#nodes.get(directoryId);
    if (!inode) throw new RangeError(`no directory ${directoryId}`);
    return inode.ownChildren(this.#epoch, (from) => new Children(this.protocol, from));
  }
}

function sizeOf(state: NodeState | undefined): number {
  return state?.kind === "file" ? state.size : 0;
}

/** A StoredTree as one epoch sees it; infinity is the present. */
class TreeView implements TreeReader {
  constructor(
    private readonly tree: StoredTree,
    private readonly epoch: number,
  ) {}

  find(path: ResourcePath): FoundNode | undefined {
    let id = rootId;
    let parentId = rootId;
    const names: string[] = [];
    for (const name of path) {
      const child = this.#at(id)?.children?.get(name);
      if (!child) return undefined;
      names.push(child.name);
      parentId = id;
      id = child.id;
    }
    const version = this.#at(id);
    return version && { id, parentId, state: version.state, path: names };
  }

  list(directory: FoundNode<DirectoryState>, options: ListOptions): NodePage {
    const children = this.#at(directory.id)?.children;
    if (!children) return { entries: [] };
    const page = children.page(options.limit, options.prefix, options.after);
    const entries = page.children.map(({ name, id }): ListedNode => ({ name, id, state: this.#at(id)!.state }));
    return page.next === undefined ? { entries } : { entries, next: page.next };
  }

  findById(id: string): NodeState | undefined {
    return this.#at(id)?.state;
  }

  get usageBytes(): number {
    if (this.epoch === Number.POSITIVE_INFINITY) return this.tree.usageBytes;
    let bytes = 0;
    const seen = new Set<string>();
    const pending = [rootId];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const version = this.#at(id);
      if (version?.state.kind === "file") bytes += version.state.size;
      for (const child of version?.children?.values() ?? []) pending.push(child.id);
    }
    return bytes;
  }

  #at(id: string) {
    return this.tree.inode(id)?.at(this.epoch);
  }
}
