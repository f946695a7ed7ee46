// The lease protocol of files and shares as pure functions: a lease and the time in, a lease or a
// service error out. Time is passed in; nothing here keeps state.
import { StorageError } from "../errors.js";

export interface Lease {
  readonly id: string;
  /** 15 to 60, or -1 for one that never ends. */
  readonly durationSeconds: number;
  readonly endsMs?: number;
  /** Set by a break: from then on the lease is broken. */
  readonly breaksMs?: number;
}

export type LeaseState = "available" | "leased" | "expired" | "breaking" | "broken";

export function leaseState(lease: Lease | undefined, nowMs: number): LeaseState {
  if (!lease) return "available";
  if (lease.breaksMs !== undefined) return nowMs >= lease.breaksMs ? "broken" : "breaking";
  return lease.endsMs !== undefined && nowMs >= lease.endsMs ? "expired" : "leased";
}

/** Whether the lease keeps others from writing. */
export function isLocked(lease: Lease | undefined, nowMs: number): boolean {
  const state = leaseState(lease, nowMs);
  return state === "leased" || state === "breaking";
}

/** The three response headers that describe a lease. */
export function leaseHeaders(lease: Lease | undefined, nowMs: number): Record<string, string> {
  const state = leaseState(lease, nowMs);
  return {
    "x-ms-lease-status": isLocked(lease, nowMs) ? "locked" : "unlocked",
    "x-ms-lease-state": state,
    ...(lease &&
      state === "leased" && {
        "x-ms-lease-duration": lease.durationSeconds === -1 ? "infinite" : "fixed",
      }),
  };
}

export function acquireLease(
  lease: Lease | undefined,
  nowMs: number,
  wanted: { readonly id: string; readonly durationSeconds: number },
): Lease {
  const state = leaseState(lease, nowMs);
  if (state === "leased" && lease?.id !== wanted.id) throw new StorageError("LeaseAlreadyPresent");
  if (state === "breaking") {
    throw new StorageError(lease?.id === wanted.id ? "LeaseIsBreakingAndCannotBeAcquired" : "LeaseAlreadyPresent");
  }
  return startLease(wanted.id, wanted.durationSeconds, nowMs);
}

export function renewLease(lease: Lease | undefined, nowMs: number, id: string): Lease {
  const held = requireLease(lease, id);
  const state = leaseState(held, nowMs);
  if (state === "broken" || state === "breaking") {
    throw new StorageError("LeaseIsBrokenAndCannotBeRenewed");
  }
  return startLease(id, held.durationSeconds, nowMs);
}

export function changeLease(lease: Lease | undefined, nowMs: number, id: string, newId: string): Lease {
  const state = leaseState(lease, nowMs);
  if (!lease || state === "broken" || state === "expired") {
    throw new StorageError("LeaseNotPresentWithLeaseOperation");
  }
  if (lease.id !== id && lease.id !== newId) {
    throw new StorageError("LeaseIdMismatchWithLeaseOperation");
  }
  if (state === "breaking") throw new StorageError("LeaseIsBreakingAndCannotBeChanged");
  return { ...lease, id: newId };
}

/** Checks that `id` may end the lease. */
export function releaseLease(lease: Lease | undefined, id: string): void {
  requireLease(lease, id);
}

/** Breaks a lease after at most `periodSeconds`, or when it ends, whichever is sooner. */
export function breakLease(
  lease: Lease | undefined,
  nowMs: number,
  periodSeconds?: number,
): { readonly lease: Lease; readonly secondsLeft: number } {
  const state = leaseState(lease, nowMs);
  if (!lease) throw new StorageError("LeaseNotPresentWithLeaseOperation");
  if (state === "broken" || state === "expired") {
    return { lease: { ...lease, breaksMs: lease.breaksMs ?? nowMs }, secondsLeft: 0 };
  }
  const endsMs = lease.breaksMs ?? lease.endsMs;
  const leftMs = endsMs === undefined ? 0 : endsMs - nowMs;
  const askedMs = periodSeconds === undefined ? leftMs : periodSeconds * 1000;
  const untilMs = endsMs === undefined ? askedMs : Math.min(askedMs, leftMs);
  return {
    lease: { ...lease, breaksMs: nowMs + untilMs },
    secondsLeft: Math.ceil(untilMs / 1000),
  };
}

/**
 * Refuses an operation on a leased resource without the right id, and one that names a lease where
 * there is none. A read passes without an id, but not with a wrong one.
 */
export function checkLease(
  lease: Lease | undefined,
  nowMs: number,
  id: string | undefined,
  options: { readonly on: "File" | "Share"; readonly writes: boolean },
): void {
  const locked = isLocked(lease, nowMs);
  if (id === undefined) {
    if (locked && options.writes) throw new StorageError("LeaseIdMissing");
    return;
  }
  if (!lease) throw new StorageError(`LeaseNotPresentWith${options.on}Operation`);
  if (lease.id.toLowerCase() !== id.toLowerCase()) {
    throw new StorageError(`LeaseIdMismatchWith${options.on}Operation`);
  }
  if (!locked) throw new StorageError("LeaseLost");
}

function requireLease(lease: Lease | undefined, id: string): Lease {
  if (!lease) throw new StorageError("LeaseNotPresentWithLeaseOperation");
  if (lease.id.toLowerCase() !== id.toLowerCase()) {
    throw new StorageError("LeaseIdMismatchWithLeaseOperation");
  }
  return lease;
}

function startLease(id: string, durationSeconds: number, nowMs: number): Lease {
  return durationSeconds === -1
    ? { id, durationSeconds }
    : { id, durationSeconds, endsMs: nowMs + durationSeconds * 1000 };
}
