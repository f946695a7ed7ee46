// How far a copy is. A copy that would take less than a second is done when it is answered; a longer one, or one from another account, is
// pending until the clock says that its bytes have gone over, and can be called off until then. Nothing
// happens when it ends: its state is a function of the time.
import { Content } from "./content.js";
import type { CopyState, FileState } from "./node.js";

const bytesPerMs = (256 * 1024 ** 2) / 1000;

/** Shorter ones are done at once. */
const leastPendingMs = 1000;

/** When a copy that starts now ends; undefined for one that is done at once, as none from another account is. */
export function copyEndMs(bytes: number, isOwn: boolean, nowMs: number): number | undefined {
  const durationMs = Math.ceil(bytes / bytesPerMs);
  if (durationMs < leastPendingMs && isOwn) return undefined;
  return nowMs + Math.max(durationMs, leastPendingMs);
}

export function isPending(copy: CopyState | undefined, nowMs: number): boolean {
  return copy?.endsMs !== undefined && copy.status === "success" && nowMs < copy.endsMs;
}

/** Bytes copied so far. */
export function copiedBytes(copy: CopyState, nowMs: number): number {
  if (!isPending(copy, nowMs)) return copy.bytes;
  return Math.max(0, copy.bytes - Math.ceil((copy.endsMs! - nowMs) * bytesPerMs));
}

/** What can be read of a file: nothing but zeros while a copy into it is pending. */
export function visibleContent(state: FileState, nowMs: number): Content {
  return isPending(state.copy, nowMs) ? Content.empty : state.content;
}
