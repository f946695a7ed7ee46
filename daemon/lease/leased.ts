/** The lease of a share for as long as something is written to it, and the share's store behind the lease's fence. */
import { systemClock, type Clock } from "../../core/clock.js";
import type { Logger } from "../../core/logger.js";
import type { LeaseHolder } from "../../store/leases/lease-holder.js";
import type { LeaseTime, LeaseTiming } from "../../store/leases/lease-time.js";
import type { ShareLease } from "../../store/leases/share-lease.js";
import { takeLease } from "../../store/leases/take-lease.js";
import type { ShareStore } from "../../store/share-store.js";
import { FencedStore } from "../../store/wrappers/fenced-store.js";
import { thisProcess } from "./this-process.js";

/** In place of this process, the usual timing and the system's clock. */
export interface LeaseSettings {
  readonly holder?: LeaseHolder | undefined;
  readonly timing?: LeaseTiming | undefined;
  readonly time?: LeaseTime | undefined;
}

export interface LeasedStore {
  readonly lease: ShareLease;
  /** Writes through it fail with a LeaseLostError once the lease is lost. */
  readonly store: ShareStore;
  /** Aborted when the caller's is, and with a LeaseLostError when the lease is lost. */
  readonly signal: AbortSignal;
}

export interface LeasedParts {
  readonly store: ShareStore;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly lease?: LeaseSettings | undefined;
}

/**
 * Takes the lease, lets `work` write under it, and releases it.
 * @throws SharestrataError `SHARE_BUSY` when another process has it; StoreError; what `work` throws
 */
export async function leased<T>(parts: LeasedParts, work: (leasedStore: LeasedStore) => Promise<T>): Promise<T> {
  const { store, clock = systemClock, logger, signal, lease: settings = {} } = parts;
  const { holder = thisProcess, timing, time } = settings;
  await using lease = await takeLease({ store, holder, clock, logger, signal, timing, time });
  const { bundlePrefix, blobPrefix } = store.names;
  const isContent = (name: string): boolean => name.startsWith(bundlePrefix) || name.startsWith(blobPrefix);
  return await work({
    lease,
    store: store.over(new FencedStore(store.objects, lease, isContent)),
    signal: signal === undefined ? lease.signal : AbortSignal.any([signal, lease.signal]),
  });
}
