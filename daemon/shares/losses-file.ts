/**
 * What verifying has found lost, kept in the state folder for the next backup. It is a hint: without it nothing is stored again,
 * and with one of another store, or one that is outdated, more is stored again than has to be.
 */
import type { BundleId, ContentId } from "../../core/ids.js";
import { Losses, type LostSegment } from "../backup/losses.js";
import { readStateFile, writeStateFile } from "./state-file.js";

/** @returns nothing lost, when there is no such file or it cannot be understood */
export async function readLosses(file: string): Promise<Losses> {
  const record = fieldsOf(await readStateFile(file));
  const listOf = (field: string): readonly unknown[] => (Array.isArray(record[field]) ? record[field] : []);
  return new Losses({
    bundles: listOf("bundles").filter(isId) as BundleId[],
    contents: listOf("contents").filter(isId) as ContentId[],
    segments: listOf("segments").filter(isSegment),
  });
}

/** @param isAll whether everything was read: then what was lost before and is not lost now is forgotten */
export async function keepLosses(file: string, found: Losses, isAll: boolean): Promise<void> {
  const before = await readLosses(file);
  const kept = isAll ? found : before.and(found);
  if (kept.isSame(before)) return;
  await writeStateFile(file, { bundles: [...kept.bundles], contents: [...kept.contents], segments: kept.segments });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isSegment(value: unknown): value is LostSegment {
  const { snapshot, segment } = fieldsOf(value);
  return isId(snapshot) && Number.isSafeInteger(segment) && (segment as number) >= 0;
}
