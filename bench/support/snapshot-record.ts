/** The record with which a generated snapshot is published. */
import type { SnapshotNumber } from "../../core/ids.js";
import type { Snapshot } from "../../core/snapshot.js";
import { formatTime, timeFromMs } from "../../core/time.js";
import { DAY_S, FIRST_BACKUP_S } from "./node-facts.js";

export function snapshotRecord(
  number: SnapshotNumber,
  totals: { readonly files: number; readonly directories: number; readonly bytes: number },
): Snapshot {
  const startedAt = timeFromMs((FIRST_BACKUP_S + (number - 1) * DAY_S) * 1000);
  const zero = { added: 0, modified: 0, renamed: 0, deleted: 0, unchanged: 0, errors: 0, bytesRead: 0, bytesStored: 0 };
  return {
    number,
    name: formatTime(startedAt).replaceAll(":", "-"),
    startedAt,
    finishedAt: startedAt,
    tags: [],
    status: "complete",
    ...totals,
    counters: { ...totals, ...zero },
  };
}
