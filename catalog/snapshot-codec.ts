/** A published snapshot as the catalog keeps it: JSON, with times as decimal text, since there are few of them. */
import * as z from "zod";
import { DamagedError } from "../core/errors.js";
import type { Snapshot } from "../core/snapshot.js";

const count = z.number().int().nonnegative();
const time = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform(BigInt);

const texts = z.record(z.string(), z.string());
const optionalText = z.string().optional();

const shareProperties = z.object({
  properties: texts,
  metadata: texts,
  accessPolicies: z
    .array(z.object({ id: z.string(), startsAt: optionalText, expiresAt: optionalText, permissions: optionalText }))
    .optional(),
});

const snapshotSchema = z.object({
  number: count,
  name: z.string(),
  startedAt: time,
  finishedAt: time,
  tags: z.array(z.string()),
  status: z.enum(["complete", "with-errors"]),
  consistent: z.boolean().optional(),
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
  shareProperties: shareProperties.optional(),
});

/** @param snapshot may have more than a snapshot has, as a manifest does; that is left out */
export function encodeSnapshot(snapshot: Snapshot): string {
  const { number, name, startedAt, finishedAt, tags, status, files, directories, bytes, counters } = snapshot;
  const { consistent, shareProperties: share } = snapshot;
  return JSON.stringify({
    number,
    name,
    startedAt: `${startedAt}`,
    finishedAt: `${finishedAt}`,
    tags,
    status,
    consistent,
    files,
    directories,
    bytes,
    counters,
    shareProperties: share,
  });
}

/** @throws DamagedError */
export function decodeSnapshot(text: string): Snapshot {
  try {
    return snapshotSchema.parse(JSON.parse(text)) as unknown as Snapshot;
  } catch (error) {
    throw new DamagedError("A snapshot's record in the catalog is damaged.", { where: "snapshots" }, error);
  }
}
