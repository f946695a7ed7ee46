/** What the kernel tells and forgets when it is asked to. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/** How many mounts are stacked at a path. */
export function mountsAt(path: string): number {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return mounts.filter((line) => line.split(" ")[4] === path).length;
}

let said = false;

/** Pages, names and inodes, as far as nobody uses them. Says it once when it is not permitted. */
export function dropCaches(): void {
  execFileSync("sync");
  try {
    writeFileSync("/proc/sys/vm/drop_caches", "3\n");
  } catch (error) {
    if (!said) console.error(`Caches cannot be dropped, so nothing is cold: ${String(error)}`);
    said = true;
  }
}
