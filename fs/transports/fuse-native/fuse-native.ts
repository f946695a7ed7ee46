/**
 * The portable transport: libfuse 2.9 through fuse-native. Works unprivileged, through fusermount. Path-based, without
 * READDIRPLUS, one trip through the main thread per request; many requests wait side by side.
 */
import { SharestrataError } from "../../../core/errors.js";
import { ActiveMount } from "../active-mount.js";
import { expectFuse } from "../fuse-access.js";
import { prepareMountPoint } from "../mount-point.js";
import { FILE_SYSTEM_NAME, isOurs, mountAt } from "../mountinfo.js";
import type { MountHandle, MountRequest, Transport } from "../transport.js";
import { loadBinding } from "./binding.js";
import { makeHandlers } from "./handlers.js";

/**
 * How long the kernel keeps names and attributes. New snapshots appear at once whatever this is, since libfuse 2 keeps
 * neither listings nor the absence of a name; what lags behind is the modification time of a share's own directory and
 * the length that `stat` shows for `latest`. Nothing in a snapshot ever changes.
 */
const KEEP_SECONDS = 300;

/** Native memory that lives as long as the process: libuv and libfuse's threads point into it. */
const sessions = new Set<Uint8Array>();

export const fuseNative: Transport = {
  name: "fuse-native",

  async mount(request: MountRequest): Promise<MountHandle> {
    const allowOther = request.allowOther ?? false;
    expectFuse({ allowOther });
    const mountPoint = await prepareMountPoint(request.mountPoint, request.logger);
    const binding = loadBinding();
    const session = Buffer.alloc(binding.sizeof_fuse_thread_t);
    sessions.add(session);

    let onInit = (): void => undefined;
    const initialised = new Promise<void>((resolve) => (onInit = resolve));
    const { handlers, implemented } = makeHandlers(binding, request.operations, onInit);
    try {
      const allocate = (sizeBytes: number): Uint8Array => Buffer.alloc(sizeBytes);
      binding.fuse_native_mount(mountPoint, mountOptions(request), session, {}, allocate, handlers, implemented);
    } catch (error) {
      const message = `The system refuses to mount at ${request.mountPoint}; the line above this one, if any, says why.`;
      throw new SharestrataError("MOUNT_FAILED", message, { mountPoint }, error);
    }
    const entry = mountAt(mountPoint);
    if (!entry || !isOurs(entry)) {
      binding.fuse_native_unmount(mountPoint, session);
      throw new SharestrataError("MOUNT_FAILED", `${mountPoint} was unmounted again at once.`, { mountPoint });
    }
    const active = new ActiveMount({
      transport: "fuse-native",
      entry,
      logger: request.logger,
      release: () => binding.fuse_native_unmount(mountPoint, session),
      unmounter: request.unmounter,
    });
    await Promise.race([initialised, active.done]);
    return active;
  },
};

function mountOptions({ source = FILE_SYSTEM_NAME, allowOther = false }: MountRequest): string {
  const options = [
    "ro",
    `fsname=${source}`,
    `subtype=${FILE_SYSTEM_NAME}`,
    // Modes and owners are checked by the kernel, as on a disk.
    "default_permissions",
    // Pages stay when a file is closed: what a path holds never changes.
    "kernel_cache",
    `entry_timeout=${KEEP_SECONDS}`,
    `attr_timeout=${KEEP_SECONDS}`,
    ...(allowOther ? ["allow_other"] : []),
  ];
  return `-o${options.join(",")}`;
}
