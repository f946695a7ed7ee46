// Which actions a principal's roles must have for an operation, after the service's table "Permissions for File service
// operations" (authorize with Microsoft Entra ID).
import type { Operation, SasNeed } from "../http/operation.js";
import type { StorageRequest } from "../http/storage-request.js";

const fileServices = "Microsoft.Storage/storageAccounts/fileServices";
const files = `${fileServices}/fileShares/files`;

export const actions = {
  readService: `${fileServices}/read`,
  writeService: `${fileServices}/write`,
  delegate: `${fileServices}/generateUserDelegationKey/action`,
  readShare: `${fileServices}/shares/read`,
  writeShare: `${fileServices}/shares/write`,
  deleteShare: `${fileServices}/shares/delete`,
  restoreShare: `${fileServices}/shares/restore/action`,
  leaseShare: `${fileServices}/shares/lease/action`,
  readFile: `${files}/read`,
  writeFile: `${files}/write`,
  deleteFile: `${files}/delete`,
  modifyPermissions: `${files}/modifypermissions/action`,
  readBackup: `${fileServices}/readFileBackupSemantics/action`,
  writeBackup: `${fileServices}/writeFileBackupSemantics/action`,
} as const;

/** The roles Azure brings, as far as the file service knows them. */
export const builtInRoles = {
  "Storage File Data Privileged Reader": [actions.readFile, actions.readBackup],
  "Storage File Data Privileged Contributor": [
    actions.readFile,
    actions.writeFile,
    actions.deleteFile,
    actions.modifyPermissions,
    actions.readBackup,
    actions.writeBackup,
  ],
  // For SMB: without the backup semantics it opens nothing over REST.
  "Storage File Data SMB Share Contributor": [actions.readFile, actions.writeFile, actions.deleteFile],
  "Storage File Delegator": [actions.delegate],
  Reader: [actions.readService, actions.readShare],
  "Storage Account Contributor": [
    actions.readService,
    actions.writeService,
    actions.delegate,
    actions.readShare,
    actions.writeShare,
    actions.deleteShare,
    actions.restoreShare,
    actions.leaseShare,
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type RoleName = keyof typeof builtInRoles;

/** All of them are needed. */
export function actionsFor({ name, need }: Operation, request: StorageRequest): readonly string[] {
  switch (name) {
    case "Get User Delegation Key":
      return [actions.delegate];
    case "Restore Share":
      return [actions.restoreShare];
    case "Lease Share":
      return [actions.leaseShare];
    case "Create Permission":
      return [actions.modifyPermissions, actions.writeBackup];
  }
  if (isManagement(need)) return [managementAction(need)];
  if (/^[rl]+$/.test(need.permissions)) return [actions.readFile, actions.readBackup];
  return [actions.writeFile, actions.writeBackup, ...(setsPermission(request) ? [actions.modifyPermissions] : [])];
}

/** Whether it is about the account or a share as a whole: such operations took no bearer token before 2024-11-04. */
export function isManagement({ serviceSas }: SasNeed): boolean {
  return serviceSas === "none";
}

function managementAction({ resourceType, permissions }: SasNeed): string {
  if (permissions === "l") return actions.readShare;
  if (resourceType === "s") return permissions === "r" ? actions.readService : actions.writeService;
  if (permissions === "r") return actions.readShare;
  return permissions === "d" ? actions.deleteShare : actions.writeShare;
}

function setsPermission(request: StorageRequest): boolean {
  if (request.header("x-ms-file-permission-key") !== undefined) return true;
  const text = request.header("x-ms-file-permission")?.toLowerCase();
  return text !== undefined && text !== "inherit" && text !== "preserve";
}
