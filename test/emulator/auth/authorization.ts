// The outcome of authenticating a request, and the way a refusal says why.
import { StorageError } from "../errors.js";
import type { Principal } from "./token-authority.js";

export type Authorization =
  | { readonly kind: "key"; readonly account: string }
  | { readonly kind: "sas"; readonly account: string }
  | { readonly kind: "token"; readonly account: string; readonly principal: Principal };

/** AuthenticationFailed with the detail clients show. */
export function authenticationFailed(detail: string): StorageError {
  return new StorageError("AuthenticationFailed", { AuthenticationErrorDetail: detail });
}
