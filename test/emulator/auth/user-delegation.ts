// User-delegation keys: made from a secret of the account and what they are for, so that nothing has to be kept of them,
// and the SAS they sign. Keys and SAS exist for files since version 2025-07-05.
import { createHmac, timingSafeEqual } from "node:crypto";
import { StorageError } from "../errors.js";
import { authenticationFailed } from "./authorization.js";
import { sign } from "./signature.js";

export interface DelegationKey {
  readonly objectId: string;
  readonly tenantId: string;
  /** As they stand in the key and in the SAS: `2025-07-05T00:00:00Z`. */
  readonly start: string;
  readonly expiry: string;
  readonly service: string;
  readonly version: string;
  /** Of the user who alone may use what the key signs, where that is somebody of another tenant. */
  readonly delegatedTenantId?: string | undefined;
}

export const firstDelegationVersion = "2025-07-05";
export const longestDelegationMs = 7 * 86_400_000;

/** Base64. */
export function delegationKeyValue(key: DelegationKey, accountSecret: string): string {
  const { objectId, tenantId, start, expiry, service, version, delegatedTenantId = "" } = key;
  const text = [objectId, tenantId, start, expiry, service, version, delegatedTenantId].join("\n");
  return createHmac("sha256", Buffer.from(accountSecret, "base64")).update(`delegation\n${text}`).digest("base64");
}

/** The key a SAS says it was signed with; undefined for a SAS of another kind. Throws AuthenticationFailed. */
export function delegationKeyOf(query: ReadonlyMap<string, string>): DelegationKey | undefined {
  if (!query.has("skoid")) return undefined;
  const [objectId, tenantId, start, expiry, service, version] = ["skoid", "sktid", "skt", "ske", "sks", "skv"].map(
    (name) => {
      const value = query.get(name);
      if (!value) throw authenticationFailed(`${name} is mandatory.`);
      return value;
    },
  ) as [string, string, string, string, string, string];
  if ((query.get("sv") ?? "") < firstDelegationVersion) {
    throw authenticationFailed(`A user delegation SAS is not supported before version ${firstDelegationVersion}.`);
  }
  if (service !== "f") throw new StorageError("AuthorizationServiceMismatch");
  return { objectId, tenantId, start, expiry, service, version, delegatedTenantId: query.get("skdutid") };
}

/** Whether a SAS was signed with the key, `resource` being what it is for. */
export function isSignedWith(
  key: DelegationKey,
  accountSecret: string,
  query: ReadonlyMap<string, string>,
  resource: string,
): { readonly genuine: boolean; readonly text: string } {
  const values = (names: string): string[] => names.split(" ").map((name) => query.get(name) ?? "");
  const text = [
    ...values("sp st se"),
    resource,
    ...values("skoid sktid skt ske sks skv skdutid sduoid sip spr sv rscc rscd rsce rscl rsct"),
  ].join("\n");
  const wanted = Buffer.from(sign(text, delegationKeyValue(key, accountSecret)));
  const given = Buffer.from(query.get("sig") ?? "");
  return { genuine: wanted.length === given.length && timingSafeEqual(wanted, given), text };
}
