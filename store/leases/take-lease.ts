/**
 * Taking the lease of a share: whoever creates the object of the next number has it. Before that, the one there is must be
 * free: released, or its process known to be gone, or unchanged for as long as it lives without a heartbeat. The last is
 * seen with the own clock alone, from one look at the object to another.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../core/clock.js";
import type { FencingNumber } from "../../core/ids.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { ShareStore } from "../share-store.js";
import { shareBusy } from "./lease-errors.js";
import type { LeaseHolder } from "./lease-holder.js";
import type { LeaseRecord } from "./lease-record.js";
import { LEASE_TIMING, systemLeaseTime, type LeaseTime, type LeaseTiming } from "./lease-time.js";
import { ShareLease } from "./share-lease.js";

export interface LeaseOptions {
  /** Belongs to whoever opened it, and must stay open as long as the lease. */
  readonly store: ShareStore;
  readonly holder: LeaseHolder;
  /** Says since when, to people. */
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: `LEASE_TIMING`. */
  readonly timing?: LeaseTiming | undefined;
  /** Default: the system's monotonic clock and timers. */
  readonly time?: LeaseTime | undefined;
}

/**
 * Takes the lease, at once when it is free. Otherwise it waits until the holder shows that it lives, some ten seconds,
 * or has not for the whole expiry.
 * @throws SharestrataError `SHARE_BUSY` naming the process that has it; StoreError; the signal's reason
 */
export async function takeLease(options: LeaseOptions): Promise<ShareLease> {
  const { store, holder, clock, signal, timing = LEASE_TIMING, time = systemLeaseTime } = options;
  for (;;) {
    const highest = await store.leases.highest({ signal });
    if (highest !== undefined && !(await isFree(options, highest))) continue;
    const record: LeaseRecord = {
      share: store.share,
      number: ((highest ?? 0) + 1) as FencingNumber,
      state: "held",
      token: randomUUID(),
      beat: 0,
      expiryMs: timing.expiryMs,
      owner: holder.owner,
      since: clock.now(),
    };
    const beganMs = time.nowMs();
    holder.begin(record.token);
    let isTaken = false;
    try {
      // Others may have taken and released higher numbers meanwhile and deleted the one that was highest.
      isTaken =
        (await store.leases.create(record, { signal })) && !(await store.leases.isOvertaken(record.number, { signal }));
    } finally {
      if (!isTaken) holder.end(record.token);
    }
    if (!isTaken) continue;
    const lease = new ShareLease({ leases: store.leases, record, beganMs, holder, timing, time });
    // What cannot be deleted now is deleted by whoever comes next.
    await store.leases.deleteBelow(record.number, { signal: lease.signal }).catch(() => {});
    return lease;
  }
}

/**
 * @returns whether the next number may be taken; false when a higher one has been taken meanwhile
 * @throws SharestrataError `SHARE_BUSY`
 */
async function isFree(options: LeaseOptions, number: FencingNumber): Promise<boolean> {
  const { store, holder, signal, logger = silentLogger, timing = LEASE_TIMING, time = systemLeaseTime } = options;
  const first = await store.leases.read(number, { signal });
  if (first === undefined) return false;
  const { record } = first;
  if (record?.state === "released" || (record && holder.isGone(record))) return true;
  const fields = { share: formatShareName(store.share), fencing: number, host: record?.owner.host };
  logger.info(fields, "the share has a lease; looking whether its holder lives");
  const expiryMs = record?.expiryMs ?? timing.expiryMs;
  const seenMs = time.nowMs();
  for (;;) {
    await time.wait(timing.pollMs, signal);
    if (await store.leases.isOvertaken(number, { signal })) return false;
    const askedMs = time.nowMs();
    const now = await store.leases.read(number, { signal });
    if (now === undefined) return false;
    if (now.record?.state === "released") return true;
    if (Buffer.compare(now.bytes, first.bytes) !== 0) throw shareBusy(store.share, number, now.record);
    if (record && holder.isGone(record)) return true;
    if (askedMs - seenMs >= expiryMs) {
      logger.warn(fields, "the holder of the share's lease shows no sign of life; taking the share over");
      return true;
    }
  }
}
