// List Shares: an account's shares, their snapshots and the deleted ones that can be restored, in pages.
import { invalidQuery } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import { toHttpDate, toMs } from "../model/file-time.js";
import { leaseHeaders } from "../model/lease.js";
import { provisioningOf } from "../model/provisioning.js";
import type { ShareRecord, SnapshotRecord } from "../model/share-record.js";
import { element, textElement, xmlDocument } from "../xml.js";
import { decodeMarker, encodeMarker } from "./marker.js";
import { needs } from "./needs.js";
import { directoryLease, tierTransition, virtualDirectoryAccess } from "./share-settings.js";

const maxPageEntries = 5000;

interface ListedShare {
  /** Orders snapshots of a share oldest first, and the share itself behind them. */
  readonly key: string;
  readonly record: ShareRecord;
  readonly snapshot?: SnapshotRecord;
}

export const listShares: Operation = {
  name: "List Shares",
  need: needs.listShares,
  onSnapshot: true,
  run(context) {
    const { request } = context;
    const { query, address } = request;
    const limit = request.positiveParameter("maxresults");
    const prefix = query.get("prefix") ?? "";
    const after = decodeMarker(query.get("marker")) ?? "";
    const include = readInclude(query.get("include") ?? "");
    const all = listed(context, include).filter(({ key, record }) => record.name.startsWith(prefix) && key > after);
    const page = all.slice(0, Math.min(limit ?? maxPageEntries, maxPageEntries));
    const last = page.at(-1);
    const body = element(
      "EnumerationResults",
      [
        prefix === "" ? "" : textElement("Prefix", prefix),
        textElement("Marker", query.get("marker")),
        textElement("MaxResults", limit),
        element(
          "Shares",
          page.map((entry) => shareElement(entry, include, context.nowMs)),
        ),
        textElement("NextMarker", last && page.length < all.length ? encodeMarker(last.key) : ""),
      ],
      { ServiceEndpoint: address.endpoint },
    );
    return xmlResponse(200, xmlDocument(body));
  },
};

function readInclude(value: string): ReadonlySet<string> {
  const names = new Set(
    value
      .split(",")
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ""),
  );
  for (const name of names) {
    if (!["snapshots", "metadata", "deleted"].includes(name)) throw invalidQuery("include", value);
  }
  return names;
}

function listed({ service }: OperationContext, include: ReadonlySet<string>): ListedShare[] {
  const entries: ListedShare[] = [];
  for (const { record } of service.shares) {
    if (include.has("snapshots")) {
      for (const snapshot of record.snapshots) {
        entries.push({ key: `${record.name}\u0001${snapshot.id}`, record, snapshot });
      }
    }
    entries.push({ key: `${record.name}\u0002`, record });
  }
  if (include.has("deleted")) {
    for (const { record } of service.deletedShares) {
      entries.push({ key: `${record.name}\u0003${record.deleted!.version}`, record });
    }
  }
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function shareElement({ record, snapshot }: ListedShare, include: ReadonlySet<string>, nowMs: number): string {
  const seen = snapshot ?? record;
  const lease = leaseHeaders(seen.lease, nowMs);
  const { deleted } = record;
  const metadata = Object.entries(seen.metadata);
  return element("Share", [
    textElement("Name", record.name),
    textElement("Snapshot", snapshot?.id),
    deleted ? textElement("Deleted", true) + textElement("Version", deleted.version) : "",
    element("Properties", [
      textElement("Last-Modified", toHttpDate(seen.modified)),
      textElement("Etag", seen.etag),
      textElement("LeaseStatus", lease["x-ms-lease-status"]),
      textElement("LeaseState", lease["x-ms-lease-state"]),
      textElement("LeaseDuration", lease["x-ms-lease-duration"]),
      textElement("Quota", seen.quotaGiB),
      textElement("EnabledProtocols", record.protocol),
      textElement("RootSquash", record.rootSquash),
      textElement("EnableSnapshotVirtualDirectoryAccess", virtualDirectoryAccess(record)),
      textElement("EnableSmbDirectoryLease", directoryLease(record)),
      textElement("AccessTier", record.accessTier),
      textElement("AccessTierChangeTime", toHttpDate(record.accessTierChanged)),
      textElement("AccessTierTransitionState", tierTransition(record, nowMs)),
      provisioningElements(record),
      deleted ? textElement("DeletedTime", toHttpDate(deleted.time)) : "",
      deleted ? textElement("RemainingRetentionDays", daysLeft(deleted, nowMs)) : "",
    ]),
    include.has("metadata")
      ? element(
          "Metadata",
          metadata.map(([name, value]) => textElement(name, value)),
        )
      : "",
  ]);
}

function provisioningElements(record: ShareRecord): string {
  const { paidBursting } = record;
  const provisioned = provisioningOf(record);
  const explicit = provisioned?.explicit ? provisioned : undefined;
  return [
    textElement("ProvisionedIops", provisioned?.iops ?? record.provisionedIops),
    textElement("ProvisionedBandwidthMiBps", provisioned?.bandwidthMiBps ?? record.provisionedBandwidthMiBps),
    textElement("ProvisionedIngressMBps", provisioned?.bandwidthMiBps),
    textElement("ProvisionedEgressMBps", provisioned?.bandwidthMiBps),
    textElement("NextAllowedQuotaDowngradeTime", provisioned && toHttpDate(provisioned.nextQuotaDowngrade)),
    textElement("PaidBurstingEnabled", paidBursting?.enabled),
    textElement("PaidBurstingMaxIops", paidBursting?.maxIops),
    textElement("PaidBurstingMaxBandwidthMibps", paidBursting?.maxBandwidthMiBps),
    textElement("IncludedBurstIops", explicit?.burstIops),
    textElement("MaxBurstCreditsForIops", explicit?.burstCredits),
    textElement("NextAllowedProvisionedIopsDowngradeTime", explicit && toHttpDate(explicit.nextIopsDowngrade)),
    textElement(
      "NextAllowedProvisionedBandwidthDowngradeTime",
      explicit && toHttpDate(explicit.nextBandwidthDowngrade),
    ),
  ].join("");
}

function daysLeft({ time, retentionDays }: NonNullable<ShareRecord["deleted"]>, nowMs: number): number {
  return Math.max(0, Math.ceil(retentionDays - (nowMs - toMs(time)) / 86_400_000));
}
