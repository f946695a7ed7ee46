// What is wrong with a request whatever it asks for: its version, its conditions, its times and its snapshot.
import { invalidHeader, invalidQuery, StorageError } from "../errors.js";
import { parseFileTime } from "../model/file-time.js";
import type { Operation } from "./operation.js";
import { checkVersion } from "./service-version.js";
import type { StorageRequest } from "./storage-request.js";

const maxClientRequestIdLength = 1024;

const conditionHeaders = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

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
