/** What the rooms log, on stderr: sentences for a person, or with --verbose everything as pino writes it. */
import { pino } from "pino";
import type { Logger } from "../../core/logger.js";
import type { OutputStream } from "../io.js";

/** JSON lines of every level, as they are logged. */
export function verboseLogger(stderr: OutputStream): Logger {
  return pino({ level: "debug", base: null, timestamp: pino.stdTimeFunctions.isoTime }, stderr);
}
