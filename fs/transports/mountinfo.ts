/**
 * Reads /proc/self/mountinfo (proc(5)): the one place that tells what is mounted where without touching a mount, which
 * for a mount that this very process serves would be waiting for itself.
 */
import { readFileSync } from "node:fs";

/** The names under which our mounts appear: `mount -t fuse.sharestrata` lists them. */
export const FILE_SYSTEM_NAME = "sharestrata";
export const FILE_SYSTEM_TYPE = `fuse.${FILE_SYSTEM_NAME}`;

export interface MountEntry {
  /** Unique while the mount exists, whatever it is moved to. */
  readonly id: number;
  /** `major:minor`. */
  readonly device: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
}

/** Every mount this process can see, in the order of mounting. Empty where there is no /proc. */
export function readMounts(): readonly MountEntry[] {
  if (process.platform !== "linux") return [];
  return parseMountinfo(readFileSync("/proc/self/mountinfo"));
}

export function isOurs(entry: MountEntry): boolean {
  return entry.type === FILE_SYSTEM_TYPE;
}

/** The mount that is seen at a path: the last of those stacked on it. @param path absolute, without symlinks */
export function mountAt(path: string, mounts: readonly MountEntry[] = readMounts()): MountEntry | undefined {
  return mounts.findLast((entry) => entry.mountPoint === path);
}

/**
 * Whether a path waits to be mounted upon. Until it is, the kernel lets nobody step on it but the process group that is to
 * mount: whoever does so stays in it, or waits for itself.
 */
export function isAutomountPoint(path: string, mounts: readonly MountEntry[]): boolean {
  return mountAt(path, mounts)?.type === "autofs";
}

/** Lines that do not look like mountinfo are passed over. */
export function parseMountinfo(text: Uint8Array): readonly MountEntry[] {
  const entries: MountEntry[] = [];
  for (const line of Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString("latin1").split("\n")) {
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    const separator = line.indexOf(" - ");
    const [id, , device, , mountPoint] = line.slice(0, Math.max(0, separator)).split(" ");
    const [type, source] = line.slice(separator + 3).split(" ");
    if (separator < 0 || device === undefined || mountPoint === undefined || type === undefined) continue;
    entries.push({
      id: Number(id),
      device,
      mountPoint: unescape(mountPoint),
      type: unescape(type),
      source: unescape(source ?? ""),
    });
  }
  return entries;
}

/** The kernel writes space, tab, newline, `#` and backslash as octal, byte by byte; the rest is bytes as they are. */
function unescape(latin1: string): string {
  const bytes = latin1.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
