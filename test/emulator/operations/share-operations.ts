// Operations on a share as a whole: create, delete, properties, metadata, snapshots, usage.
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import type { ShareInit } from "../model/file-service.js";
import { leaseHeaders } from "../model/lease.js";
import { toHttpDate } from "../model/file-time.js";
import type { ShareRecord } from "../model/share-record.js";
import { element, textElement, xmlDocument } from "../xml.js";
import { needs } from "./needs.js";
import { metadataHeaders, versionHeaders } from "./node-headers.js";

const maxQuotaGiB = 102_400;
const tiers = ["TransactionOptimized", "Hot", "Cool", "Premium"];
const squashes = ["NoRootSquash", "RootSquash", "AllSquash"];

function readShareChanges({ request }: OperationContext): ShareInit {
  const quotaGiB = request.wholeNumber("x-ms-share-quota", 1);
  if (quotaGiB !== undefined && quotaGiB > maxQuotaGiB) {
    throw invalidHeader("x-ms-share-quota", String(quotaGiB));
  }
  const accessTier = oneOf(request.header("x-ms-access-tier"), tiers, "x-ms-access-tier");
  const rootSquash = oneOf(request.header("x-ms-root-squash"), squashes, "x-ms-root-squash");
  const provisionedIops = request.wholeNumber("x-ms-share-provisioned-iops");
  const bandwidth = request.wholeNumber("x-ms-share-provisioned-bandwidth-mibps");
  const virtualDirectory = "x-ms-enable-snapshot-virtual-directory-access";
  const bursting = "x-ms-share-paid-bursting-enabled";
  const maxIops = request.wholeNumber("x-ms-share-paid-bursting-max-iops");
  const maxBandwidthMiBps = request.wholeNumber("x-ms-share-paid-bursting-max-bandwidth-mibps");
  return {
    ...(quotaGiB !== undefined && { quotaGiB }),
    ...(accessTier !== undefined && { accessTier }),
    ...(rootSquash !== undefined && { rootSquash }),
    ...(provisionedIops !== undefined && { provisionedIops }),
    ...(bandwidth !== undefined && { provisionedBandwidthMiBps: bandwidth }),
    ...(request.header(virtualDirectory) !== undefined && {
      snapshotVirtualDirectoryAccess: request.flag(virtualDirectory),
    }),
    ...(request.header(bursting) !== undefined && {
      paidBursting: {
        enabled: request.flag(bursting),
        ...(maxIops !== undefined && { maxIops }),
        ...(maxBandwidthMiBps !== undefined && { maxBandwidthMiBps }),
      },
    }),
  };
}

function oneOf(value: string | undefined, allowed: readonly string[], header: string): string | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((name) => name.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw invalidHeader(header, value);
  return found;
}

export const createShare: Operation = {
  name: "Create Share",
  need: needs.createShare,
  onSnapshot: false,
  run(context) {
    const { request, service } = context;
    const protocol = oneOf(request.header("x-ms-enabled-protocols"), ["SMB", "NFS"], "x-ms-enabled-protocols");
    const { metadata } = request;
    const { record } = service.createShare(request.address.share ?? "", {
      ...readShareChanges(context),
      ...(protocol && { protocol: protocol as "SMB" | "NFS" }),
      ...(metadata && { metadata }),
    });
    return {
      status: 201,
      headers: { ...versionHeaders(record), "x-ms-share-quota": String(record.quotaGiB) },
    };
  },
};

export const deleteShare: Operation = {
  name: "Delete Share",
  need: needs.deleteShare,
  onSnapshot: true,
  run(context) {
    const { share, snapshotId, leaseId, request, service } = context;
    if (snapshotId !== undefined) {
      share.deleteSnapshot(snapshotId, leaseId);
      return { status: 202, headers: {} };
    }
    share.checkLease(leaseId, { writes: true });
    const mode = request.header("x-ms-delete-snapshots")?.toLowerCase();
    if (mode !== undefined && mode !== "include" && mode !== "include-leased") {
      throw invalidHeader("x-ms-delete-snapshots", mode);
    }
    const { snapshots } = share.record;
    if (snapshots.length > 0 && mode === undefined) throw new StorageError("ShareHasSnapshots");
    const leased = snapshots.some(({ lease }) => leaseHeaders(lease, context.nowMs)["x-ms-lease-status"] === "locked");
    if (leased && mode === "include") throw new StorageError("DeleteShareWhenSnapshotLeased");
    const usage = share.live.usageBytes;
    service.deleteShare(share.name);
    return {
      status: 202,
      headers: {
        "x-ms-file-share-usage-bytes": String(usage),
        "x-ms-file-share-snapshot-usage-bytes": "0",
      },
    };
  },
};

export const restoreShare: Operation = {
  name: "Restore Share",
  need: needs.createShare,
  onSnapshot: false,
  run({ request, service }) {
    const { share: name = "" } = request.address;
    const deletedName = request.requireHeader("x-ms-deleted-share-name");
    if (deletedName !== name) throw invalidHeader("x-ms-deleted-share-name", deletedName);
    const version = request.requireHeader("x-ms-deleted-share-version");
    const { record } = service.undeleteShare(name, version);
    return {
      status: 201,
      headers: { ...versionHeaders(record), "x-ms-share-quota": String(record.quotaGiB) },
    };
  },
};

export const getShareProperties: Operation = {
  name: "Get Share Properties",
  need: needs.readShare,
  onSnapshot: true,
  run(context) {
    const { share, snapshotId, nowMs } = context;
    const { record } = share;
    checkReadLease(context);
    const seen = snapshotId === undefined ? record : share.snapshot(snapshotId);
    return {
      status: 200,
      headers: {
        ...versionHeaders(seen),
        ...metadataHeaders(seen.metadata),
        ...leaseHeaders(seen.lease, nowMs),
        "x-ms-share-quota": String(seen.quotaGiB),
        "x-ms-access-tier": record.accessTier,
        "x-ms-access-tier-change-time": toHttpDate(record.accessTierChanged),
        "x-ms-enabled-protocols": record.protocol,
        ...extraHeaders(record),
      },
    };
  },
};

function extraHeaders(record: ShareRecord): Record<string, string> {
  const { rootSquash, provisionedIops, provisionedBandwidthMiBps, paidBursting } = record;
  const { snapshotVirtualDirectoryAccess } = record;
  const values = {
    "x-ms-root-squash": rootSquash,
    "x-ms-share-provisioned-iops": provisionedIops,
    "x-ms-share-provisioned-bandwidth-mibps": provisionedBandwidthMiBps,
    "x-ms-enable-snapshot-virtual-directory-access":
      snapshotVirtualDirectoryAccess ?? (record.protocol === "NFS" ? true : undefined),
    "x-ms-share-paid-bursting-enabled": paidBursting?.enabled,
    "x-ms-share-paid-bursting-max-iops": paidBursting?.maxIops,
    "x-ms-share-paid-bursting-max-bandwidth-mibps": paidBursting?.maxBandwidthMiBps,
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

function checkReadLease({ share, leaseId, snapshotId }: OperationContext): void {
  share.checkLease(leaseId, {
    writes: false,
    ...(snapshotId !== undefined && { snapshotId }),
  });
}

export const getShareMetadata: Operation = {
  name: "Get Share Metadata",
  need: needs.readShare,
  onSnapshot: true,
  run(context) {
    const { share, snapshotId } = context;
    checkReadLease(context);
    const seen = snapshotId === undefined ? share.record : share.snapshot(snapshotId);
    return {
      status: 200,
      headers: { ...versionHeaders(seen), ...metadataHeaders(seen.metadata) },
    };
  },
};

export const setShareProperties: Operation = {
  name: "Set Share Properties",
  need: needs.writeShare,
  onSnapshot: false,
  run(context) {
    const { share, leaseId } = context;
    share.checkLease(leaseId, { writes: true });
    const changes = readShareChanges(context);
    const moved = changes.accessTier !== undefined && changes.accessTier !== share.record.accessTier;
    const record = share.update({
      ...changes,
      ...(moved && { accessTierChanged: context.service.ticker.next().time }),
    });
    return {
      status: 200,
      headers: { ...versionHeaders(record), "x-ms-share-quota": String(record.quotaGiB) },
    };
  },
};

export const setShareMetadata: Operation = {
  name: "Set Share Metadata",
  need: needs.writeShare,
  onSnapshot: false,
  run({ share, leaseId, request }) {
    share.checkLease(leaseId, { writes: true });
    const record = share.update({ metadata: request.metadata ?? {} });
    return { status: 200, headers: versionHeaders(record) };
  },
};

export const snapshotShare: Operation = {
  name: "Snapshot Share",
  need: needs.createShare,
  // Asked of a snapshot it takes one of the share itself.
  onSnapshot: "ignored",
  run({ share, request }) {
    const snapshot = share.createSnapshot(request.metadata);
    return {
      status: 201,
      headers: { ...versionHeaders(snapshot), "x-ms-snapshot": snapshot.id },
    };
  },
};

export const getShareStats: Operation = {
  name: "Get Share Stats",
  need: needs.readShare,
  onSnapshot: true,
  run(context) {
    const { share } = context;
    checkReadLease(context);
    const usage = textElement("ShareUsageBytes", share.live.usageBytes);
    return xmlResponse(200, xmlDocument(element("ShareStats", usage)), versionHeaders(share.record));
  },
};
