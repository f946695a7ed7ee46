/**
 * Whether a backup may be writing to the share, wherever it runs. A lease that nobody keeps up is taken and given back, as the next
 * backup would take it over: whoever had it finds that it is not the highest any more, and writes nothing that others build on.
 */
import type { Clock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import type { FencingNumber } from "../../core/ids.js";
import type { Logger } from "../../core/logger.js";
import { takeLease } from "../../store/leases/take-lease.js";
import type { ShareStore } from "../../store/share-store.js";
import type { LeaseSettings } from "../lease/leased.js";
import { thisProcess } from "../lease/this-process.js";

export interface LeaseSight {
  /** The highest lease there is; undefined when nobody has ever taken one. */
  readonly highest: FencingNumber | undefined;
  /** Whether its holder may be writing. Whoever takes a lease after this was found to be false has not begun yet. */
  readonly isRunning: boolean;
}

export interface LeaseSightOptions {
  readonly store: ShareStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
  readonly lease?: LeaseSettings | undefined;
  /** Whether a lease may be taken from a holder that is dead. Otherwise such a holder counts as running. */
  readonly mayTake: boolean;
}

/** @throws StoreError; the signal's reason */
export async function seeLease(options: LeaseSightOptions): Promise<LeaseSight> {
  const { store, clock, logger, signal, lease: { holder = thisProcess, timing, time } = {}, mayTake } = options;
  for (;;) {
    const highest = await store.leases.highest({ signal });
    if (highest === undefined) return { highest, isRunning: false };
    const found = await store.leases.read(highest, { signal });
    // A higher one has been taken meanwhile.
    if (found === undefined) continue;
    const { record } = found;
    if (record?.state === "released") return { highest, isRunning: false };
    const isNeighbour = record !== undefined && record.owner.boot === holder.owner.boot && !holder.isGone(record);
    // A neighbour that is there but asleep is waited for: that costs nothing but time, and waiting here does as well.
    if (!mayTake || isNeighbour) return { highest, isRunning: true };
    try {
      await using taken = await takeLease({ store, holder, clock, logger, signal, timing, time });
      return { highest: taken.number, isRunning: false };
    } catch (error) {
      if (!(error instanceof SharestrataError) || error.code !== "SHARE_BUSY") throw error;
      return { highest: (await store.leases.highest({ signal })) ?? highest, isRunning: true };
    }
  }
}
