/** The clock is passed in, so that tests decide what time it is. */
import { timeFromMs, type TimeNs } from "./time.js";

export interface Clock {
  now(): TimeNs;
}

export const systemClock: Clock = { now: () => timeFromMs(Date.now()) };
