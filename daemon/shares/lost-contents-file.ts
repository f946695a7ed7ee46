/**
 * What verifying has found lost, kept in the state folder for the next backup. It is a hint: without it nothing is stored again,
 * and with one of another store, or one that is outdated, more is stored again than has to be.
 */
import type { BundleId, ContentId } from "../../core/ids.js";
import { LostContents } from "../backup/lost-contents.js";
import { readStateFile, writeStateFile } from "./state-file.js";

/** @returns nothing lost, when there is no such file or it cannot be understood */
export async function readLostContents(file: string): Promise<LostContents> {
  const record = await readStateFile(file);
  const idsOf = (field: string): number[] => {
    const ids: unknown =
      typeof record === "object" && record !== null ? (record as Record<string, unknown>)[field] : undefined;
    return Array.isArray(ids) ? ids.filter((id): id is number => Number.isSafeInteger(id) && id > 0) : [];
  };
  return new LostContents(idsOf("bundles") as BundleId[], idsOf("contents") as ContentId[]);
}

/** @param isAll whether everything was read: then what was lost before and is not lost now is forgotten */
export async function keepLostContents(file: string, found: LostContents, isAll: boolean): Promise<void> {
  const before = await readLostContents(file);
  const kept = isAll ? new LostContents() : before;
  const bundles = [...new Set([...kept.bundles, ...found.bundles])];
  const contents = [...new Set([...kept.contents, ...found.contents])];
  const isSame = bundles.length === before.bundles.size && contents.length === before.contents.size;
  if (isSame && bundles.every((id) => before.bundles.has(id)) && contents.every((id) => before.contents.has(id)))
    return;
  await writeStateFile(file, { bundles, contents });
}
