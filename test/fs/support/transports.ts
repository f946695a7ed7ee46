// Owns what there is to be tested of transports, and in what they differ: everything else has to be the same through each.
import { fuseNative } from "../../../fs/transports/fuse-native/fuse-native.js";
import type { Transport } from "../../../fs/transports/transport.js";

export interface TransportUnderTest {
  readonly transport: Transport;
  /** Carries times to the nanosecond, and not only to the millisecond. */
  readonly exactTimes: boolean;
  /** The same content, or the same folder with all beneath, has the same inode number in every snapshot, and nothing else has it. */
  readonly sameInodes: boolean;
  /** Listings tell inode numbers, and they are those that stat tells. */
  readonly listsInodes: boolean;
}

const ALL: readonly TransportUnderTest[] = [
  // libfuse 2 hands out inode numbers itself, by path and of 32 bits, and times come as milliseconds.
  { transport: fuseNative, exactTimes: false, sameInodes: false, listsInodes: false },
];

/** @throws Error when there is none of that name */
export function transportNamed(name: string): TransportUnderTest {
  const found = ALL.find(({ transport }) => transport.name === name);
  if (!found) throw new Error(`no transport is called ${name}`);
  return found;
}

export const TRANSPORTS: readonly string[] = ALL.map(({ transport }) => transport.name);
