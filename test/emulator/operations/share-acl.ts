// A share's stored access policies, as XML both ways.
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import { xmlResponse } from "../http/storage-response.js";
import { parseFileTime } from "../model/file-time.js";
import type { SignedIdentifier } from "../model/share-record.js";
import { element, parseXml, textElement, xmlDocument, type XmlNode } from "../xml.js";
import { needs } from "./needs.js";
import { versionHeaders } from "./node-headers.js";

const maxPolicies = 5;

export const getShareAcl: Operation = {
  name: "Get Share ACL",
  need: needs.readShare,
  onSnapshot: true,
  run({ share, leaseId }) {
    share.checkLease(leaseId, { writes: false });
    const { acl } = share.record;
    const body = element(
      "SignedIdentifiers",
      acl.map((policy) => policyElement(policy)),
    );
    return xmlResponse(200, xmlDocument(body), versionHeaders(share.record));
  },
};

export const setShareAcl: Operation = {
  name: "Set Share ACL",
  need: needs.writeShare,
  onSnapshot: false,
  async run({ share, leaseId, request }) {
    share.checkLease(leaseId, { writes: true });
    const body = await request.body(1 << 16);
    const acl = body.length === 0 ? [] : parsePolicies(parseXml(body));
    return { status: 200, headers: versionHeaders(share.update({ acl })) };
  },
};

function policyElement({ id, start, expiry, permission }: SignedIdentifier): string {
  return element("SignedIdentifier", [
    textElement("Id", id),
    element("AccessPolicy", [
      textElement("Start", start),
      textElement("Expiry", expiry),
      textElement("Permission", permission),
    ]),
  ]);
}

function parsePolicies(root: XmlNode): SignedIdentifier[] {
  const policies = root.all("SignedIdentifier").map((node): SignedIdentifier => {
    const policy = node.child("AccessPolicy");
    const start = time(policy?.textOf("Start"));
    const expiry = time(policy?.textOf("Expiry"));
    const permission = policy?.textOf("Permission")?.trim();
    const id = node.required("Id").trim();
    if (id.length > 64) throw new StorageError("InvalidXmlDocument");
    return {
      id,
      ...(start && { start }),
      ...(expiry && { expiry }),
      ...(permission && { permission }),
    };
  });
  if (root.name !== "SignedIdentifiers" || policies.length > maxPolicies) {
    throw new StorageError("InvalidXmlDocument");
  }
  return policies;
}

function time(text: string | undefined): string | undefined {
  if (!text?.trim()) return undefined;
  const value = text.trim();
  const parsed = parseFileTime(/T/.test(value) ? value : `${value}T00:00:00Z`);
  if (parsed === undefined) {
    throw new StorageError("InvalidXmlNodeValue", { XmlNodeValue: value });
  }
  return parsed;
}
