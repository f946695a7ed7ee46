/**
 * Lists directories piece by piece without keeping any of them open: an offset is a place in the directory, not in a
 * stream. In a snapshot, offset 2 + n stands behind the entry of node n, whatever thread has listed as far as that. What it is called
 * is remembered for the places where listings stopped last, and asked of the tree otherwise.
 */
import { LRUCache } from "lru-cache";
import type { CatalogEntry } from "../catalog/catalog.js";
import type { EntryCursor } from "../catalog/entry-cursor.js";
import type { NodeId } from "../core/ids.js";
import type { DirectoryPlace, Handle, NodeHandle } from "./handle.js";
import { DOT_ENTRIES, numbered, shareEntries, sharesOf, tenantNames, type DirectoryEntry } from "./layout.js";
import { whenReady, type MaybePromise } from "./maybe-promise.js";
import type { SharePool } from "./share-pool.js";
import type { ShareDirectory } from "./shares.js";

const REMEMBERED_PLACES = 1024;
/** The catalog has no longer ones. */
const LONGEST_NAME_BYTES = 1024;

/** @returns false when it did not take the entry, and wants no more */
export type AddEntry = (entry: DirectoryEntry) => boolean;

export class DirectoryLister {
  readonly #directory: Pick<ShareDirectory, "list">;
  readonly #shares: SharePool;
  readonly #places = new LRUCache<string, string>({ max: REMEMBERED_PLACES });
  /** Of the entry that was visited last: most names are not made strings of. */
  readonly #lastName = Buffer.alloc(LONGEST_NAME_BYTES);

  constructor(directory: Pick<ShareDirectory, "list">, shares: SharePool) {
    this.#directory = directory;
    this.#shares = shares;
  }

  /** As `Operations.list`; `handle` is a directory. */
  list(handle: Handle, offset: number, add: AddEntry): MaybePromise<void> {
    for (const entry of DOT_ENTRIES) if (entry.offset > offset && !add(entry)) return;
    if (handle.kind === "node") return this.#children(handle, Math.max(0, offset - 2), add);
    return whenReady(this.#level(handle), (entries) => {
      for (const entry of entries) if (entry.offset > offset && !add(entry)) return;
    });
  }

  /** As `Operations.visit`. */
  visit(directory: DirectoryPlace, offset: number, visit: (entry: EntryCursor) => boolean): boolean {
    const behind = Math.max(0, offset - 2);
    const after = behind === 0 ? undefined : this.#nameOf(directory, behind);
    if (behind !== 0 && after === undefined) return true;
    let isWhole = true;
    let last = behind;
    const name = this.#lastName;
    let nameLength = 0;
    directory.view.visit(directory.nodeId, after, (entry) => {
      isWhole = visit(entry);
      if (!isWhole) return false;
      last = entry.nodeId;
      ({ nameLength } = entry);
      // Names are short: a loop is done before a call has begun.
      for (let index = 0; index < nameLength; index++) name[index] = entry.nameBytes[index] as number;
      return true;
    });
    if (!isWhole && last !== behind) this.#places.set(placeKey(directory, last), name.toString("utf8", 0, nameLength));
    return isWhole;
  }

  #level(handle: Exclude<Handle, NodeHandle>): MaybePromise<readonly DirectoryEntry[]> {
    switch (handle.kind) {
      case "tenants":
        return numbered(tenantNames(this.#directory.list()).map((tenant) => [tenant, { kind: "tenant", tenant }]));
      case "tenant":
        return numbered(sharesOf(this.#directory.list(), handle.tenant).map((share) => [share.name.share, share]));
      case "share":
        return whenReady(this.#shares.open(handle.name), shareEntries);
      case "latest":
        return [];
    }
  }

  #children(directory: NodeHandle, behind: number, add: AddEntry): void {
    const { view, entry: parent } = directory;
    const place = { ...directory, nodeId: parent.nodeId };
    const after = behind === 0 ? undefined : this.#nameOf(place, behind);
    // Nothing is behind what is not there.
    if (behind !== 0 && after === undefined) return;
    let last: CatalogEntry | undefined;
    for (const entry of view.list(parent.nodeId, after)) {
      const { name, kind, nodeId } = entry;
      if (!add({ name, kind, offset: 2 + nodeId, handle: { ...directory, entry } })) {
        if (last) this.#places.set(placeKey(directory, last.nodeId), last.name);
        return;
      }
      last = entry;
    }
  }

  #nameOf(directory: DirectoryPlace, node: number): string | undefined {
    const known = this.#places.get(placeKey(directory, node));
    if (known !== undefined) return known;
    const entry = directory.view.find(node as NodeId);
    return entry?.parentId === directory.nodeId ? entry.name : undefined;
  }
}

function placeKey({ share, snapshot }: Pick<DirectoryPlace, "share" | "snapshot">, node: number): string {
  return `${share.name.tenant}/${share.name.share}/${snapshot.number}/${node}`;
}
