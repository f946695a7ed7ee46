/** What is thrown when a lease cannot be had, and when it could not be kept. */
import { SharestrataError } from "../../core/errors.js";
import type { FencingNumber } from "../../core/ids.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { timeToMs } from "../../core/time.js";
import type { LeaseRecord } from "./lease-record.js";

/** The writer had the lease and has it no longer: it has stopped writing to the share. */
export class LeaseLostError extends SharestrataError {
  override readonly name = "LeaseLostError";

  /** @param why completes the sentence "The backup of X was stopped: …" */
  constructor(share: ShareName, number: FencingNumber, why: string, cause?: unknown) {
    const shareText = formatShareName(share);
    super(
      "LEASE_LOST",
      `The backup of ${shareText} was stopped: it has lost its lease ${number}, because ${why}.`,
      { share: shareText, fencing: number },
      cause,
    );
  }
}

/** @param record undefined when the lease cannot be read */
export function shareBusy(share: ShareName, number: FencingNumber, record: LeaseRecord | undefined): SharestrataError {
  const shareText = formatShareName(share);
  if (record === undefined) {
    const message = `Another backup of ${shareText} is running: its lease ${number} is being renewed, but cannot be read.`;
    return new SharestrataError("SHARE_BUSY", message, { share: shareText, fencing: number });
  }
  const { pid, host } = record.owner;
  const since = new Date(timeToMs(record.since)).toISOString();
  return new SharestrataError(
    "SHARE_BUSY",
    `Another backup of ${shareText} is running (process ${pid} on ${host}, since ${since}, lease ${number}).`,
    { share: shareText, pid, host, since, fencing: number },
  );
}
