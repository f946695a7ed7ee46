/**
 * One writer a share: a record in the catalog that names the process which is backing up. LMDB lets one write
 * transaction run at a time, across processes, so exactly one of several claimants wins. A claim is void as soon as its
 * process is gone, so a killed backup never locks a share:
 *
 * - a claimant of this boot and process namespace is looked up; reused process ids are told apart by the process's
 *   start time (field 22 of /proc/PID/stat, see proc(5));
 * - one of another boot, container or machine cannot be looked up. It renews its claim every minute, and is dead when it
 *   has not for ten: that a process is stopped for so long and goes on is caught by the store, where a second
 *   writer finds its segments taken.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { systemClock, type Clock } from "../core/clock.js";
import { SharestrataError } from "../core/errors.js";
import { timeToMs } from "../core/time.js";
import { commit } from "./commit.js";
import type { Tables } from "./tables.js";

interface Claimant {
  readonly pid: number;
  /** Clock ticks after boot; "" where the system does not tell. */
  readonly started: string;
  /** Boot and process namespace: where `pid` and `started` mean something. */
  readonly boot: string;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly renewedMs: number;
}

const RENEW_MS = 60 * 1000;
/** Ten renewals, so that a slow disk or clocks that differ a little void no claim. */
const STALE_MS = 10 * RENEW_MS;

export interface ClaimOptions {
  readonly clock?: Clock | undefined;
  /** Calls `work` now and then until told to stop. */
  readonly every?: ((ms: number, work: () => void) => () => void) | undefined;
}

/**
 * Takes the claim for this process.
 * @returns ends the claim
 * @throws SharestrataError `SHARE_BUSY` naming the process that holds it; `STORE_FULL`, `FAILED` as `commit`
 */
export async function claimWriter(
  { folder, environment, meta }: Tables,
  { clock = systemClock, every = everyUnreferenced }: ClaimOptions = {},
): Promise<AsyncDisposable> {
  const nowMs = (): number => timeToMs(clock.now());
  const self = { pid: process.pid, started: startTime(process.pid) ?? "", boot: bootId(), host: hostname() };
  const holder = await commit(environment, folder, () => {
    const current = meta.get("writer");
    if (isClaimant(current) && isAlive(current, self.boot, nowMs())) return current;
    void meta.put("writer", { ...self, renewedMs: nowMs() } satisfies Claimant);
    return undefined;
  });
  if (holder) {
    throw new SharestrataError(
      "SHARE_BUSY",
      `Another backup of this share is running (process ${holder.pid} on ${holder.host}).`,
      { pid: holder.pid, host: holder.host },
    );
  }
  const isOwn = (current: unknown): boolean =>
    isClaimant(current) && current.pid === self.pid && current.started === self.started && current.boot === self.boot;
  const change = (work: () => void): Promise<void> =>
    commit(environment, folder, () => {
      if (isOwn(meta.get("writer"))) work();
    });
  let renewing = Promise.resolve();
  const stop = every(RENEW_MS, () => {
    // A renewal that fails is one of ten; the backup meets the same disk and says what is wrong with it.
    renewing = change(() => void meta.put("writer", { ...self, renewedMs: nowMs() })).catch(() => {});
  });
  return {
    async [Symbol.asyncDispose]() {
      stop();
      await renewing;
      try {
        await change(() => void meta.remove("writer"));
      } catch (error) {
        // On a full disk. The claim ends with the process, and this must not hide what has ended the backup.
        if (!(error instanceof SharestrataError)) throw error;
      }
    },
  };
}

/** For a copy: whoever writes to what it was copied from has nothing to do with it. */
export async function dropClaim({ folder, environment, meta }: Tables): Promise<void> {
  await commit(environment, folder, () => void meta.remove("writer"));
}

function everyUnreferenced(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms).unref();
  return () => clearInterval(timer);
}

function isClaimant(value: unknown): value is Claimant {
  if (typeof value !== "object" || value === null) return false;
  const { pid, started, boot, host, renewedMs } = value as Record<string, unknown>;
  return (
    typeof pid === "number" &&
    [started, boot, host].every((text) => typeof text === "string") &&
    typeof renewedMs === "number"
  );
}

function isAlive(claimant: Claimant, boot: string, nowMs: number): boolean {
  if (claimant.boot === boot) {
    const started = startTime(claimant.pid);
    return started !== undefined && started === claimant.started;
  }
  return nowMs - claimant.renewedMs < STALE_MS;
}

/** Two containers of one machine share the boot, but not the process ids. */
function bootId(): string {
  const boot = asked(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? hostname();
  return `${boot} ${asked(() => readlinkSync("/proc/self/ns/pid")) ?? ""}`;
}

/** @returns undefined when there is no such process */
function startTime(pid: number): string | undefined {
  const stat = asked(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The command name, in parentheses, may itself hold spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** What /proc says; a system without it has no answer, and nor has a process that is gone. */
function asked(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
