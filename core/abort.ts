/** Abort signals that many operations listen to at once. */
import { setMaxListeners } from "node:events";

/**
 * Lets any number of operations listen to `signal`. Node warns at the eleventh listener, because that is often a leak;
 * here every operation under way has one, and takes it off when it ends.
 */
export function shared(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
