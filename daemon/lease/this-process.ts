/**
 * This process as a holder of leases, and what /proc tells of its neighbours. Reused process ids are told apart by the
 * process's start time (field 22 of /proc/PID/stat, see proc(5)). Of another machine, container or boot nothing is
 * known here. The catalog's claim looks at the same facts, but may not share code with what knows the store.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { LeaseHolder } from "../../store/leases/lease-holder.js";
import type { LeaseOwner, LeaseRecord } from "../../store/leases/lease-record.js";

/**
 * Of leases that this process has or is taking: one with another token that claims to be its own is a leftover. A worker
 * thread would know of its own only; the catalog's claim, which is the process's, keeps two threads from one share.
 */
const tokens = new Set<string>();
let owner: LeaseOwner | undefined;

export const thisProcess: LeaseHolder = {
  get owner() {
    return (owner ??= {
      host: hostname(),
      pid: process.pid,
      started: startTime(process.pid) ?? "",
      boot: bootId(),
    });
  },
  begin: (token) => void tokens.add(token),
  end: (token) => void tokens.delete(token),
  isGone(record: LeaseRecord): boolean {
    const { pid, started, boot } = record.owner;
    if (boot !== this.owner.boot || started === "") return false;
    if (pid === this.owner.pid && started === this.owner.started) return !tokens.has(record.token);
    return startTime(pid) !== started;
  },
};

/** Two containers of one machine share the boot, but not the process ids. */
function bootId(): string {
  const boot = asked(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? hostname();
  return `${boot} ${asked(() => readlinkSync("/proc/self/ns/pid")) ?? ""}`;
}

/** @returns undefined when there is no such process, or it has ended and nobody has asked yet how */
function startTime(pid: number): string | undefined {
  const stat = asked(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The command name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** What /proc says; a system without it has no answer, and nor has a process that is gone. */
function asked(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
