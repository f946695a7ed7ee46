// An account's settings, read and written.
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import type { CorsRule, Metrics, RetentionPolicy, ServiceProperties } from "../model/service-properties.js";
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
      cors: cors ? cors.all("CorsRule").map((rule) => readCorsRule(rule)) : before.cors,
      multichannel: channel?.flag("Enabled") ?? before.multichannel,
    };
    // Several channels are something that premium accounts have.
    if (next.multichannel && service.rules.kind === "standard") throw invalidNode("Enabled", "true");
    if (next.cors.length > 5) throw new StorageError("InvalidXmlDocument");
    service.setProperties(next);
    return { status: 202, headers: {} };
  },
};

const corsMethods = ["DELETE", "GET", "HEAD", "MERGE", "OPTIONS", "PATCH", "POST", "PUT"];

function readCorsRule(rule: XmlNode): CorsRule {
  const allowedOrigins = rule.required("AllowedOrigins").trim();
  const allowedMethods = rule.required("AllowedMethods").trim();
  const known = allowedMethods.split(",").every((method) => corsMethods.includes(method.trim().toUpperCase()));
  if (!known) throw invalidNode("AllowedMethods", allowedMethods);
  if (allowedOrigins === "") throw invalidNode("AllowedOrigins", allowedOrigins);
  return {
    allowedOrigins,
    allowedMethods,
    allowedHeaders: rule.textOf("AllowedHeaders")?.trim() ?? "",
    exposedHeaders: rule.textOf("ExposedHeaders")?.trim() ?? "",
    maxAgeSeconds: readNumber(rule, "MaxAgeInSeconds"),
  };
}

function readMetrics(node: XmlNode | undefined): Metrics | undefined {
  if (!node) return undefined;
  const version = node.required("Version").trim();
  if (version !== "1.0") throw invalidNode("Version", version);
  const enabled = node.flag("Enabled") ?? false;
  const includeApis = node.flag("IncludeAPIs");
  if (enabled && includeApis === undefined) node.required("IncludeAPIs");
  const retention = node.child("RetentionPolicy");
  return {
    version,
    enabled,
    ...(includeApis !== undefined && { includeApis }),
    retention: readRetention(retention),
  };
}

function readRetention(node: XmlNode | undefined): RetentionPolicy {
  if (!node?.flag("Enabled")) return { enabled: false };
  const days = readNumber(node, "Days");
  if (days < 1 || days > 365) {
    throw invalidNode("Days", `${days}`);
  }
  return { enabled: true, days };
}

function readNumber(node: XmlNode, name: string): number {
  const text = node.required(name).trim();
  if (!/^\d{1,9}$/.test(text)) {
    throw invalidNode(name, text);
  }
  return Number(text);
}

function invalidNode(name: string, value: string): StorageError {
  return new StorageError("InvalidXmlNodeValue", { XmlNodeName: name, XmlNodeValue: value });
}
