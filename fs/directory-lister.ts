/**
 * Lists directories piece by piece without keeping any of them open: an offset is a place in the directory, not in a
 * stream. In a snapshot, offset 2 + n stands behind the n-th entry; where that is by name is remembered for the places
 * where listings stopped, and found again by counting when it was forgotten.
 */
import { LRUCache } from "lru-cache";
import type { Handle, NodeHandle } from "./handle.js";
import { DOT_ENTRIES, numbered, shareEntries, sharesOf, tenantNames, type DirectoryEntry } from "./layout.js";
import { whenReady, type MaybePromise } from "./maybe-promise.js";
import type { OpenShares } from "./open-shares.js";
import type { ShareDirectory } from "./shares.js";

const REMEMBERED_PLACES = 1024;

export class DirectoryLister {
  readonly #directory: ShareDirectory;
  readonly #shares: OpenShares;
  readonly #places = new LRUCache<string, string>({ max: REMEMBERED_PLACES });

  constructor(directory: ShareDirectory, shares: OpenShares) {
    this.#directory = directory;
    this.#shares = shares;
  }

  /** As `Operations.readdir`; `handle` is a directory. */
  read(handle: Handle, offset: number, limit: number): MaybePromise<readonly DirectoryEntry[]> {
    const dots = DOT_ENTRIES.filter((entry) => entry.offset > offset).slice(0, limit);
    const rest = limit - dots.length;
    if (rest <= 0) return dots;
    if (handle.kind === "node") return [...dots, ...this.#children(handle, Math.max(0, offset - 2), rest)];
    return whenReady(this.#level(handle), (entries) => [
      ...dots,
      ...entries.filter((entry) => entry.offset > offset).slice(0, rest),
    ]);
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

  #children(directory: NodeHandle, skip: number, limit: number): readonly DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    const { view, entry: parent } = directory;
    const after = skip === 0 ? undefined : this.#places.get(placeKey(directory, skip));
    let index = skip === 0 || after === undefined ? 0 : skip;
    for (const entry of view.list(parent.nodeId, after)) {
      index++;
      if (index <= skip) continue;
      entries.push({ name: entry.name, kind: entry.kind, offset: 2 + index, handle: { ...directory, entry } });
      if (entries.length === limit) {
        this.#places.set(placeKey(directory, index), entry.name);
        break;
      }
    }
    return entries;
  }
}

function placeKey({ share, snapshot, entry }: NodeHandle, index: number): string {
  return `${share.name.tenant}/${share.name.share}/${snapshot.number}/${entry.nodeId}/${index}`;
}
