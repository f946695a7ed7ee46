// Which operation a request means: by what it addresses, its verb, `restype` and `comp`, and for a few
// by a header.
import { invalidQuery, StorageError } from "../errors.js";
import type { Operation } from "../http/operation.js";
import type { StorageRequest } from "../http/storage-request.js";
import * as copy from "./copy.js";
import * as directory from "./directory-operations.js";
import * as content from "./file-content.js";
import * as file from "./file-operations.js";
import { forceCloseHandles, listHandles } from "./handles.js";
import { leaseFile, leaseShare } from "./leases.js";
import * as links from "./links.js";
import { listDirectory } from "./list-directory.js";
import { putRangeFromUrl } from "./range-from-url.js";
import { listShares } from "./list-shares.js";
import { renameDirectory, renameFile } from "./rename.js";
import * as service from "./service-operations.js";
import { getShareAcl, setShareAcl } from "./share-acl.js";
import * as share from "./share-operations.js";
import { createPermission, getPermission } from "./share-permission.js";
import { getUserDelegationKey } from "./user-delegation-key.js";

type Table = Readonly<Record<string, Operation>>;

/** Keys are `VERB restype comp`, a dash for what is absent. */
const onService: Table = {
  "GET - list": listShares,
  "GET service properties": service.getServiceProperties,
  "PUT service properties": service.setServiceProperties,
  "POST service userdelegationkey": getUserDelegationKey,
};

const onShare: Table = {
  "PUT share -": share.createShare,
  "GET share -": share.getShareProperties,
  "DELETE share -": share.deleteShare,
  "PUT share undelete": share.restoreShare,
  "PUT share snapshot": share.snapshotShare,
  "PUT share properties": share.setShareProperties,
  "GET share metadata": share.getShareMetadata,
  "PUT share metadata": share.setShareMetadata,
  "GET share stats": share.getShareStats,
  "GET share acl": getShareAcl,
  "PUT share acl": setShareAcl,
  "PUT share lease": leaseShare,
  "PUT share filepermission": createPermission,
  "GET share filepermission": getPermission,
};

const onDirectory: Table = {
  "PUT directory -": directory.createDirectory,
  "GET directory -": directory.getDirectoryProperties,
  "DELETE directory -": directory.deleteDirectory,
  "PUT directory properties": directory.setDirectoryProperties,
  "GET directory metadata": directory.getDirectoryMetadata,
  "PUT directory metadata": directory.setDirectoryMetadata,
  "GET directory list": listDirectory,
  "PUT directory rename": renameDirectory,
  "GET - listhandles": listHandles,
  "PUT - forceclosehandles": forceCloseHandles,
};

const onFile: Table = {
  "PUT - -": file.createFile,
  "GET - -": content.getFile,
  "HEAD - -": file.getFileProperties,
  "DELETE - -": file.deleteFile,
  "PUT - properties": file.setFileProperties,
  "GET - metadata": file.getFileMetadata,
  "PUT - metadata": file.setFileMetadata,
  "PUT - lease": leaseFile,
  "PUT - range": content.putRange,
  "GET - rangelist": content.listRanges,
  "PUT - rename": renameFile,
  "PUT symboliclink -": links.createSymbolicLink,
  "GET symboliclink -": links.getSymbolicLink,
  "PUT hardlink -": links.createHardLink,
};

/** Throws the error that fits a request no operation answers to. */
export function findOperation(request: StorageRequest): Operation {
  const { address, query, method } = request;
  const restype = query.get("restype")?.toLowerCase() || "-";
  const comp = query.get("comp")?.toLowerCase() || "-";
  const hasPath = address.path !== "";
  if (hasPath && restype === "-" && method === "PUT" && (comp === "-" || comp === "copy")) {
    if (request.header("x-ms-copy-source") !== undefined) return copy.copyFile;
    if (comp === "copy") return copy.abortCopy;
  }
  if (hasPath && method === "PUT" && comp === "range" && request.header("x-ms-copy-source")) {
    return putRangeFromUrl;
  }
  const tables = address.share === undefined ? [onService] : hasPath ? [onDirectory, onFile] : [onShare, onDirectory];
  const found =
    lookup(tables, `${method} ${restype} ${comp}`) ??
    (method === "HEAD" ? lookup(tables, `GET ${restype} ${comp}`) : undefined);
  if (found) return found;
  throw mismatch(request, restype, comp);
}

function lookup(tables: readonly Table[], key: string): Operation | undefined {
  return tables.map((table) => table[key]).find((operation) => operation !== undefined);
}

function mismatch({ method, query }: StorageRequest, restype: string, comp: string): StorageError {
  if (!["GET", "HEAD", "PUT", "POST", "DELETE"].includes(method)) {
    return new StorageError("UnsupportedHttpVerb");
  }
  if (comp !== "-") return invalidQuery("comp", query.get("comp") ?? "");
  if (restype !== "-") return invalidQuery("restype", query.get("restype") ?? "");
  return new StorageError("InvalidUri");
}
