// Operations on an account's file service: its shares listed, its settings read and written.
import { invalidQuery, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import { toHttpDate } from "../model/file-time.js";
import { leaseHeaders } from "../model/lease.js";
import type { Metrics, RetentionPolicy, ServiceProperties } from "../model/service-properties.js";
import type { ShareRecord, SnapshotRecord } from "../model/share-record.js";
import { element, parseXml, textElement, xmlDocument, type XmlNode } from "../xml.js";
import { decodeMarker, encodeMarker } from "./marker.js";
import { needs } from "./needs.js";

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
      textElement("Quota", seen.quotaGiB),
      textElement("ProvisionedIops", record.provisionedIops),
      textElement("ProvisionedBandwidthMiBps", record.provisionedBandwidthMiBps),
      deleted ? textElement("DeletedTime", toHttpDate(deleted.time)) : "",
      deleted ? textElement("RemainingRetentionDays", deleted.retentionDays) : "",
      textElement("AccessTier", record.accessTier),
      textElement("AccessTierChangeTime", toHttpDate(record.accessTierChanged)),
      textElement("LeaseStatus", lease["x-ms-lease-status"]),
      textElement("LeaseState", lease["x-ms-lease-state"]),
      textElement("LeaseDuration", lease["x-ms-lease-duration"]),
      textElement("EnabledProtocols", record.protocol),
      textElement("RootSquash", record.rootSquash),
    ]),
    include.has("metadata")
      ? element(
          "Metadata",
          metadata.map(([name, value]) => textElement(name, value)),
        )
      : "",
  ]);
}

export const getServiceProperties: Operation = {
  name: "Get Service Properties",
  need: needs.readService,
  onSnapshot: true,
  run({ service }) {
    const { hourMetrics, minuteMetrics, cors, multichannel } = service.properties;
    const rules = cors.map((rule) =>
      element("CorsRule", [
        textElement("AllowedOrigins", rule.allowedOrigins),
        textElement("AllowedMethods", rule.allowedMethods),
        textElement("AllowedHeaders", rule.allowedHeaders),
        textElement("ExposedHeaders", rule.exposedHeaders),
        textElement("MaxAgeInSeconds", rule.maxAgeSeconds),
      ]),
    );
    const channel = element("Multichannel", textElement("Enabled", multichannel));
    const body = element("StorageServiceProperties", [
      metricsElement("HourMetrics", hourMetrics),
      metricsElement("MinuteMetrics", minuteMetrics),
      element("Cors", rules),
      element("ProtocolSettings", element("SMB", channel)),
    ]);
    return xmlResponse(200, xmlDocument(body));
  },
};

function metricsElement(name: string, metrics: Metrics): string {
  return element(name, [
    textElement("Version", metrics.version),
    textElement("Enabled", metrics.enabled),
    metrics.enabled ? textElement("IncludeAPIs", metrics.includeApis ?? false) : "",
    element("RetentionPolicy", [
      textElement("Enabled", metrics.retention.enabled),
      textElement("Days", metrics.retention.days),
    ]),
  ]);
}

export const setServiceProperties: Operation = {
  name: "Set Service Properties",
  need: needs.writeService,
  onSnapshot: false,
  async run({ request, service }) {
    const root = parseXml(await request.body(1 << 16));
    if (root.name !== "StorageServiceProperties") throw new StorageError("InvalidXmlDocument");
    const before = service.properties;
    const cors = root.child("Cors");
    const channel = root.child("ProtocolSettings")?.child("SMB")?.child("Multichannel");
    const next: ServiceProperties = {
      hourMetrics: readMetrics(root.child("HourMetrics")) ?? before.hourMetrics,
      minuteMetrics: readMetrics(root.child("MinuteMetrics")) ?? before.minuteMetrics,
      cors: cors
        ? cors.all("CorsRule").map((rule) => ({
            allowedOrigins: rule.required("AllowedOrigins"),
            allowedMethods: rule.required("AllowedMethods"),
            allowedHeaders: rule.textOf("AllowedHeaders") ?? "",
            exposedHeaders: rule.textOf("ExposedHeaders") ?? "",
            maxAgeSeconds: readNumber(rule, "MaxAgeInSeconds"),
          }))
        : before.cors,
      multichannel: channel?.flag("Enabled") ?? before.multichannel,
    };
    if (next.cors.length > 5) throw new StorageError("InvalidXmlDocument");
    service.setProperties(next);
    return { status: 202, headers: {} };
  },
};

function readMetrics(node: XmlNode | undefined): Metrics | undefined {
  if (!node) return undefined;
  const includeApis = node.flag("IncludeAPIs");
  const retention = node.child("RetentionPolicy");
  return {
    version: node.textOf("Version") ?? "1.0",
    enabled: node.flag("Enabled") ?? false,
    ...(includeApis !== undefined && { includeApis }),
    retention: readRetention(retention),
  };
}

function readRetention(node: XmlNode | undefined): RetentionPolicy {
  if (!node?.flag("Enabled")) return { enabled: false };
  const days = readNumber(node, "Days");
  if (days < 1 || days > 365) {
    throw new StorageError("InvalidXmlNodeValue", { XmlNodeName: "Days", XmlNodeValue: `${days}` });
  }
  return { enabled: true, days };
}

function readNumber(node: XmlNode, name: string): number {
  const text = node.required(name).trim();
  if (!/^\d{1,9}$/.test(text)) {
    throw new StorageError("InvalidXmlNodeValue", { XmlNodeName: name, XmlNodeValue: text });
  }
  return Number(text);
}
