/**
 * Where the next sample of a share begins: a number in a file of the state folder. It is moved on when a sample has been read
 * to its end, so that an interrupted one is read again. A file that is lost or cannot be understood means 0.
 */
import { readStateFile, writeStateFile } from "../shares/state-file.js";
import { CIRCLE } from "./sample.js";

export async function readPosition(file: string): Promise<number> {
  const start = await readStateFile(file);
  return typeof start === "number" && Number.isInteger(start) && start >= 0 && start < CIRCLE ? start : 0;
}

export function writePosition(file: string, start: number): Promise<void> {
  return writeStateFile(file, start);
}
