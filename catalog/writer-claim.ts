/**
 * One writer a share on this machine: a record in the catalog that names the process which is backing up. LMDB lets
 * one write transaction run at a time, across processes, so exactly one of several claimants wins; and a claim is void
 * as soon as its process is gone, so a killed backup never locks a share. Process ids are told apart from reused ones
 * by the process's start time (field 22 of /proc/PID/stat, see proc(5)).
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { SharestrataError } from "../core/errors.js";
import type { Tables } from "./tables.js";

interface Claimant {
  readonly pid: number;
  /** Clock ticks after boot; "" where the system does not tell. */
  readonly started: string;
  readonly host: string;
}

/**
 * Takes the claim for this process.
 * @returns ends the claim
 * @throws SharestrataError `SHARE_BUSY` naming the process that holds it
 */
export async function claimWriter({ environment, meta }: Tables): Promise<AsyncDisposable> {
  const self: Claimant = { pid: process.pid, started: startTime(process.pid) ?? "", host: hostname() };
  const holder = await environment.transaction(() => {
    const current = meta.get("writer");
    if (isClaimant(current) && isAlive(current)) return current;
    void meta.put("writer", self);
    return undefined;
  });
  if (holder) {
    throw new SharestrataError(
      "SHARE_BUSY",
      `Another backup of this share is running (process ${holder.pid} on ${holder.host}).`,
      { pid: holder.pid, host: holder.host },
    );
  }
  return {
    async [Symbol.asyncDispose]() {
      await environment.transaction(() => void meta.remove("writer"));
    },
  };
}

function isClaimant(value: unknown): value is Claimant {
  if (typeof value !== "object" || value === null) return false;
  const { pid, started, host } = value as Record<string, unknown>;
  return typeof pid === "number" && typeof started === "string" && typeof host === "string";
}

function isAlive(claimant: Claimant): boolean {
  // A state folder shared between machines: only its own machine can tell.
  if (claimant.host !== hostname()) return true;
  const started = startTime(claimant.pid);
  return started !== undefined && started === claimant.started;
}

/** @returns undefined when there is no such process */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name, in parentheses, may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
