// Decides who a request is from: a shared access signature in the URL, a shared key in the
// Authorization header, or nobody.
import { StorageError } from "../errors.js";
import type { SasNeed } from "../http/operation.js";
import type { StorageRequest } from "../http/storage-request.js";
import type { FileService } from "../model/file-service.js";
import { authenticationFailed, type Authorization } from "./authorization.js";
import { type SasSubject, verifySas } from "./sas.js";
import { verifySharedKey } from "./shared-key.js";

const challenge = {
  "WWW-Authenticate":
    "Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize resource_id=https://storage.azure.com",
};

/** Throws the service's error for a request that proves nothing, or not enough for `need`. */
export function authenticate(
  request: StorageRequest,
  service: FileService,
  accountKeys: readonly string[],
  need: SasNeed | undefined,
): Authorization {
  const header = request.header("authorization");
  if (header === undefined && request.query.has("sig")) {
    const { share, path } = request.address;
    return verifySas({
      ...sasSubject(service, accountKeys, request.query, share, path),
      clientAddress: request.clientAddress,
      ...(need && { need }),
    });
  }
  if (header === undefined) throw new StorageError("NoAuthenticationInformation", {}, challenge);
  if (header.startsWith("Bearer ")) {
    throw authenticationFailed("Authentication scheme Bearer is not supported over this protocol.");
  }
  return verifySharedKey(request, accountKeys, Date.now());
}

/** A SAS's subject, without where the request came from. */
export function sasSubject(
  service: FileService,
  accountKeys: readonly string[],
  query: ReadonlyMap<string, string>,
  share: string | undefined,
  path: string,
): Omit<SasSubject, "clientAddress"> {
  return {
    account: service.account,
    accountKeys,
    query,
    ...(share !== undefined && { share }),
    path,
    nowMs: service.clock(),
    policies: share !== undefined && service.hasShare(share) ? service.share(share).record.acl : [],
  };
}
