// An account's settings, read and written.
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import type { Metrics, RetentionPolicy, ServiceProperties } from "../model/service-properties.js";
import { element, parseXml, textElement, xmlDocument, type XmlNode } from "../xml.js";
import { needs } from "./needs.js";

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
