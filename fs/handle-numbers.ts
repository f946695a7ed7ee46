/**
 * Turns handles into the numbers that the kernel keeps, and numbers back into handles (node-number.ts). Only tenants and shares
 * take a table. What is behind a file's number is found through the tree, so those used last are kept.
 */
import type { CatalogEntry } from "../catalog/catalog.js";
import type { NodeId, SnapshotNumber } from "../core/ids.js";
import { NO_NODE, ROOT_NODE } from "../core/ids.js";
import { FileSystemError } from "./errors.js";
import type { DirectoryPlace, Handle, NodeHandle } from "./handle.js";
import { whenReady, type MaybePromise } from "./maybe-promise.js";
import { nodeNumber, numberedNode, type NodeNumber, type NumberedNode } from "./node-number.js";
import type { OpenShare } from "./open-share.js";
import type { Operations } from "./operations.js";
import type { ShareSlots } from "./share-slots.js";

/** The kernel's number of the root, whatever that is. */
export const ROOT_NUMBER: NodeNumber = { high: 0, low: 1 };
/** What a share's own directory has in the place of a node. */
const SHARE_NODE = 2;
/** Tenants belong to no share: they have the first one's slot. */
const FIRST_TENANT = 16;
/** A power of two. */
const KEPT = 256;
/** Likewise. Who walks a tree lists the directories that were listed last. */
const KEPT_DIRECTORIES = 1024;

interface Kept {
  readonly number: NodeNumber;
  readonly handle: NodeHandle;
}

/** A directory as it was listed in its parent. */
interface Listed {
  readonly number: NodeNumber;
  readonly inode: NodeNumber;
  readonly parentId: NodeId;
}

export class HandleNumbers {
  readonly #operations: Pick<Operations, "root" | "shares">;
  readonly #slots: ShareSlots;
  readonly #unknown: () => never;
  readonly #tenants: string[] = [];
  #lastShare: OpenShare | undefined;
  #lastSlot = 0;
  readonly #kept: (Kept | undefined)[] = Array.from({ length: KEPT });
  readonly #listed: (Listed | undefined)[] = Array.from({ length: KEPT_DIRECTORIES });

  /** @param unknown throws what a number shall get that was not given out here. Default: `ENOENT` */
  constructor(operations: Pick<Operations, "root" | "shares">, slots: ShareSlots, unknown: () => never = missing) {
    this.#operations = operations;
    this.#slots = slots;
    this.#unknown = unknown;
  }

  /** By which the kernel asks for it. @throws FileSystemError `EOVERFLOW` */
  placeOf(handle: Handle): NodeNumber {
    switch (handle.kind) {
      case "tenants":
        return ROOT_NUMBER;
      case "tenant":
        return { high: 0, low: FIRST_TENANT + this.#tenantIndex(handle.tenant) };
      case "share":
        return this.#number(true, this.#slots.slotOf(handle.name), 0, SHARE_NODE);
      case "latest":
        return this.#number(false, this.#slotOf(handle.share), handle.snapshot.number, NO_NODE);
      case "node": {
        const { share, snapshot, entry } = handle;
        const isDirectory = entry.kind === "directory";
        const within = isDirectory ? snapshot.number : entry.since;
        return this.#number(isDirectory, this.#slotOf(share), within, entry.nodeId);
      }
    }
  }

  /** What `stat` shows as its inode: of two things within snapshots of a share it is equal when, and only when, they are. */
  inodeOf(handle: Handle): NodeNumber {
    return handle.kind === "node" && handle.entry.kind === "directory"
      ? this.#directoryInode(handle, handle.entry.nodeId)
      : this.placeOf(handle);
  }

  /** `placeOf` and `inodeOf` of an entry of a directory. */
  numbersWithin(
    { share, snapshot, view, nodeId: parentId }: DirectoryPlace,
    { kind, nodeId, since }: Pick<CatalogEntry, "kind" | "nodeId" | "since">,
  ): { readonly place: NodeNumber; readonly inode: NodeNumber } {
    const slot = this.#slotOf(share);
    if (kind !== "directory") {
      const number = this.#number(false, slot, since, nodeId);
      return { place: number, inode: number };
    }
    const place = this.#number(true, slot, snapshot.number, nodeId);
    const inode = this.#number(true, slot, view.stampOf(nodeId), nodeId);
    this.#listed[slotIn(place, KEPT_DIRECTORIES)] = { number: place, inode, parentId };
    return { place, inode };
  }

  /** The inodes of `.` and `..`; the latter is undefined for the root of a snapshot. */
  dotInodesOf({ share, snapshot, view, nodeId }: DirectoryPlace): {
    readonly own: NodeNumber;
    readonly parent: NodeNumber | undefined;
  } {
    const slot = this.#slotOf(share);
    const listed = (directory: NodeId): Listed | undefined => {
      const number = this.#number(true, slot, snapshot.number, directory);
      const kept = this.#listed[slotIn(number, KEPT_DIRECTORIES)];
      return kept && isSame(kept.number, number) ? kept : undefined;
    };
    const inode = (directory: NodeId, kept: Listed | undefined): NodeNumber =>
      kept?.inode ?? this.#number(true, slot, view.stampOf(directory), directory);
    const own = listed(nodeId);
    const parent = nodeId === ROOT_NODE ? undefined : (own?.parentId ?? view.parentOf(nodeId));
    return { own: inode(nodeId, own), parent: parent === undefined ? undefined : inode(parent, listed(parent)) };
  }

  /**
   * The directory in a snapshot that a number stands for, without looking whether there is one: only the kernel asks, and for what
   * it was told of. undefined for everything else.
   */
  directoryOf(number: NodeNumber): MaybePromise<DirectoryPlace | undefined> {
    const { isDirectory, slot, snapshot, node } = numberedNode(number);
    const name = this.#slots.nameOf(slot);
    if (!isDirectory || snapshot === 0 || name === undefined) return undefined;
    return whenReady(this.#operations.shares.open(name), (share): DirectoryPlace | undefined => {
      const seen = share.from(snapshot as SnapshotNumber);
      const view = share.view(snapshot as SnapshotNumber);
      return seen && { share, snapshot: seen, view, nodeId: node as NodeId };
    });
  }

  /** @throws FileSystemError `ENOENT` when nothing has the number, and as `SharePool.open` */
  handleOf(number: NodeNumber): MaybePromise<Handle> {
    if (isSame(number, ROOT_NUMBER)) return this.#operations.root;
    const kept = this.#kept[slotIn(number, KEPT)];
    if (kept && isSame(kept.number, number)) return kept.handle;
    const node = numberedNode(number);
    if (node.snapshot === 0 && node.node >= FIRST_TENANT) {
      return { kind: "tenant", tenant: this.#tenants[node.node - FIRST_TENANT] ?? this.#unknown() };
    }
    const name = this.#slots.nameOf(node.slot) ?? this.#unknown();
    if (node.snapshot === 0) return node.node === SHARE_NODE ? { kind: "share", name } : missing();
    return whenReady(this.#operations.shares.open(name), (share) => {
      const handle = this.#find(share, node) ?? missing();
      if (handle.kind === "node") this.#kept[slotIn(number, KEPT)] = { number, handle };
      return handle;
    });
  }

  #find(share: OpenShare, node: NumberedNode): Handle | undefined {
    const number = node.snapshot as SnapshotNumber;
    // A directory is a place in its own snapshot, which another thread may have seen before it was removed.
    const snapshot = node.isDirectory ? (share.at(number) ?? this.#unknown()) : share.from(number);
    if (!snapshot) return undefined;
    if (node.node === NO_NODE) return { kind: "latest", share, snapshot };
    const view = share.view(number);
    const entry = view.find(node.node as NodeId);
    if (!entry || (entry.kind === "directory") !== node.isDirectory) return undefined;
    if (!node.isDirectory && entry.since !== number) return undefined;
    return { kind: "node", share, snapshot, view, entry };
  }

  #directoryInode({ share, view }: NodeHandle, nodeId: NodeId): NodeNumber {
    return this.#number(true, this.#slotOf(share), view.stampOf(nodeId), nodeId);
  }

  #slotOf(share: OpenShare): number {
    if (share !== this.#lastShare) {
      this.#lastSlot = this.#slots.slotOf(share.name);
      this.#lastShare = share;
    }
    return this.#lastSlot;
  }

  #number(isDirectory: boolean, slot: number, snapshot: number, node: number): NodeNumber {
    return nodeNumber({ isDirectory, slot, snapshot, node });
  }

  #tenantIndex(tenant: string): number {
    const index = this.#tenants.indexOf(tenant);
    return index >= 0 ? index : this.#tenants.push(tenant) - 1;
  }
}

function slotIn({ high, low }: NodeNumber, count: number): number {
  // Neighbours have neighbouring numbers; snapshots are told apart by the rest.
  return (low ^ (high >>> 2)) & (count - 1);
}

function isSame(a: NodeNumber, b: NodeNumber): boolean {
  return a.low === b.low && a.high === b.high;
}

function missing(): never {
  throw new FileSystemError("ENOENT");
}
