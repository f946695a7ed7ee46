// Get User Delegation Key: a key for a principal that has proven itself with a bearer token, to sign SAS with.
import { delegationKeyValue, firstDelegationVersion, longestDelegationMs } from "../auth/user-delegation.js";
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import { element, parseXml, textElement, xmlDocument, type XmlNode } from "../xml.js";
import { needs } from "./needs.js";

const maxBodyBytes = 4096;

export const getUserDelegationKey: Operation = {
  name: "Get User Delegation Key",
  need: needs.delegate,
  tokenOnly: true,
  onSnapshot: false,
  async run({ request, authorization, accounts, nowMs }) {
    const version = request.header("x-ms-version") ?? "";
    if (version < firstDelegationVersion) throw invalidHeader("x-ms-version", version);
    if (authorization.kind !== "token") throw new StorageError("AuthorizationFailure");
    const info = parseXml(await request.body(maxBodyBytes));
    if (info.name !== "KeyInfo") throw new StorageError("InvalidXmlDocument");
    const start = time(info, "Start") ?? toSeconds(nowMs);
    const expiry = time(info, "Expiry");
    if (expiry === undefined) throw new StorageError("MissingRequiredXmlNode", { XmlNodeName: "Expiry" });
    const [startMs, expiryMs] = [Date.parse(start), Date.parse(expiry)];
    if (expiryMs <= startMs || expiryMs <= nowMs || expiryMs > Math.max(startMs, nowMs) + longestDelegationMs) {
      throw new StorageError("InvalidXmlNodeValue", { XmlNodeName: "Expiry", XmlNodeValue: expiry });
    }
    const { objectId, tenantId } = authorization.principal;
    const delegatedTenantId = info.textOf("DelegatedUserTid") || undefined;
    const key = { objectId, tenantId, start, expiry, service: "f", version, delegatedTenantId };
    const body = element("UserDelegationKey", [
      textElement("SignedOid", objectId),
      textElement("SignedTid", tenantId),
      textElement("SignedStart", start),
      textElement("SignedExpiry", expiry),
      textElement("SignedService", key.service),
      textElement("SignedVersion", version),
      textElement("SignedDelegatedUserTid", delegatedTenantId),
      textElement("Value", delegationKeyValue(key, accounts.delegationSecret(authorization.account))),
    ]);
    return xmlResponse(200, xmlDocument(body));
  },
};

/** In whole seconds, as the key and every SAS signed with it have it. */
function time(info: XmlNode, name: string): string | undefined {
  const text = info.textOf(name)?.trim();
  if (!text) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new StorageError("InvalidXmlNodeValue", { XmlNodeName: name, XmlNodeValue: text });
  return toSeconds(ms);
}

function toSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
