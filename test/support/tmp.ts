// Owns temporary folders for tests, and that removing one never reaches through a mount: deleting recursively what is
// mounted beneath would delete somebody else's files.
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
  /** A path within. */
  join(...parts: readonly string[]): string;
}

/**
 * Makes a folder that is gone at the end of the block: `await using dir = await temporaryDirectory()`. Its removal throws
 * while something is mounted in it. Its path has no symbolic links in it and no characters a shell would mind.
 */
export async function temporaryDirectory(prefix = "sharestrata-"): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(await realpath(tmpdir()), prefix));
  return {
    path,
    join: (...parts) => join(path, ...parts),
    [Symbol.asyncDispose]: () => remove(path),
  };
}

async function remove(path: string): Promise<void> {
  const mounted = await mountsIn(path);
  if (mounted.length > 0) {
    throw new Error(`${path} is not removed, because something is still mounted at ${mounted.join(", ")}`);
  }
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** The mount points at or beneath `path`; none where there is no /proc to ask. */
export async function mountsIn(path: string): Promise<readonly string[]> {
  if (process.platform !== "linux") return [];
  return mountPointsIn(await readFile("/proc/self/mountinfo", "utf8"), path);
}

/** The part of `mountsIn` that needs no machine: `mountinfo` is the text of /proc/self/mountinfo. */
export function mountPointsIn(mountinfo: string, path: string): readonly string[] {
  return mountinfo
    .split("\n")
    .map((line) => unescapeOctal(line.split(" ")[4] ?? ""))
    .filter((point) => point === path || point.startsWith(`${path}/`));
}

// The kernel writes space, tab, newline and backslash as \040 and the like, byte by byte.
const unescapeOctal = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
