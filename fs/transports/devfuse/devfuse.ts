/**
 * The fast transport: the kernel's FUSE protocol spoken over /dev/fuse, without a library in between. Threads answer from the
 * catalog at once; the main thread answers what has to be waited for. Needs CAP_SYS_ADMIN to mount, and nothing installed.
 */
import { endianness } from "node:os";
import { SharestrataError } from "../../../core/errors.js";
import { ActiveMount } from "../active-mount.js";
import { expectFuse } from "../fuse-access.js";
import { prepareMountPoint } from "../mount-point.js";
import { FILE_SYSTEM_NAME, isOurs, mountAt, type MountEntry } from "../mountinfo.js";
import type { MountHandle, MountRequest, Transport } from "../transport.js";
import { closeDevice, mountDevice, openDevice } from "./device.js";
import { KernelService } from "./kernel-service.js";
import { MAX_READ_BYTES } from "./protocol/init.js";
import { raiseReadAhead } from "./read-ahead.js";

export const devFuse: Transport = {
  name: "devfuse",

  async mount(request: MountRequest): Promise<MountHandle> {
    const { operations, logger, unmounter, allowOther = false } = request;
    expectFuse({ allowOther });
    expectLittleEndian();
    const mountPoint = await prepareMountPoint(request.mountPoint, logger);
    const fd = openDevice();
    const service = new KernelService({ fd, operations, logger, mountPoint });
    const entry = await attach(fd, service, mountPoint, request);
    process.once("exit", endAtOnce);
    const release = (): void => {
      process.off("exit", endAtOnce);
      service.close();
      closeDevice(fd);
    };
    raiseReadAhead(entry.device, MAX_READ_BYTES);
    const active = new ActiveMount({ transport: "devfuse", entry, logger, release, ended: service.ended, unmounter });
    const problem = await Promise.race([service.agreed, active.done.then(() => undefined)]);
    if (problem === undefined) return active;
    await active.unmount();
    throw new SharestrataError("MOUNT_FAILED", `${mountPoint} cannot be mounted: ${problem}.`, { mountPoint });
  },
};

/** Makes the mount and lets the threads begin. Without a mount, they are ended and the device is closed. */
async function attach(
  fd: number,
  service: KernelService,
  mountPoint: string,
  { source = FILE_SYSTEM_NAME, allowOther = false, owner }: MountRequest,
): Promise<MountEntry> {
  try {
    await mountDevice(fd, { mountPoint, source, allowOther, owner });
  } catch (error) {
    await service.cancel();
    closeDevice(fd);
    throw error;
  }
  service.begin();
  const entry = mountAt(mountPoint);
  if (entry && isOurs(entry)) return entry;
  await service.ended;
  closeDevice(fd);
  throw new SharestrataError("MOUNT_FAILED", `${mountPoint} was unmounted again at once.`, { mountPoint });
}

/**
 * A process that ends while the mount stands would wait for its threads, which wait for the kernel. Killed, it leaves a mount
 * that says that it is dead.
 */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

function expectLittleEndian(): void {
  if (endianness() === "LE") return;
  throw new SharestrataError("MOUNT_FAILED", "The transport devfuse needs a little-endian machine; try fuse-native.");
}
