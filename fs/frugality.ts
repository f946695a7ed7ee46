/**
 * A mount stays for weeks beside other work: what it takes of memory counts more than a tenth of its processor time. What the
 * process was started with for the sake of backups (a large young generation) is taken back.
 */
import { setFlagsFromString } from "node:v8";

const FLAGS = ["--optimize-for-size", "--max-semi-space-size=0"];

/** For this thread from now on, and for all threads that are started later. Takes effect best before anything is loaded. */
export function beFrugal(): void {
  for (const flag of FLAGS) setFlagsFromString(flag);
}
