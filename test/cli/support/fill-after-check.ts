/**
 * Loaded into a command before it begins: fills a disk right after the command has been told for the n-th time how much
 * room is left there, so that what it writes next finds none. FILL is `n:folder`.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const [count, folder] = (process.env["FILL"] ?? "").split(":") as [string, string];
const { statfsSync } = fs;
let checks = 0;

function fill(): void {
  const filler = fs.openSync(join(folder, "filler"), "a");
  try {
    for (const size of [1024 * 1024, 4096]) {
      try {
        while (fs.writeSync(filler, Buffer.alloc(size)) === size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    fs.closeSync(filler);
  }
}

fs.statfsSync = ((path: string) => {
  const answer = statfsSync(path);
  if (path.startsWith(folder) && ++checks === Number(count)) fill();
  return answer;
}) as typeof statfsSync;
syncBuiltinESMExports();
