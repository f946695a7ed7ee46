/**
 * Every mount of ours on this machine, alive or dead. Nothing here waits for a mount: what its process does not tell by
 * being there is asked by a program that is given up after a while.
 */
import { readMountServers } from "./announcement.js";
import { isOurs, mountAt, readMounts, type MountEntry } from "./mountinfo.js";
import { findProgram, runProgram } from "./programs.js";

/** `unknown`: it does not answer, or nobody here may ask. */
export type MountState = "alive" | "dead" | "unknown";

export interface ListedMount {
  readonly mountPoint: string;
  /** What is mounted: an address, or `sharestrata` for everything. */
  readonly source: string;
  readonly state: MountState;
  /** Whether something else is mounted over it, so that it cannot be seen. */
  readonly covered: boolean;
  /** undefined for a dead mount, and for one whose process cannot be seen from here. */
  readonly pid: number | undefined;
  readonly transport: string | undefined;
}

const ASK_FOR_MS = 3000;

/** In the order of mounting. */
export async function listMounts(): Promise<readonly ListedMount[]> {
  const mounts = readMounts();
  const servers = readMountServers();
  const listed = mounts.filter(isOurs).map(async (entry): Promise<ListedMount> => {
    const server = servers.get(entry.device);
    const covered = mountAt(entry.mountPoint, mounts)?.id !== entry.id;
    return {
      mountPoint: entry.mountPoint,
      source: entry.source,
      state: server ? "alive" : await stateOf(entry, covered),
      covered,
      pid: server?.pid,
      transport: server?.transport,
    };
  });
  return Promise.all(listed);
}

/** Of a mount whose process does not announce itself. */
async function stateOf({ mountPoint }: MountEntry, covered: boolean): Promise<MountState> {
  const stat = findProgram("stat");
  if (covered || !stat) return covered ? "dead" : "unknown";
  // statfs(2), as stat(2) is answered from what the kernel remembers; the length of names is 0 where the kernel answers itself,
  // because only the user who mounted may ask.
  const { ok, output, message } = await runProgram(stat, ["-f", "-c", "%l", "--", mountPoint], { forMs: ASK_FOR_MS });
  if (ok) return output.trim() === "0" ? "unknown" : "alive";
  return /not connected|connection abort/i.test(message) ? "dead" : "unknown";
}
