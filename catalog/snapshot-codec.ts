/** A published snapshot as the catalog keeps it: JSON, with times as decimal text, since there are few of them. */
import * as z from "zod";
import { DamagedError } from "../core/errors.js";
import type { Snapshot } from "../core/snapshot.js";

const count = z.number().int().nonnegative();
const time = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform(BigInt);

const snapshotSchema = z.object({
  number: count,
  name: z.string(),
  startedAt: time,
  finishedAt: time,
  status: z.enum(["complete", "with-errors"]),
  files: count,
  directories: count,
  bytes: count,
  counters: z.object({
    files: count,
    directories: count,
    bytes: count,
    added: count,
    modified: count,
    renamed: count,
    deleted: count,
    unchanged: count,
    errors: count,
    bytesRead: count,
    bytesStored: count,
  }),
});

export function encodeSnapshot(snapshot: Snapshot): string {
  const { startedAt, finishedAt } = snapshot;
  return JSON.stringify({ ...snapshot, startedAt: `${startedAt}`, finishedAt: `${finishedAt}` });
}

/** @throws DamagedError */
export function decodeSnapshot(text: string): Snapshot {
  try {
    return snapshotSchema.parse(JSON.parse(text)) as Snapshot;
  } catch (error) {
    throw new DamagedError("A snapshot's record in the catalog is damaged.", { where: "snapshots" }, error);
  }
}
