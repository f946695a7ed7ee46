/**
 * About how many bytes of records a change adds to a segment beyond what every change does: most add next to nothing, but extended attributes,
 * user metadata and descriptors may have tens of KiB each. An estimate, for bounding what is held at a time.
 */
import type { NodePut, PermissionRecord } from "../../core/node.js";

export function weightOfPut({ metadata: { xattrs, userMetadata, linkTarget } }: NodePut): number {
  let bytes = linkTarget?.length ?? 0;
  for (const { name, value } of xattrs ?? []) bytes += name.length + value.length;
  for (const name in userMetadata) bytes += name.length + (userMetadata[name]?.length ?? 0);
  return bytes;
}

export function weightOfPermission({ descriptor }: PermissionRecord): number {
  return descriptor?.text.length ?? 0;
}
