/** What a process knows of itself and of its neighbours, as far as leases are concerned. */
import type { LeaseOwner, LeaseRecord } from "./lease-record.js";

export interface LeaseHolder {
  readonly owner: LeaseOwner;
  /** The process is about to take a lease with this token, and may hold it until `end`. */
  begin(token: string): void;
  end(token: string): void;
  /** Whether the lease's holder certainly writes no more: its process has ended, or is this one and knows nothing of it. */
  isGone(record: LeaseRecord): boolean;
}
