/**
 * Where the next sample of a share begins: a number in a file of the state folder. It is moved on when a sample has been read
 * to its end, so that an interrupted one is read again. A file that is lost or cannot be understood means 0.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../../core/errors.js";
import { CIRCLE } from "./sample.js";

export async function readPosition(file: string): Promise<number> {
  try {
    const start: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof start === "number" && Number.isInteger(start) && start >= 0 && start < CIRCLE ? start : 0;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === "ENOENT") return 0;
    throw error;
  }
}

export async function writePosition(file: string, start: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  await writeFile(own, `${start}\n`);
  await rename(own, file);
}
