// Owns asking the kernel in words that Node has not got, through probe.pl.
import { join } from "node:path";
import { findCommand } from "../../../scripts/lib/probes.mjs";
import { run } from "./run.js";

const PROGRAM = join(import.meta.dirname, "probe.pl");

/** Why the kernel cannot be asked here; undefined when it can. */
export function probeObstacle(): string | undefined {
  if (process.arch !== "x64" && process.arch !== "arm64") return `no system call numbers are known for ${process.arch}`;
  return findCommand("perl") === undefined ? "perl is not there" : undefined;
}

/** @returns what the command says, without the last line break; `error ENAME` when a call failed */
export async function probe(command: string, ...args: readonly (string | number | bigint)[]): Promise<string> {
  const { status, stdout, stderr } = await run("perl", [PROGRAM, command, ...args.map(String)]);
  if (status !== 0 || stderr !== "") throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout.replace(/\n$/, "");
}

export interface ListedEntry {
  readonly inode: bigint;
  /** Where to go on behind it. */
  readonly offset: string;
  /** DT_…: 4 a directory, 8 a file, 10 a symlink, 0 not told. */
  readonly type: number;
  readonly name: string;
}

/** getdents64(2) to the end of a directory, with a buffer of so many bytes. @param from an offset to seek to before */
export async function getdents(folder: string, bufferBytes: number, from?: string): Promise<readonly ListedEntry[]> {
  const text = await probe("getdents", folder, bufferBytes, ...(from === undefined ? [] : [from]));
  if (text.startsWith("error")) throw new Error(text);
  return text.split("\n").flatMap((line) => {
    const [inode, offset, type, name] = line.split(" ");
    if (offset === undefined) return [];
    return {
      inode: BigInt(inode ?? 0),
      offset,
      type: Number(type),
      name: Buffer.from(name ?? "", "hex").toString(),
    };
  });
}

/** Bytes that a command prints in hexadecimal. @throws Error with the errno's name */
export async function probedBytes(command: string, ...args: readonly (string | number | bigint)[]): Promise<Buffer> {
  const text = await probe(command, ...args);
  if (text.startsWith("error")) throw new Error(text);
  return Buffer.from(text, "hex");
}
