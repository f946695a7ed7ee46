// What a shared access signature must grant for each group of operations, after the service's
// tables for account and service SAS.
import type { SasNeed } from "../http/operation.js";

export const needs = {
  listShares: { resourceType: "s", permissions: "l", serviceSas: "none" },
  readService: { resourceType: "s", permissions: "r", serviceSas: "none" },
  writeService: { resourceType: "s", permissions: "w", serviceSas: "none" },
  delegate: { resourceType: "s", permissions: "r", serviceSas: "none" },
  createShare: { resourceType: "c", permissions: "cw", serviceSas: "none" },
  readShare: { resourceType: "c", permissions: "r", serviceSas: "none" },
  writeShare: { resourceType: "c", permissions: "w", serviceSas: "none" },
  deleteShare: { resourceType: "c", permissions: "d", serviceSas: "none" },
  breakShareLease: { resourceType: "c", permissions: "dw", serviceSas: "none" },
  readPermission: { resourceType: "c", permissions: "r", serviceSas: "share" },
  createPermission: { resourceType: "c", permissions: "cw", serviceSas: "share" },
  list: { resourceType: "c", permissions: "l", serviceSas: "share" },
  readDirectory: { resourceType: "o", permissions: "r", serviceSas: "share" },
  createDirectory: { resourceType: "o", permissions: "cw", serviceSas: "share" },
  writeDirectory: { resourceType: "o", permissions: "w", serviceSas: "share" },
  deleteDirectory: { resourceType: "o", permissions: "d", serviceSas: "share" },
  readHandles: { resourceType: "o", permissions: "rl", serviceSas: "share" },
  read: { resourceType: "o", permissions: "r", serviceSas: "file" },
  create: { resourceType: "o", permissions: "cw", serviceSas: "file" },
  write: { resourceType: "o", permissions: "w", serviceSas: "file" },
  delete: { resourceType: "o", permissions: "d", serviceSas: "file" },
  breakLease: { resourceType: "o", permissions: "dw", serviceSas: "file" },
} as const satisfies Record<string, SasNeed>;
