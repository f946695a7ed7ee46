/**
 * Which process serves which mount, told without touching the mount: its process listens on a socket in Linux's abstract
 * namespace whose name says so, and /proc/net/unix has all such names. A name is gone with its process, however that
 * ended, so there is nothing to clean up. Nobody is meant to connect, and whoever does is hung up
 * on. The names are information and no more: any user could make one, and processes of another network namespace are not
 * seen.
 */
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { messageOf } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { isOurs, mountAt } from "./mountinfo.js";
import type { MountHandle } from "./transport.js";

export interface MountServer {
  readonly pid: number;
  readonly transport: string;
}

const PREFIX = "sharestrata/mount/";
/** In /proc/net/unix NUL is written as "@", and libuv pads names with NUL. */
const LISTED = /@sharestrata\/mount\/(\d+:\d+)\/(\d+)\/([a-z0-9-]+)@*$/;

/**
 * For the process that serves a mount. Does not keep it alive. A mount that cannot be announced is as good as others, so
 * that is a line in the log.
 */
export async function announceMount(mount: MountHandle, logger: Logger): Promise<Disposable | undefined> {
  const entry = mountAt(mount.mountPoint);
  if (!entry || !isOurs(entry)) return undefined;
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ path: `\0${PREFIX}${entry.device}/${process.pid}/${mount.transport}` });
    await once(server, "listening");
  } catch (error) {
    logger.debug({ error: messageOf(error) }, "The mount is not announced to others");
    return undefined;
  }
  server.unref();
  return { [Symbol.dispose]: () => void server.close() };
}

/** The processes that serve mounts, by the mount's `device`. */
export function readMountServers(): ReadonlyMap<string, MountServer> {
  const announced = parseMountServers(readUnixSockets());
  // The kernel may close the sockets of a process a moment after the process is gone.
  return new Map([...announced].filter(([, { pid }]) => existsSync(`/proc/${pid}`)));
}

/** @param text of /proc/net/unix */
export function parseMountServers(text: string): ReadonlyMap<string, MountServer> {
  const servers = new Map<string, MountServer>();
  for (const line of text.split("\n")) {
    const [, device, pid, transport] = LISTED.exec(line) ?? [];
    if (device !== undefined && transport !== undefined) servers.set(device, { pid: Number(pid), transport });
  }
  return servers;
}

function readUnixSockets(): string {
  try {
    return readFileSync("/proc/net/unix", "latin1");
  } catch {
    return ""; // Without /proc there is nobody to be seen.
  }
}
