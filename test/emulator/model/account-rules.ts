// What kind of account a file service belongs to, and what that allows its shares. Standard accounts have
// tiers, premium ones have performance that is provisioned, and NFS. An account without a kind, such as
// the development account, takes whatever is asked for.
import { invalidHeader, StorageError } from "../errors.js";
import type { Protocol } from "./resource-path.js";

export type AccountKind = "standard" | "premium";

export interface AccountRules {
  readonly kind?: AccountKind;
  /** Whether shares may be NFS ones. */
  readonly nfs: boolean;
}

/** For an account that takes everything. */
export const anythingGoes: AccountRules = { nfs: true };

const premiumLeastGiB = 100;

/** What a request asks of a share, as far as the account's kind matters for it. */
export interface ShareWish {
  readonly protocol?: Protocol;
  readonly accessTier?: string;
  readonly quotaGiB?: number;
  readonly provisionedIops?: number;
  readonly provisionedBandwidthMiBps?: number;
  readonly paidBursting?: object;
}

/** Throws InvalidHeaderValue and UnsupportedHeader for what this kind of account does not have. */
export function checkWish({ kind, nfs }: AccountRules, wish: ShareWish): void {
  const { accessTier, quotaGiB } = wish;
  if (wish.protocol === "NFS" && !nfs) throw invalidHeader("x-ms-enabled-protocols", "NFS");
  if (kind === undefined) return;
  if (accessTier !== undefined && (accessTier === "Premium") !== (kind === "premium")) {
    throw invalidHeader("x-ms-access-tier", accessTier);
  }
  if (kind === "premium") {
    if (quotaGiB !== undefined && quotaGiB < premiumLeastGiB) throw invalidHeader("x-ms-share-quota", `${quotaGiB}`);
    return;
  }
  const headers = {
    "x-ms-share-provisioned-iops": wish.provisionedIops,
    "x-ms-share-provisioned-bandwidth-mibps": wish.provisionedBandwidthMiBps,
    "x-ms-share-paid-bursting-enabled": wish.paidBursting,
  };
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) throw new StorageError("UnsupportedHeader", { HeaderName: name });
  }
}

/** Tier and quota of a share for which neither is asked. */
export function shareDefaults({ kind }: AccountRules, protocol: Protocol): { accessTier: string; quotaGiB: number } {
  // NFS shares exist on premium storage only, whatever the account says of itself.
  const accessTier = kind === "premium" || protocol === "NFS" ? "Premium" : "TransactionOptimized";
  return { accessTier, quotaGiB: kind === "premium" ? premiumLeastGiB : 5120 };
}
