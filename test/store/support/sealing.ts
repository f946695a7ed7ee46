// Sealings for tests, and envelopes of any kind.
import { sealingOf } from "../../../store/crypto/aes-sealing.js";
import { PLAIN } from "../../../store/crypto/plain-sealing.js";
import type { Sealing, ShareKey } from "../../../store/crypto/sealing.js";
import {
  decodeEnvelope,
  encodeEnvelope,
  type ObjectKind,
  type OpenKind,
  type SealableKind,
} from "../../../store/envelope.js";

export { PLAIN };

/** The same each time, and another for each number. */
export const shareKey = (number = 1): ShareKey => new Uint8Array(32).fill(number) as ShareKey;

export const SEALED: Sealing = sealingOf(shareKey());

const OPEN: readonly ObjectKind[] = ["share", "latest", "lease", "key"] satisfies OpenKind[];

/** Sealed where objects of the kind are. */
export function wrapped(kind: ObjectKind, name: string, payload: Uint8Array, sealing: Sealing): Uint8Array {
  if (OPEN.includes(kind)) return encodeEnvelope(kind as OpenKind, name, payload);
  return encodeEnvelope(kind as SealableKind, name, payload, sealing);
}

export function unwrapped(kind: ObjectKind, name: string, object: Uint8Array, sealing: Sealing): Uint8Array {
  if (OPEN.includes(kind)) return decodeEnvelope(kind as OpenKind, name, object);
  return decodeEnvelope(kind as SealableKind, name, object, sealing);
}
