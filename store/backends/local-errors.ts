/** What an error of the file system means for a store. */
import { messageOf, StoreError, systemCode, type ErrorCode } from "../../core/errors.js";

const MEANINGS: Readonly<Record<string, { readonly code: ErrorCode; readonly says: string }>> = {
  ENOSPC: { code: "STORE_FULL", says: "no space is left" },
  EDQUOT: { code: "STORE_FULL", says: "the quota is used up" },
  EACCES: { code: "ACCESS_DENIED", says: "access is denied" },
  EPERM: { code: "ACCESS_DENIED", says: "the operation is not permitted" },
  EROFS: { code: "ACCESS_DENIED", says: "the file system is read-only" },
};
/** These pass by themselves: too many open files, an interrupted call, a network file system that stumbles. */
const PASSING = new Set(["EAGAIN", "EBUSY", "EINTR", "EMFILE", "ENFILE", "ESTALE", "ETIMEDOUT"]);

/** @param place the store's URI @param object undefined when the store as a whole is concerned */
export function localStoreError(
  operation: string,
  place: string,
  object: string | undefined,
  cause: unknown,
): StoreError {
  const system = systemCode(cause);
  const meaning = system === undefined ? undefined : MEANINGS[system];
  const what = object === undefined ? `The store ${place}` : `The object ${object} in the store ${place}`;
  return new StoreError(
    meaning?.code ?? "FAILED",
    `${what}: ${operation} failed, ${meaning?.says ?? messageOf(cause)}.`,
    {
      retryable: system !== undefined && PASSING.has(system),
      fields: { operation, store: place, object, kind: system },
      cause,
    },
  );
}
