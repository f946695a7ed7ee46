/**
 * How what a restore has begun and not ended is told from what is finished, by a listing alone: a file has this time of last
 * write until it is whole, a folder this time of creation until everything in it is done (its other times move with what comes into
 * it). No clock has ever shown it; who finds it means a restore.
 */
import { parseTime, type TimeNs } from "../../../core/time.js";

const TEXT = "1979-12-31T23:59:59.0070089Z";

export const UNFINISHED_NS = parseTime(TEXT) as TimeNs;
