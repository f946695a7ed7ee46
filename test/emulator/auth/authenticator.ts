// Decides who a request is from: a shared access signature in the URL, a shared key or a bearer token in the
// Authorization header, or nobody.
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import type { StorageRequest } from "../http/storage-request.js";
import type { FileService } from "../model/file-service.js";
import { authenticationFailed, type Authorization } from "./authorization.js";
import { challenge, checkRoles, principalOf, verifyBearer } from "./bearer.js";
import { type SasSubject, verifySas } from "./sas.js";
import { verifySharedKey } from "./shared-key.js";
import type { TokenAuthority } from "./token-authority.js";
import { delegationKeyOf } from "./user-delegation.js";

/** What an account trusts. */
export interface Trust {
  readonly service: FileService;
  /** The account's keys; either may sign. */
  readonly keys: readonly string[];
  /** Undefined where no bearer token is believed. */
  readonly authority: TokenAuthority | undefined;
}

/** Throws the service's error for a request that proves nothing, or not enough for `operation`. */
export function authenticate(request: StorageRequest, trust: Trust, operation: Operation | undefined): Authorization {
  const header = request.header("authorization");
  const isBearer = header?.startsWith("Bearer ") === true;
  if (request.query.has("sig") && (header === undefined || isBearer)) return bySas(request, trust, operation);
  if (header === undefined) throw new StorageError("NoAuthenticationInformation", {}, challenge(trust.authority));
  if (isBearer) {
    const { service, authority } = trust;
    return verifyBearer({ request, account: service.account, authority, nowMs: service.clock(), operation });
  }
  if (operation?.tokenOnly) throw authenticationFailed("Only authentication scheme Bearer is supported.");
  return verifySharedKey(request, trust.keys, Date.now());
}

function bySas(request: StorageRequest, trust: Trust, operation: Operation | undefined): Authorization {
  if (operation?.tokenOnly) throw authenticationFailed("Only authentication scheme Bearer is supported.");
  const { query } = request;
  const { share, path } = request.address;
  const authorization = verifySas({
    ...sasSubject(trust, query, share, path),
    clientAddress: request.clientAddress,
    isSecure: request.isSecure,
    ...(operation && { need: operation.need }),
  });
  checkDelegation(request, trust, operation);
  return authorization;
}

/** What a user-delegation SAS allows is no more than its principal may do, and maybe one user's alone. */
function checkDelegation(request: StorageRequest, trust: Trust, operation: Operation | undefined): void {
  const key = delegationKeyOf(request.query);
  if (!key) return;
  const { service, authority } = trust;
  if (!authority) throw authenticationFailed("The tenant of the user delegation key is not known.");
  if (operation) checkRoles(authority, key, operation, request);
  const onlyFor = request.query.get("sduoid");
  if (!onlyFor) return;
  const header = request.header("authorization");
  if (header === undefined) throw authenticationFailed("The SAS is for one user, whose token must come with it.");
  const user = principalOf(header, { account: service.account, authority, nowMs: service.clock() });
  if (user.objectId !== onlyFor || user.tenantId !== (key.delegatedTenantId ?? key.tenantId)) {
    throw authenticationFailed("The SAS is for another user.");
  }
}

/** A SAS's subject, without where the request came from and how. */
export function sasSubject(
  { service, keys }: Trust,
  query: ReadonlyMap<string, string>,
  share: string | undefined,
  path: string,
): Omit<SasSubject, "clientAddress" | "isSecure"> {
  return {
    account: service.account,
    accountKeys: keys,
    query,
    ...(share !== undefined && { share }),
    path,
    nowMs: service.clock(),
    policies: share !== undefined && service.hasShare(share) ? service.share(share).record.acl : [],
  };
}
