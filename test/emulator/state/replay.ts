// Rebuilds services from the changes a state folder kept, in the order they happened.
import type { Content } from "../model/content.js";
import type { FileService } from "../model/file-service.js";
import type { Lease } from "../model/lease.js";
import type { SecurityDescriptor } from "../model/permissions.js";
import type { ServiceProperties } from "../model/service-properties.js";
import type { Share } from "../model/share.js";
import type { ShareRecord } from "../model/share-record.js";
import { StoredTree } from "../model/stored-tree.js";
import { type ByteStore, decodeState } from "./state-codec.js";

/** One journal entry; the second field is the account, the third a share's number where there is one. */
export type Change =
  | readonly ["share", string, ShareRecord]
  | readonly ["unshare", string, number]
  | readonly ["service", string, ServiceProperties]
  | readonly ["permission", string, number, string, SecurityDescriptor]
  | readonly ["lease", string, number, string, Lease | null]
  | readonly ["set", string, number, string, unknown]
  | readonly ["link", string, number, string, string, string]
  | readonly ["unlink", string, number, string, string]
  | readonly ["forget", string, number, string];

export class Replay {
  readonly #shares = new Map<string, Share>();
  readonly #known = new Map<string, Content>();

  constructor(
    private readonly services: ReadonlyMap<string, FileService>,
    private readonly store: ByteStore,
  ) {}

  apply(change: Change): void {
    const service = this.services.get(change[1]);
    if (!service) return;
    if (change[0] === "share") this.#saveShare(service, change[2]);
    else if (change[0] === "service") service.setProperties(change[2]);
    else {
      const share = this.#shares.get(`${service.account} ${change[2]}`);
      // A permission of a share that is being made comes before the share's own first line ends.
      if (share) this.#change(service, share, change);
    }
  }

  #saveShare(service: FileService, record: ShareRecord): void {
    service.ticker.observe(record.etag);
    const key = `${service.account} ${record.uid}`;
    const known = this.#shares.get(key);
    const share = known ?? service.restoreShare(record);
    this.#shares.set(key, share);
    if (known) {
      known.save(record);
      service.refile(known);
    }
    const frozen = record.snapshots.at(-1)?.epoch ?? -1;
    for (let { epoch } = treeOf(share); epoch <= frozen; epoch++) share.tree.freeze();
  }

  #change(
    service: FileService,
    share: Share,
    change: Exclude<Change, readonly ["share" | "service", ...unknown[]]>,
  ): void {
    const tree = treeOf(share);
    switch (change[0]) {
      case "unshare":
        service.drop(share);
        return;
      case "permission":
        share.permissions.restore(change[3], change[4]);
        return;
      case "lease":
        if (change[4]) share.leases.set(change[3], change[4]);
        else share.leases.remove(change[3]);
        return;
      case "link":
        tree.link(change[3], change[4], change[5]);
        return;
      case "unlink":
        tree.unlink(change[3], change[4]);
        return;
      case "forget":
        tree.forget(change[3]);
        return;
      case "set":
        this.#set(service, share, change[3], change[4]);
    }
  }

  #set(service: FileService, share: Share, id: string, value: unknown): void {
    const key = `${service.account} ${share.record.uid} ${id}`;
    const state = decodeState(value, this.#known.get(key), this.store);
    service.ticker.observe(state.etag);
    const tree = treeOf(share);
    if (state.kind === "file") {
      this.#known.set(key, state.content);
      for (const { stamp } of state.content.extents) tree.reserve("0", stamp);
    }
    tree.reserve(id, 0);
    tree.set(id, state);
  }
}

function treeOf(share: Share): StoredTree {
  if (!(share.tree instanceof StoredTree)) throw new TypeError("a kept share has a stored tree");
  return share.tree;
}
