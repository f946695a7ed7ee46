// Versions of the service, which are days: which one a request is for, and whether there is such a one.
import { invalidHeader, StorageError } from "../errors.js";
import type { StorageRequest } from "./storage-request.js";

/** Said to clients that name no version in any way. */
export const defaultVersion = "2025-11-05";
/** The first one with files. */
const oldestVersion = "2014-02-14";
/** Some of them are named a little ahead of their release. */
const maxAheadMs = 366 * 86_400_000;

/** The version a request is for: its header's, or the one that its signature was made for. */
export function versionOf(request: StorageRequest): string | undefined {
  return request.header("x-ms-version") ?? request.query.get("api-version") ?? request.query.get("sv");
}

/** Throws for a request that names no version, or one that is none. `nowMs` is the real time. */
export function checkVersion(request: StorageRequest, nowMs: number): void {
  const version = versionOf(request);
  // A signature in the URL names its version; every other request has to say one itself.
  if (version === undefined) throw new StorageError("MissingRequiredHeader", { HeaderName: "x-ms-version" });
  const known = /^\d{4}-\d\d-\d\d$/.test(version) && version >= oldestVersion;
  if (!known || !(Date.parse(version) <= nowMs + maxAheadMs)) throw invalidHeader("x-ms-version", version);
}
