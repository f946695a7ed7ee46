// Owns in what transports differ: everything else has to be the same through each of them.
import type { TransportName } from "../../../fs/transports/transport-name.js";

export interface TransportFacts {
  readonly name: TransportName;
  /** Carries times to the nanosecond, and not only to the millisecond. */
  readonly exactTimes: boolean;
  /**
   * What did not change has the same inode number in every snapshot, a folder with all that is beneath it, and nothing else has
   * that number. Listings tell the number that stat tells.
   */
  readonly sameInodes: boolean;
}

/** libfuse 2 hands out inode numbers itself, by path and of 32 bits, and its times come as milliseconds. */
export const FUSE_NATIVE: TransportFacts = { name: "fuse-native", exactTimes: false, sameInodes: false };

export const DEVFUSE: TransportFacts = { name: "devfuse", exactTimes: true, sameInodes: true };

export const TRANSPORTS: readonly TransportFacts[] = [FUSE_NATIVE, DEVFUSE];
