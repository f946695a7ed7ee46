// One account's file service: its shares by name, those deleted but still restorable, and its settings.
import { StorageError } from "../errors.js";
import { type AccountRules, anythingGoes, shareDefaults } from "./account-rules.js";
import { type ChangeLog, forgetfulLog } from "./change-log.js";
import { type Clock, Ticker, toMs } from "./file-time.js";
import type { ShareTree } from "./node.js";
import { checkShareName, type Protocol } from "./resource-path.js";
import { defaultServiceProperties, type ServiceProperties } from "./service-properties.js";
import { Share } from "./share.js";
import type { ShareRecord } from "./share-record.js";

export interface ShareInit {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly quotaGiB?: number;
  readonly accessTier?: string;
  readonly protocol?: Protocol;
  readonly rootSquash?: string;
  readonly snapshotVirtualDirectoryAccess?: boolean;
  readonly smbDirectoryLease?: boolean;
  readonly paidBursting?: NonNullable<ShareRecord["paidBursting"]>;
  readonly provisionedIops?: number;
  readonly provisionedBandwidthMiBps?: number;
}

const dayMs = 86_400_000;
/** How long the service takes to delete a share; its name is not free before. */
const deletionMs = 30_000;

export class FileService {
  readonly ticker: Ticker;
  readonly #shares = new Map<string, Share>();
  #deleted: Share[] = [];
  #nextUid = 1;
  #properties = defaultServiceProperties;
  /** Names of shares that were deleted, and when the service is done with it. */
  readonly #leaving = new Map<string, number>();

  /** With `retentionDays` a deleted share can be restored for that long; otherwise it is gone. */
  constructor(
    readonly account: string,
    readonly clock: Clock,
    private readonly log: ChangeLog,
    private readonly retentionDays = 0,
    readonly rules: AccountRules = anythingGoes,
  ) {
    this.ticker = new Ticker(clock);
  }

  get properties(): ServiceProperties {
    return this.#properties;
  }

  setProperties(properties: ServiceProperties): void {
    this.#properties = properties;
    this.log.servicePropertiesSet(this.account, properties);
  }

  /** Live shares by name, in order. */
  get shares(): readonly Share[] {
    return [...this.#shares.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Deleted shares that can still be restored. */
  get deletedShares(): readonly Share[] {
    this.#deleted = this.#deleted.filter((share) => {
      const { time = "", retentionDays = 0 } = share.record.deleted ?? {};
      const kept = toMs(time) + retentionDays * dayMs > this.clock();
      if (!kept) this.log.shareRemoved(this.account, share.record.uid);
      return kept;
    });
    return this.#deleted;
  }

  /** Throws ShareNotFound, and the errors of a name no share can have. */
  share(name: string): Share {
    const share = this.#shares.get(name);
    if (share) return share;
    checkShareName(name);
    throw new StorageError("ShareNotFound");
  }

  hasShare(name: string): boolean {
    return this.#shares.has(name);
  }

  /**
   * Throws ShareAlreadyExists and the errors of a bad name. A `tree` makes a share that is not stored,
   * such as a generated one; it does not survive a restart.
   */
  createShare(name: string, init: ShareInit = {}, tree?: ShareTree): Share {
    checkShareName(name);
    if (this.#shares.has(name)) throw new StorageError("ShareAlreadyExists");
    const now = this.ticker.next();
    const { metadata = {}, protocol = "SMB", ...rest } = init;
    return this.restoreShare(
      {
        uid: this.#nextUid,
        name,
        metadata,
        protocol,
        ...shareDefaults(this.rules, protocol),
        ...rest,
        ...(protocol === "NFS" && { rootSquash: init.rootSquash ?? "NoRootSquash" }),
        accessTierChanged: now.time,
        created: now.time,
        modified: now.time,
        etag: now.etag,
        acl: [],
        snapshots: [],
      },
      tree,
    );
  }

  /** Enters a share that was kept elsewhere, with an empty tree for its log to fill. */
  restoreShare(record: ShareRecord, tree?: ShareTree): Share {
    this.#nextUid = Math.max(this.#nextUid, record.uid + 1);
    const log = tree ? forgetfulLog : this.log;
    const share = new Share(this.account, record, this.ticker, log, tree);
    this.refile(share);
    return share;
  }

  /** Puts a share where its record says it belongs: among the live or the deleted ones. */
  refile(share: Share): void {
    this.drop(share);
    if (share.record.deleted) this.#deleted.push(share);
    else this.#shares.set(share.name, share);
  }

  /** Lets go of a share, live or deleted, for good. */
  drop(share: Share): void {
    this.#deleted = this.#deleted.filter((other) => other !== share);
    if (this.#shares.get(share.name) === share) this.#shares.delete(share.name);
  }

  /** Throws ShareBeingDeleted while a share of this name is still on its way out, not to be restored. */
  checkNameIsFree(name: string): void {
    if (this.retentionDays === 0 && this.isLeaving(name)) throw new StorageError("ShareBeingDeleted");
  }

  /** Whether there is no share of this name, and one was deleted so lately that the service is still at it. */
  isLeaving(name: string): boolean {
    return !this.#shares.has(name) && (this.#leaving.get(name) ?? 0) > this.clock();
  }

  deleteShare(name: string): void {
    const share = this.share(name);
    this.#shares.delete(name);
    this.#leaving.set(name, this.clock() + deletionMs);
    if (this.retentionDays === 0) {
      this.log.shareRemoved(this.account, share.record.uid);
      return;
    }
    const { time, etag } = this.ticker.next();
    const version = etag.slice(3, -1).padStart(16, "0");
    const { retentionDays } = this;
    share.save({ ...share.record, deleted: { time, version, retentionDays } });
    this.#deleted.push(share);
  }

  /** Brings a deleted share back. Throws ShareNotFound and ShareAlreadyExists. */
  undeleteShare(name: string, version: string): Share {
    const share = this.deletedShares.find(({ record }) => record.name === name && record.deleted?.version === version);
    if (!share) throw new StorageError("ShareNotFound");
    if (this.#shares.has(name)) throw new StorageError("ShareAlreadyExists");
    this.#deleted = this.#deleted.filter((other) => other !== share);
    const { deleted: _, ...record } = share.record;
    share.save(record);
    this.#shares.set(name, share);
    return share;
  }
}
