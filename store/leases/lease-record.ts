/** A lease of a share as it lies in the store. */
import type { FencingNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { TimeNs } from "../../core/time.js";

/** The process that holds a lease. */
export interface LeaseOwner {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks after boot; "" where the system does not tell. */
  readonly started: string;
  /** Boot and process namespace: where `pid` and `started` mean something. */
  readonly boot: string;
}

export interface LeaseRecord {
  readonly share: ShareName;
  readonly number: FencingNumber;
  readonly state: "held" | "released";
  /** Random: tells two takers of one number apart. */
  readonly token: string;
  /** Raised by every heartbeat. */
  readonly beat: number;
  /** Unchanged for so long, by the clock of whoever watches, it may be taken over. */
  readonly expiryMs: number;
  readonly owner: LeaseOwner;
  /** By the holder's clock: for people, and never compared with another clock. */
  readonly since: TimeNs;
}
