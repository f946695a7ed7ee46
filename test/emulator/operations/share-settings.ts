// A share's settings as headers, both ways: what a request asks for, checked against the kind of account
// it is asked of, and what answers tell.
import { invalidHeader } from "../errors.js";
import type { OperationContext } from "../http/operation.js";
import type { StorageRequest } from "../http/storage-request.js";
import { checkWish } from "../model/account-rules.js";
import type { ShareInit } from "../model/file-service.js";
import { toHttpDate, toMs } from "../model/file-time.js";
import { provisioningOf } from "../model/provisioning.js";
import type { Protocol } from "../model/resource-path.js";
import type { ShareRecord } from "../model/share-record.js";

const maxQuotaGiB = 262_144;
const tiers = ["TransactionOptimized", "Hot", "Cool", "Premium"] as const;
const squashes = ["NoRootSquash", "RootSquash", "AllSquash"] as const;

/** The settings a request brings for a share of this protocol. Throws the error that fits one it may not. */
export function readShareSettings({ request, service }: OperationContext, protocol: Protocol): ShareInit {
  const quotaGiB = request.wholeNumber("x-ms-share-quota", 1);
  if (quotaGiB !== undefined && quotaGiB > maxQuotaGiB) throw invalidHeader("x-ms-share-quota", String(quotaGiB));
  const accessTier = oneOf(request, "x-ms-access-tier", tiers);
  const rootSquash = oneOf(request, "x-ms-root-squash", squashes);
  if (rootSquash !== undefined && protocol !== "NFS") throw invalidHeader("x-ms-root-squash", rootSquash);
  const provisionedIops = request.wholeNumber("x-ms-share-provisioned-iops", 1);
  const provisionedBandwidthMiBps = request.wholeNumber("x-ms-share-provisioned-bandwidth-mibps", 1);
  const snapshotVirtualDirectoryAccess = optionalFlag(request, "x-ms-enable-snapshot-virtual-directory-access");
  const smbDirectoryLease = optionalFlag(request, "x-ms-enable-smb-directory-lease");
  const paidBursting = readBursting(request);
  const settings: ShareInit = {
    ...(quotaGiB !== undefined && { quotaGiB }),
    ...(accessTier !== undefined && { accessTier }),
    ...(rootSquash !== undefined && { rootSquash }),
    ...(provisionedIops !== undefined && { provisionedIops }),
    ...(provisionedBandwidthMiBps !== undefined && { provisionedBandwidthMiBps }),
    ...(snapshotVirtualDirectoryAccess !== undefined && { snapshotVirtualDirectoryAccess }),
    ...(smbDirectoryLease !== undefined && { smbDirectoryLease }),
    ...(paidBursting && { paidBursting }),
  };
  checkWish(service.rules, { protocol, ...settings });
  return settings;
}

export function readProtocol(request: StorageRequest): Protocol {
  return oneOf(request, "x-ms-enabled-protocols", ["SMB", "NFS"] as const) ?? "SMB";
}

function readBursting(request: StorageRequest): ShareInit["paidBursting"] {
  const enabled = optionalFlag(request, "x-ms-share-paid-bursting-enabled");
  const maxIops = request.wholeNumber("x-ms-share-paid-bursting-max-iops");
  const maxBandwidthMiBps = request.wholeNumber("x-ms-share-paid-bursting-max-bandwidth-mibps");
  if (enabled === undefined && maxIops === undefined && maxBandwidthMiBps === undefined) return undefined;
  return {
    enabled: enabled ?? false,
    ...(maxIops !== undefined && { maxIops }),
    ...(maxBandwidthMiBps !== undefined && { maxBandwidthMiBps }),
  };
}

function optionalFlag(request: StorageRequest, name: string): boolean | undefined {
  return request.header(name) === undefined ? undefined : request.flag(name);
}

function oneOf<Word extends string>(request: StorageRequest, name: string, words: readonly Word[]): Word | undefined {
  const value = request.header(name);
  if (value === undefined) return undefined;
  const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw invalidHeader(name, value);
  return found;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** Quota and provisioning: what a create, a change and a restore answer, and reads too. */
export function quotaHeaders(record: ShareRecord): Record<string, string> {
  const provisioned = provisioningOf(record);
  const { explicit = false } = provisioned ?? {};
  return present({
    "x-ms-share-quota": record.quotaGiB,
    "x-ms-share-provisioned-iops": provisioned?.iops ?? record.provisionedIops,
    "x-ms-share-provisioned-bandwidth-mibps": provisioned?.bandwidthMiBps ?? record.provisionedBandwidthMiBps,
    "x-ms-share-included-burst-iops": explicit ? provisioned?.burstIops : undefined,
    "x-ms-share-max-burst-credits-for-iops": explicit ? provisioned?.burstCredits : undefined,
  });
}

/** When what was raised may be lowered again. */
export function downgradeHeaders(record: ShareRecord): Record<string, string> {
  const provisioned = provisioningOf(record);
  if (!provisioned) return {};
  const prefix = "x-ms-share-next-allowed";
  return {
    [`${prefix}-quota-downgrade-time`]: toHttpDate(provisioned.nextQuotaDowngrade),
    ...(provisioned.explicit && {
      [`${prefix}-provisioned-iops-downgrade-time`]: toHttpDate(provisioned.nextIopsDowngrade),
      [`${prefix}-provisioned-bandwidth-downgrade-time`]: toHttpDate(provisioned.nextBandwidthDowngrade),
    }),
  };
}

/** Everything a read of the properties tells beside quota and downgrades. */
export function settingsHeaders(record: ShareRecord, nowMs: number): Record<string, string> {
  const bandwidth = provisioningOf(record)?.bandwidthMiBps;
  const { paidBursting } = record;
  return present({
    "x-ms-access-tier": record.accessTier,
    "x-ms-access-tier-change-time": toHttpDate(record.accessTierChanged),
    "x-ms-access-tier-transition-state": tierTransition(record, nowMs),
    "x-ms-enabled-protocols": record.protocol,
    "x-ms-root-squash": record.rootSquash,
    "x-ms-enable-snapshot-virtual-directory-access": virtualDirectoryAccess(record),
    "x-ms-enable-smb-directory-lease": directoryLease(record),
    "x-ms-share-provisioned-ingress-mbps": bandwidth,
    "x-ms-share-provisioned-egress-mbps": bandwidth,
    "x-ms-share-paid-bursting-enabled": paidBursting?.enabled,
    "x-ms-share-paid-bursting-max-iops": paidBursting?.maxIops,
    "x-ms-share-paid-bursting-max-bandwidth-mibps": paidBursting?.maxBandwidthMiBps,
  });
}

export function virtualDirectoryAccess(record: ShareRecord): boolean | undefined {
  return record.snapshotVirtualDirectoryAccess ?? (record.protocol === "NFS" ? true : undefined);
}

export function directoryLease(record: ShareRecord): boolean | undefined {
  return record.smbDirectoryLease ?? (record.protocol === "SMB" ? true : undefined);
}

/** How long a share is said to be on its way to another tier. */
const transitionMs = 60_000;

/** Such as `pending-from-hot`, for a while after the tier was changed. */
export function tierTransition({ tierBefore, accessTierChanged }: ShareRecord, nowMs: number): string | undefined {
  if (tierBefore === undefined || nowMs >= toMs(accessTierChanged) + transitionMs) return undefined;
  return `pending-from-${tierBefore[0]!.toLowerCase()}${tierBefore.slice(1)}`;
}

function present(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}
