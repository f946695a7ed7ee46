// The outcome of authenticating a request, and the way a refusal says why.
import { StorageError } from "../errors.js";

export type Authorization =
  | { readonly kind: "key"; readonly account: string }
  | { readonly kind: "sas"; readonly account: string };

/** AuthenticationFailed with the detail clients show. */
export function authenticationFailed(detail: string): StorageError {
  return new StorageError("AuthenticationFailed", { AuthenticationErrorDetail: detail });
}
