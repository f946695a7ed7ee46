// Operations on a share as a whole: create, delete, properties, metadata, snapshots, usage.
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import { leaseHeaders } from "../model/lease.js";
import { checkDowngrades } from "../model/provisioning.js";
import { element, textElement, xmlDocument } from "../xml.js";
import { needs } from "./needs.js";
import { metadataHeaders, versionHeaders } from "./node-headers.js";
import { downgradeHeaders, quotaHeaders, readProtocol, readShareSettings, settingsHeaders } from "./share-settings.js";

/** Before it, usage was told in whole GiB. */
const firstWithUsageBytes = "2018-11-09";
/** Before it, shares had no leases; clients for older versions stumble over their headers. */
const firstWithShareLeases = "2020-02-10";

export const createShare: Operation = {
  name: "Create Share",
  need: needs.createShare,
  onSnapshot: false,
  run(context) {
    const { request, service } = context;
    const protocol = readProtocol(request);
    const { metadata } = request;
    const { share: name = "" } = request.address;
    const init = { ...readShareSettings(context, protocol), protocol, ...(metadata && { metadata }) };
    service.checkNameIsFree(name);
    const { record } = service.createShare(name, init);
    return { status: 201, headers: { ...versionHeaders(record), ...quotaHeaders(record) } };
  },
};

export const deleteShare: Operation = {
  name: "Delete Share",
  need: needs.deleteShare,
  onSnapshot: true,
  run(context) {
    const { snapshotId, leaseId, request, service } = context;
    // The service takes it a second time while it is at it.
    if (snapshotId === undefined && service.isLeaving(request.address.share ?? "")) return { status: 202, headers: {} };
    const { share } = context;
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
    return { status: 201, headers: { ...versionHeaders(record), ...quotaHeaders(record) } };
  },
};

export const getShareProperties: Operation = {
  name: "Get Share Properties",
  need: needs.readShare,
  onSnapshot: true,
  run(context) {
    const { share, snapshotId, nowMs, version } = context;
    const { record } = share;
    checkReadLease(context);
    const seen = snapshotId === undefined ? record : share.snapshot(snapshotId);
    return {
      status: 200,
      headers: {
        ...versionHeaders(seen),
        ...metadataHeaders(seen.metadata),
        ...(version >= firstWithShareLeases && leaseHeaders(seen.lease, nowMs)),
        ...quotaHeaders({ ...record, quotaGiB: seen.quotaGiB }),
        ...downgradeHeaders(record),
        ...settingsHeaders(record, nowMs),
      },
    };
  },
};

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
    const before = share.record;
    const changes = readShareSettings(context, before.protocol);
    const now = context.service.ticker.next().time;
    const raised = checkDowngrades(before, { ...before, ...changes }, now);
    const moved = changes.accessTier !== undefined && changes.accessTier !== before.accessTier;
    const record = share.update({
      ...changes,
      ...(raised && { raised }),
      ...(moved && { accessTierChanged: now, tierBefore: before.accessTier }),
    });
    return {
      status: 200,
      headers: { ...versionHeaders(record), ...quotaHeaders(record), ...downgradeHeaders(record) },
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
    const { share, version } = context;
    checkReadLease(context);
    const { usageBytes } = share.live;
    const usage =
      version < firstWithUsageBytes
        ? textElement("ShareUsage", Math.ceil(usageBytes / 1024 ** 3))
        : textElement("ShareUsageBytes", usageBytes);
    return xmlResponse(200, xmlDocument(element("ShareStats", usage)), versionHeaders(share.record));
  },
};
