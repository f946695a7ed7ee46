// What is wrong with a request whatever it asks for: its version, its conditions, its times and its snapshot.
import { invalidHeader, invalidQuery, StorageError } from "../errors.js";
import { parseFileTime } from "../model/file-time.js";
import type { Operation } from "./operation.js";
import type { StorageRequest } from "./storage-request.js";

/** Said to clients that name no version in any way. */
export const defaultVersion = "2025-11-05";
/** The first one with files. */
const oldestVersion = "2014-02-14";
/** Versions are named after days, some of them a little ahead of their release. */
const maxAheadMs = 366 * 86_400_000;
const maxClientRequestIdLength = 1024;

const conditionHeaders = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

/** The version a request is for: its header's, or the one that its signature was made for. */
export function versionOf(request: StorageRequest): string | undefined {
  return request.header("x-ms-version") ?? request.query.get("api-version") ?? request.query.get("sv");
}

/** Throws the service's error for a request that no operation would take. `nowMs` is the real time. */
export function checkRequest(request: StorageRequest, operation: Operation, nowMs: number): void {
  checkVersion(request, nowMs);
  const clientId = request.header("x-ms-client-request-id");
  if (clientId !== undefined && clientId.length > maxClientRequestIdLength) {
    throw invalidHeader("x-ms-client-request-id", clientId);
  }
  const timeout = request.query.get("timeout");
  if (timeout && !/^\d{1,10}$/.test(timeout)) throw invalidQuery("timeout", timeout);
  if (conditionHeaders.some((name) => request.header(name) !== undefined)) {
    throw new StorageError("ConditionHeadersNotSupported");
  }
  const snapshot = request.query.get("sharesnapshot");
  if (!snapshot || operation.onSnapshot === "ignored") return;
  if (!operation.onSnapshot) throw new StorageError("ShareSnapshotOperationNotSupported");
  if (parseFileTime(snapshot) === undefined) throw invalidQuery("sharesnapshot", snapshot);
}

function checkVersion(request: StorageRequest, nowMs: number): void {
  const version = versionOf(request);
  // A signature in the URL names its version; every other request has to say one itself.
  if (version === undefined) throw new StorageError("MissingRequiredHeader", { HeaderName: "x-ms-version" });
  const known = /^\d{4}-\d\d-\d\d$/.test(version) && version >= oldestVersion;
  if (!known || !(Date.parse(version) <= nowMs + maxAheadMs)) throw invalidHeader("x-ms-version", version);
}
