// The file a copy, or a range write, reads from: found and proven to be readable before a byte of it is.
// It must be a file of this emulator. What its own account would have answered to a plain request is
// told in the refusal, as the service does.
import { StorageError } from "../errors.js";
import type { OperationContext } from "../http/operation.js";
import type { FileState, FoundNode } from "../model/node.js";
import { parseResourcePath } from "../model/resource-path.js";
import type { Share } from "../model/share.js";
import { parseSourceUrl } from "./source-url.js";

export interface CopySource {
  readonly share: Share;
  readonly found: FoundNode<FileState>;
  readonly url: string;
  /** Whether it is in the account that the request is for. */
  readonly isOwn: boolean;
}

/** The service takes longer URLs for malformed. */
const maxUrlLength = 2048;
/** The first version that was seen to tell what the source answered. */
const firstWithSourceErrors = "2024-08-04";

/**
 * Opens what `x-ms-copy-source` names. With `ownKey` the request's own shared key or token is good for files of
 * its own account; otherwise the URL has to bring a signature, or a header a token. Throws CannotVerifyCopySource, and
 * ResourceNotFound for a file that is missing from an account the request may read.
 */
export function openCopySource(context: OperationContext, options: { readonly ownKey: boolean }): CopySource {
  const { request, accounts, authorization } = context;
  const text = request.requireHeader("x-ms-copy-source");
  if (text.length > maxUrlLength) throw new StorageError("InvalidInput");
  const { address, query } = parseSourceUrl(context, "x-ms-copy-source", text);
  const service = accounts.service(address.account);
  if (!service) throw unverified(context, new StorageError("ResourceNotFound"));
  const isOwn = request.address.account === address.account;
  const isTrusted = options.ownKey && authorization.kind !== "sas" && isOwn;
  const token = request.header("x-ms-copy-source-authorization");
  const find = (): CopySource => {
    const share = service.share(address.share);
    const path = parseResourcePath(address.path, {
      protocol: share.record.protocol,
      keepTrailingDots: request.flag("x-ms-source-allow-trailing-dot"),
    });
    const found = share.reader(query.get("sharesnapshot") || undefined).find(path);
    if (found?.state.kind !== "file") throw new StorageError("ResourceNotFound");
    return { share, found: found as FoundNode<FileState>, url: text, isOwn };
  };
  const isProven = query.has("sig") || token !== undefined;
  if (isTrusted && !isProven) return find();
  try {
    if (!isProven) throw new StorageError("NoAuthenticationInformation");
    accounts.verifySource(address, query, token);
    return find();
  } catch (error) {
    throw error instanceof StorageError ? unverified(context, error) : error;
  }
}

/**
 * A refusal with the status, and the words, that the source's account has for it. Older versions tell less: to them a
 * source that nothing proves readable is one that is not there.
 */
export function unverified({ version }: OperationContext, { code, message, status }: StorageError): StorageError {
  if (version < firstWithSourceErrors) {
    const [shown, words] = status === 401 ? [404, new StorageError("ResourceNotFound").message] : [status, message];
    return new StorageError("CannotVerifyCopySource", {}, {}, shown, words);
  }
  return new StorageError(
    "CannotVerifyCopySource",
    { CopySourceStatusCode: String(status), CopySourceErrorCode: code, CopySourceErrorMessage: message },
    { "x-ms-copy-source-status-code": String(status), "x-ms-copy-source-error-code": code },
    status,
    message,
  );
}
