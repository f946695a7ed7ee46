/** What has to be set of a node, as the SDK takes it. Seven digits of a time pass through as a text where a Date has three. */
import type { FileHttpHeaders, FilePosixProperties, NfsFileMode } from "@azure/storage-file-share";
import type { NodeMetadata, PosixAttributes } from "../../../core/node.js";
import { formatTime, type TimeNs } from "../../../core/time.js";
import type { WantedNode } from "../wanted.js";
import type { ShareProtocol } from "./names.js";
import type { PermissionKeys, PermissionSetting } from "./permission-keys.js";

/** Times are typed as Dates by the SDK. */
export interface NodeProperties {
  readonly creationTime?: Date;
  readonly lastWriteTime?: Date;
  readonly changeTime?: Date;
  readonly fileAttributes?: never;
  readonly posixProperties?: FilePosixProperties;
  readonly filePermissionKey?: string;
  readonly filePermission?: string;
  readonly filePermissionFormat?: "Sddl" | "Binary";
}

/** Text for a time as the SDK sends it on. */
export function timeText(time: TimeNs): Date {
  return formatTime(time, 7) as unknown as Date;
}

/** As the SDK sends them on. */
export function attributesText(attributes: string): never {
  return attributes as never;
}

/** Those that a node gets in the end, all but its content's headers and its metadata. */
export function finalProperties(
  { entry }: WantedNode,
  metadata: NodeMetadata,
  permission: PermissionSetting | undefined,
  protocol: ShareProtocol,
): NodeProperties {
  const { createdNs, changedNs, attributes } = metadata;
  return {
    lastWriteTime: timeText(entry.mtimeNs),
    // An unfinished folder shows by this one, so it is set in any case.
    creationTime: createdNs === undefined ? timeText(entry.mtimeNs) : timeText(createdNs),
    ...(changedNs !== undefined && { changeTime: timeText(changedNs) }),
    ...(protocol === "smb" && attributes !== undefined && { fileAttributes: attributesText(attributes) }),
    ...permission,
    ...(protocol === "nfs" && entry.posix && { posixProperties: posixProperties(entry.posix) }),
  };
}

/** @returns undefined where the node has no permissions that the target could take */
export async function permissionOf(
  wanted: WantedNode,
  keys: PermissionKeys,
  protocol: ShareProtocol,
): Promise<PermissionSetting | undefined> {
  if (protocol === "nfs") return undefined;
  const { permissionKey } = await wanted.metadata();
  return permissionKey === undefined ? undefined : keys.settingOf(wanted, permissionKey);
}

export function httpHeaders(metadata: NodeMetadata): FileHttpHeaders {
  const { contentType, contentEncoding, contentLanguage, cacheControl, contentDisposition, contentMd5 } = metadata;
  return {
    ...(contentType !== undefined && { fileContentType: contentType }),
    ...(contentEncoding !== undefined && { fileContentEncoding: contentEncoding }),
    ...(contentLanguage !== undefined && { fileContentLanguage: contentLanguage }),
    ...(cacheControl !== undefined && { fileCacheControl: cacheControl }),
    ...(contentDisposition !== undefined && { fileContentDisposition: contentDisposition }),
    ...(contentMd5 !== undefined && { fileContentMD5: contentMd5 }),
  };
}

export function userMetadata({ userMetadata: metadata }: NodeMetadata): Record<string, string> {
  return { ...metadata };
}

export function posixProperties({ mode, uid, gid }: PosixAttributes): FilePosixProperties {
  return { owner: String(uid), group: String(gid), fileMode: fileMode(mode) };
}

function fileMode(mode: number): NfsFileMode {
  const role = (shift: number) => {
    const bits = (mode >> shift) & 7;
    return { read: (bits & 4) !== 0, write: (bits & 2) !== 0, execute: (bits & 1) !== 0 };
  };
  return {
    owner: role(6),
    group: role(3),
    other: role(0),
    effectiveUserIdentity: (mode & 0o4000) !== 0,
    effectiveGroupIdentity: (mode & 0o2000) !== 0,
    stickyBit: (mode & 0o1000) !== 0,
  };
}
