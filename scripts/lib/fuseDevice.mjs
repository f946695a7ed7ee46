// Owns bringing /dev/fuse into being where the kernel can do FUSE and only the device node or the module is missing.
import { existsSync } from "node:fs";
import { findCommand, isRoot } from "./probes.mjs";
import { runKept } from "./process.mjs";

const device = "/dev/fuse";

/** Does what root can do; never fails, because `fuseObstacle` says afterwards what is still in the way. */
export function ensureFuseDevice() {
  if (process.platform !== "linux" || !isRoot() || existsSync(device)) return;
  if (findCommand("modprobe") !== undefined) runKept("modprobe", ["fuse"]);
  // In a container nobody makes the node for us. 10:229 is FUSE's number on every Linux.
  if (!existsSync(device)) runKept("mknod", ["-m", "666", device, "c", "10", "229"]);
}
