// Bearer tokens: over TLS only, for service versions that know them, with the intent to back up said in a header, and as
// far as the principal's roles go.
import { StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import type { StorageRequest } from "../http/storage-request.js";
import { authenticationFailed, type Authorization } from "./authorization.js";
import { actions, actionsFor, isManagement } from "./rbac.js";
import { type Principal, type TokenAuthority, TokenRefusal } from "./token-authority.js";

const firstVersion = "2022-11-02";
/** From here on for shares and the service as well. */
const firstManagementVersion = "2024-11-04";
const intentHeader = "x-ms-file-request-intent";

export interface BearerSubject {
  readonly request: StorageRequest;
  readonly account: string;
  readonly authority: TokenAuthority | undefined;
  readonly nowMs: number;
  /** Undefined when the request names none: then only the token is looked at. */
  readonly operation: Operation | undefined;
}

/** Throws the service's error that fits. */
export function verifyBearer(subject: BearerSubject): Authorization {
  const { request, account, authority, operation } = subject;
  if (!request.isSecure)
    throw authenticationFailed("Authentication scheme Bearer is not supported over this protocol.");
  const version = request.header("x-ms-version") ?? "";
  if (version < firstVersion)
    throw authenticationFailed("Authentication scheme Bearer is not supported in this version.");
  const principal = principalOf(request.header("authorization") ?? "", subject);
  if (operation && authority) {
    if (isManagement(operation.need) && !operation.tokenOnly && version < firstManagementVersion) {
      throw new StorageError("FileOAuthManagementApiRestrictedToSrp");
    }
    checkIntent(request, operation);
    checkRoles(authority, principal, operation, request);
  }
  return { kind: "token", account, principal };
}

/** Throws AuthorizationPermissionMismatch unless the principal has every action that the operation takes. */
export function checkRoles(
  authority: TokenAuthority,
  principal: Principal,
  operation: Operation,
  request: StorageRequest,
): void {
  const wanted = actionsFor(operation, request);
  if (!wanted.every((action) => authority.allows(principal, action))) {
    throw new StorageError("AuthorizationPermissionMismatch");
  }
}

/** What a 401 says of where to sign in. */
export function challenge(authority: TokenAuthority | undefined): Readonly<Record<string, string>> {
  const uri = authority?.authorizationUri ?? "https://login.microsoftonline.com/common/oauth2/authorize";
  return { "WWW-Authenticate": `Bearer authorization_uri=${uri} resource_id=https://storage.azure.com` };
}

/** Whose a token is. Throws InvalidAuthenticationInfo. @param header `Bearer` and the token */
export function principalOf(
  header: string,
  { account, authority, nowMs }: Omit<BearerSubject, "operation" | "request">,
): Principal {
  const token = header.slice("Bearer ".length).trim();
  const audiences = ["https://storage.azure.com", `https://${account}.file.core.windows.net`];
  try {
    if (!authority) throw new TokenRefusal("Issuer validation failed. Issuer did not match.");
    return authority.verify(token, [...audiences, ...audiences.map((audience) => `${audience}/`)], nowMs);
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    const details = { AuthenticationErrorDetail: error.message };
    throw new StorageError("InvalidAuthenticationInfo", details, challenge(authority));
  }
}

/** Throws unless a token lets files be read: the source of a copy. */
export function verifyReader(header: string, subject: Omit<BearerSubject, "operation" | "request">): void {
  const principal = principalOf(header, subject);
  const wanted = [actions.readFile, actions.readBackup];
  if (!wanted.every((action) => subject.authority?.allows(principal, action))) {
    throw new StorageError("AuthorizationPermissionMismatch");
  }
}

function checkIntent(request: StorageRequest, operation: Operation): void {
  // Clients do not send it with this one: it touches no file.
  if (operation.tokenOnly) return;
  const intent = request.requireHeader(intentHeader);
  if (intent.toLowerCase() !== "backup") {
    throw new StorageError("InvalidHeaderValue", { HeaderName: intentHeader, HeaderValue: intent });
  }
}
