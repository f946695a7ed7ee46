/**
 * Objects of a folder tree in byte order of their names. Folders are read one at a time and only where the answer can
 * lie, so memory is one folder for each level, however many objects there are.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../../core/errors.js";
import type { ObjectInfo } from "../object-store.js";
import { TEMPORARY_FOLDER } from "./local-temporary.js";

/** @param after "" for all; @throws what the file system throws, and the signal's reason */
export async function* listFolder(
  root: string,
  prefix: string,
  after: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo> {
  // The deepest folder that all the names lie in; without it nothing is there, unless it is the store itself.
  const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  yield* walk(start);

  async function* walk(folder: string): AsyncGenerator<ObjectInfo> {
    signal?.throwIfAborted();
    for (const name of await sortedNames(root, folder)) {
      if (name.endsWith("/")) {
        if (mayHold(name)) yield* walk(name);
      } else if (name.startsWith(prefix) && name > after) {
        signal?.throwIfAborted();
        const sizeBytes = await sizeOf(join(root, name));
        if (sizeBytes !== undefined) yield { name, sizeBytes };
      }
    }
  }

  function mayHold(folder: string): boolean {
    const below = folder.startsWith(prefix) || prefix.startsWith(folder);
    return below && (folder > after || after.startsWith(folder));
  }
}

/**
 * Names of objects, and of folders with a "/" behind, so that they sort where their contents belong. All are ASCII,
 * for which the order of strings is that of bytes.
 */
async function sortedNames(root: string, folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    const names: string[] = [];
    for (const entry of entries) {
      if (folder === "" && entry.name === TEMPORARY_FOLDER) continue;
      if (entry.isDirectory()) names.push(`${folder}${entry.name}/`);
      else if (entry.isFile()) names.push(`${folder}${entry.name}`);
    }
    return names.sort();
  } catch (error) {
    const code = systemCode(error);
    if (folder !== "" && (code === "ENOENT" || code === "ENOTDIR")) return [];
    throw error;
  }
}

/** undefined when it was deleted meanwhile. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
