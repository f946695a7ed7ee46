/**
 * One log line for a failure, however often it is met in a row: a damaged blob is asked for again by every reader, and by the
 * kernel's read-ahead besides. The line names the object (the error does) and the file (the caller does).
 */
import { LRUCache } from "lru-cache";
import { SharestrataError, messageOf } from "../core/errors.js";
import type { Logger } from "../core/logger.js";

const REMEMBERED = 1024;
/** A store that failed, came back and fails again is worth another line. */
const REMEMBERED_MS = 5 * 60_000;

export class FailureLog {
  readonly #logger: Logger;
  readonly #seen = new LRUCache<string, true>({ max: REMEMBERED, ttl: REMEMBERED_MS });

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param file an address, such as `acme/docs@2026-11-20T10-00-00Z:/a/b` */
  report(error: unknown, file: string): void {
    const message = messageOf(error);
    const key = `${file}\0${message}`;
    if (this.#seen.get(key)) return;
    this.#seen.set(key, true);
    const known = error instanceof SharestrataError;
    const fields = known ? { ...error.fields, code: error.code } : { stack: error instanceof Error && error.stack };
    this.#logger.error({ ...fields, file }, `${file} cannot be read: ${message}`);
  }
}
