/** Small files of the state folder that nothing depends on: JSON, replaced as a whole. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../../core/errors.js";

/** @returns undefined when there is none, or it is no JSON */
export async function readStateFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export async function writeStateFile(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  await writeFile(own, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  await rename(own, file);
}
