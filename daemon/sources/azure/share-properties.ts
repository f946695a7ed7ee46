/**
 * What the service says of a share as a whole. It is asked of the share as it is now: a share snapshot has the metadata that it was
 * taken with, which are our own tags, and the rest is not kept with snapshots at all.
 */
import type { ShareClient, ShareGetPropertiesResponse } from "@azure/storage-file-share";
import type { AccessPolicy, ShareProperties } from "../../../core/share-properties.js";
import { AzureFailure } from "./failures.js";
import { scanXml } from "./xml.js";

/**
 * What says how the share is made, by the service's own names for it: those of its headers, without `x-ms-`. Left out is what says how
 * it is just now: leases, dates, what may be changed when.
 */
const PROPERTIES = {
  quota: "share-quota",
  accessTier: "access-tier",
  enabledProtocols: "enabled-protocols",
  rootSquash: "root-squash",
  enableSnapshotVirtualDirectoryAccess: "enable-snapshot-virtual-directory-access",
  provisionedIops: "share-provisioned-iops",
  provisionedBandwidthMibps: "share-provisioned-bandwidth-mibps",
  provisionedIngressMBps: "share-provisioned-ingress-mbps",
  provisionedEgressMBps: "share-provisioned-egress-mbps",
  paidBurstingEnabled: "share-paid-bursting-enabled",
  paidBurstingMaxIops: "share-paid-bursting-max-iops",
  paidBurstingMaxBandwidthMibps: "share-paid-bursting-max-bandwidth-mibps",
  includedBurstIops: "share-included-burst-iops",
  maxBurstCreditsForIops: "share-max-burst-credits-for-iops",
} as const satisfies Partial<Record<keyof ShareGetPropertiesResponse | "enabledProtocols", string>>;

export function sharePropertiesOf(
  answer: ShareGetPropertiesResponse,
  metadata: Readonly<Record<string, string>> | undefined,
  accessPolicies: readonly AccessPolicy[] | undefined,
): ShareProperties {
  const fields = new Map<string, unknown>(Object.entries(answer));
  const properties: Record<string, string> = {};
  for (const [field, name] of Object.entries(PROPERTIES)) {
    const value = fields.get(field);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      properties[name] = String(value);
    }
  }
  return { properties, metadata: { ...metadata }, accessPolicies };
}

/** @throws AzureFailure when the answer has no body; MalformedXml; what the SDK throws */
export async function readAccessPolicies(
  share: ShareClient,
  abortSignal: AbortSignal,
): Promise<readonly AccessPolicy[]> {
  const { bodyAsText } = (await share.getAccessPolicy({ abortSignal }))._response;
  if (bodyAsText === undefined) throw new AzureFailure("The answer has no body", { kind: "malformed" });
  return parseAccessPolicies(bodyAsText);
}

/**
 * Stored access policies, from the XML itself: the SDK makes Dates of the times, which lose digits.
 * @throws MalformedXml
 */
export function parseAccessPolicies(body: string): readonly AccessPolicy[] {
  const policies: AccessPolicy[] = [];
  let fields = new Map<string, string>();
  scanXml(body, {
    open(name) {
      if (name === "SignedIdentifier") fields = new Map();
    },
    close(name, text) {
      if (name !== "SignedIdentifier") {
        fields.set(name, text);
        return;
      }
      const textOf = (field: string): string | undefined => (fields.get(field) === "" ? undefined : fields.get(field));
      policies.push({
        id: fields.get("Id") ?? "",
        startsAt: textOf("Start"),
        expiresAt: textOf("Expiry"),
        permissions: textOf("Permission"),
      });
    },
  });
  return policies;
}
