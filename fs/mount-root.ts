/** Where a mount begins: everything, one share, or one snapshot of it, found when the mount is made. */
import { formatSelector, selectSnapshot } from "../core/address.js";
import { SharestrataError } from "../core/errors.js";
import { formatShareName, type ShareName } from "../core/names.js";
import { FileSystemError } from "./errors.js";
import type { Handle } from "./handle.js";
import { LATEST, snapshotRoot, type MountRoot } from "./layout.js";
import type { OpenShares } from "./open-shares.js";
import type { ShareDirectory } from "./shares.js";

/**
 * @returns the handle of what the mount shows at its root; a share that is, or holds, the root is opened
 * @throws SharestrataError `SHARE_UNKNOWN`, `SNAPSHOT_UNKNOWN`, or why the share cannot be opened
 */
export async function openRoot(root: MountRoot, directory: ShareDirectory, shares: OpenShares): Promise<Handle> {
  if (root.kind === "everything") return { kind: "tenants" };
  const name = formatShareName(root.share);
  if (!directory.list().some((share) => formatShareName(share) === name)) throw unknownShare(root.share);
  try {
    const share = await shares.open(root.share, { log: false });
    if (root.kind === "share") return { kind: "share", name: root.share };
    const snapshot = selectSnapshot(share.snapshots(), root.snapshot);
    const handle = snapshot && snapshotRoot(share, snapshot.name);
    if (handle) return handle;
  } catch (error) {
    throw error instanceof FileSystemError && error.cause !== undefined ? error.cause : error;
  }
  const wanted = root.kind === "snapshot" ? formatSelector(root.snapshot) : LATEST;
  throw new SharestrataError("SNAPSHOT_UNKNOWN", `The share ${name} has no snapshot ${wanted}.`, { share: name });
}

function unknownShare(share: ShareName): SharestrataError {
  const name = formatShareName(share);
  return new SharestrataError("SHARE_UNKNOWN", `There is no share ${name} to mount.`, { share: name });
}
