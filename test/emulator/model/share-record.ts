// A share's own properties, its snapshots included, as one plain value that is replaced as a whole.
import type { Lease } from "./lease.js";
import type { Protocol } from "./resource-path.js";

export interface SnapshotRecord {
  /** `YYYY-MM-DDTHH:MM:SS.0000000Z` */
  readonly id: string;
  /** What the share's tree calls this moment. */
  readonly epoch: number;
  readonly modified: string;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly quotaGiB: number;
  readonly lease?: Lease;
}

/** One stored access policy; its fields are absent when the SAS has to bring them. */
export interface SignedIdentifier {
  readonly id: string;
  readonly start?: string;
  readonly expiry?: string;
  readonly permission?: string;
}

export interface ShareRecord {
  /** Never used again, even for a new share with the same name. */
  readonly uid: number;
  readonly name: string;
  readonly protocol: Protocol;
  readonly created: string;
  readonly modified: string;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly quotaGiB: number;
  readonly accessTier: string;
  readonly accessTierChanged: string;
  /** The tier it came from, when it was changed. */
  readonly tierBefore?: string;
  /** When a premium share's provisioning was last made larger. */
  readonly raised?: { readonly quota?: string; readonly iops?: string; readonly bandwidth?: string };
  readonly rootSquash?: string;
  readonly snapshotVirtualDirectoryAccess?: boolean;
  /** Newer versions of the service know it; on by default for SMB shares. */
  readonly smbDirectoryLease?: boolean;
  readonly paidBursting?: {
    readonly enabled: boolean;
    readonly maxIops?: number;
    readonly maxBandwidthMiBps?: number;
  };
  readonly provisionedIops?: number;
  readonly provisionedBandwidthMiBps?: number;
  readonly acl: readonly SignedIdentifier[];
  readonly lease?: Lease;
  /** Oldest first. */
  readonly snapshots: readonly SnapshotRecord[];
  /** Present on a share that was deleted and can still be restored. */
  readonly deleted?: { readonly time: string; readonly version: string; readonly retentionDays: number };
}
