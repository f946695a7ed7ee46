/**
 * A mount stays for weeks beside other work, so its memory counts more than the processor time of whoever answers seldom. Threads that
 * answer the kernel are another matter: with the small heap and lazy compiling of this they would take twice as long.
 */
import { setFlagsFromString } from "node:v8";

/** What the process was started with for the sake of backups, a large young generation, is taken back as well. */
const FRUGAL = ["--optimize-for-size", "--max-semi-space-size=0"];

/** For this thread from now on, best before anything is loaded. */
export function beFrugal(): void {
  for (const flag of FRUGAL) setFlagsFromString(flag);
}

/** For threads that are started from now on; what this one has is kept as it is. */
export function letThreadsBeQuick(): void {
  setFlagsFromString("--no-optimize-for-size");
}
