/**
 * How far the kernel reads ahead in a file. It gives every FUSE mount 128 KiB and lets the mount itself only lower that; root may raise
 * it, for each device (sysfs-class-bdi). Fewer and larger requests, of which several are under way, are what two threads need.
 */
import { writeFileSync } from "node:fs";

/** @param device `major:minor`, as mountinfo has it */
export function raiseReadAhead(device: string, sizeBytes: number): void {
  try {
    writeFileSync(`/sys/class/bdi/${device}/read_ahead_kb`, String(sizeBytes / 1024));
  } catch {
    // Without sysfs, or where it is read-only as in a container, reading is slower and nothing else.
  }
}
