/**
 * Makes a share that is restored into and is not there, as the snapshot says that the backed-up one was. Stored access policies are
 * left out: whom a share is open to is for people to say again.
 */
import type { ShareClient, ShareCreateOptions } from "@azure/storage-file-share";
import type { ShareProperties } from "../../../core/share-properties.js";
import type { ShareProtocol } from "./names.js";

/**
 * @param mayBeMissing whether a share that does not exist is no error
 * @returns undefined when there is no such share
 * @throws what the SDK throws
 */
export async function protocolOf(
  share: ShareClient,
  mayBeMissing: boolean,
  abortSignal: AbortSignal,
): Promise<ShareProtocol | undefined> {
  try {
    const { protocols } = await share.getProperties({ abortSignal });
    return protocols?.nfsEnabled === true ? "nfs" : "smb";
  } catch (error) {
    const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown };
    if (mayBeMissing && code === "ShareNotFound") return undefined;
    // Who may only see files is not told; nearly all shares are of this kind, and one that is none says so at the first file.
    if (statusCode === 400 || statusCode === 403) return "smb";
    throw error;
  }
}

export function protocolLike(like: ShareProperties | undefined): ShareProtocol {
  return like?.properties["enabled-protocols"]?.toUpperCase() === "NFS" ? "nfs" : "smb";
}

/** @throws what the SDK throws */
export async function createShare(
  share: ShareClient,
  like: ShareProperties | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  // One that is there after all was made by an earlier try, whose answer was lost.
  await share.createIfNotExists({ ...optionsLike(like), abortSignal });
}

/** What of the properties may be chosen for a new share; all else follows from these and the account. */
export function optionsLike(like: ShareProperties | undefined): ShareCreateOptions {
  if (!like) return {};
  const { properties, metadata } = like;
  const number = (name: string): number | undefined => {
    const value = Number(properties[name]);
    return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  };
  const quota = number("share-quota");
  const tier = properties["access-tier"];
  const squash = properties["root-squash"];
  const iops = number("share-provisioned-iops");
  const bandwidth = number("share-provisioned-bandwidth-mibps");
  const isNfs = protocolLike(like) === "nfs";
  return {
    metadata: { ...metadata },
    ...(quota !== undefined && { quota }),
    // Premium is the account's, and cannot be asked for.
    ...(isChosenTier(tier) && { accessTier: tier }),
    ...(isNfs && { protocols: { nfsEnabled: true } }),
    ...(isNfs && isSquash(squash) && { rootSquash: squash }),
    ...(properties["enable-snapshot-virtual-directory-access"] !== undefined && {
      enableSnapshotVirtualDirectoryAccess: properties["enable-snapshot-virtual-directory-access"] === "true",
    }),
    // Figures that the account decides by itself come with no bandwidth of their own.
    ...(iops !== undefined &&
      bandwidth !== undefined && { shareProvisionedIops: iops, shareProvisionedBandwidthMibps: bandwidth }),
  };
}

function isChosenTier(tier: string | undefined): tier is "TransactionOptimized" | "Hot" | "Cool" {
  return tier === "TransactionOptimized" || tier === "Hot" || tier === "Cool";
}

function isSquash(squash: string | undefined): squash is "NoRootSquash" | "RootSquash" | "AllSquash" {
  return squash === "NoRootSquash" || squash === "RootSquash" || squash === "AllSquash";
}
