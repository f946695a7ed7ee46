/** A mount on behalf of mount(8): in the background, with the exit status that mount(8) documents. */
import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { parseAddress } from "../../core/address.js";
import { mount } from "../commands/mount.js";
import type { Io } from "../io.js";
import { asCodedError, renderError } from "../output/errors.js";
import { optionsOf } from "../parser.js";
import { run } from "../run.js";
import { EVERYTHING, parseMountLine, type MountLine } from "./line.js";

/** As mount(8) has them. */
const STATUS = { done: 0, usage: 1, interrupted: 8, failed: 32 } as const;

/** Options of the command that are no property of a mount. */
const NOT_OF_A_MOUNT = ["help", "version", "json", "quiet", "verbose", "progress", "background"].map(
  (name) => `--${name}`,
);

/** Whether words behind `sharestrata` are those of mount.fuse(8), which takes the type for a program: `SOURCE DIR -o OPTIONS`. */
export function isMountLine(argv: readonly string[]): boolean {
  return argv.length === 4 && argv[2] === "-o";
}

/** @returns the exit status; every error has been told */
export async function runMountHelper(argv: readonly string[], io: Io): Promise<number> {
  let line: MountLine;
  let address: string | undefined;
  try {
    line = parseMountLine(
      argv,
      optionsOf(mount).filter((option) => !NOT_OF_A_MOUNT.includes(option)),
    );
    address = line.source === EVERYTHING ? undefined : asWritten(line.source, io.cwd);
    if (address !== undefined) parseAddress(address);
  } catch (error) {
    io.stderr.write(`${renderError(asCodedError(error), { json: false, verbose: false })}\n`);
    return STATUS.usage;
  }
  if (line.fake) return STATUS.done;
  const quiet = line.verbose ? [] : ["--quiet"];
  const words = [line.dir, ...(address === undefined ? [] : [address])];
  return statusOf(await run(["mount", ...words, "--background", ...quiet, ...line.options], io));
}

/** Where a folder has the name of the address, mount(8) takes it for that folder and makes the path whole. */
function asWritten(source: string, cwd: string): string {
  return source.startsWith("/") ? relative(realpathSync(cwd), source) : source;
}

function statusOf(status: number): number {
  if (status === 0) return STATUS.done;
  if (status === 2) return STATUS.usage;
  return status === 130 || status === 143 ? STATUS.interrupted : STATUS.failed;
}
