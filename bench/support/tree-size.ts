/** What a folder holds. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface TreeSize {
  readonly files: number;
  readonly folders: number;
  /** Of the files, as they say it. */
  readonly bytes: number;
}

export function treeSize(folder: string): TreeSize {
  let [files, folders, bytes] = [0, 0, 0];
  const waiting = [folder];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    folders++;
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) {
        waiting.push(join(path, entry.name));
        continue;
      }
      files++;
      if (entry.isFile()) bytes += lstatSync(join(path, entry.name)).size;
    }
  }
  return { files, folders, bytes };
}
