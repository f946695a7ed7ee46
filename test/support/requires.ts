// Owns what a test may need of the machine, and the sentence that is given when the machine has not got it. Each thing is
// probed at most once a process.
//
//   beforeEach((ctx) => requireCapability(ctx, 'fuse', 'rsync'))
//
// skips every test of the suite with the reason. scripts/setup.mjs has tried to install what is missing before; where it
// could not, its reason (passed in SHARESTRATA_MISSING) is part of the sentence.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCommand, fuseObstacle, isRoot } from "../../scripts/lib/probes.mjs";

/**
 * What can be asked for. `nonroot`: the test process itself is not root; a test that only wants file permissions to stop it
 * takes `ordinaryUser` (ordinary-user.ts) instead, and runs everywhere.
 */
export type Capability =
  | "fuse"
  | "root"
  | "nonroot"
  | "linux"
  | "rsync"
  | "xattr"
  | "systemd-analyze"
  | "flatc"
  | "openssl"
  | "script"
  | "zstd"
  | "diff"
  | "tar";

/** The part of vitest's test context that is used here. */
interface Skippable {
  skip(note?: string): never;
}

/** Skips the test with a reason unless the machine has all of `capabilities`. For `beforeEach`, or the test's first line. */
export function requireCapability(ctx: Skippable, ...capabilities: readonly Capability[]): void {
  for (const capability of capabilities) {
    const obstacle = obstacleTo(capability);
    if (obstacle !== undefined) ctx.skip(obstacle);
  }
}

/** Why the machine cannot offer `capability`, in one sentence without a full stop, or undefined when it can. */
export function obstacleTo(capability: Capability): string | undefined {
  if (!known.has(capability)) known.set(capability, probes[capability]());
  return known.get(capability);
}

const known = new Map<Capability, string | undefined>();

const probes: Readonly<Record<Capability, () => string | undefined>> = {
  fuse: () => withPrefix("FUSE cannot be had: ", fuseObstacle()),
  root: () => (isRoot() ? undefined : "needs root"),
  nonroot: () => (isRoot() ? "needs to run as somebody other than root" : undefined),
  linux: () => (process.platform === "linux" ? undefined : `needs Linux, and this is ${process.platform}`),
  rsync: () => commandObstacle("rsync"),
  xattr: () => commandObstacle("getfattr") ?? commandObstacle("setfattr") ?? xattrObstacle(),
  "systemd-analyze": () => commandObstacle("systemd-analyze"),
  flatc: () => commandObstacle("flatc"),
  openssl: () => commandObstacle("openssl"),
  script: () => commandObstacle("script"),
  zstd: () => commandObstacle("zstd"),
  diff: () => commandObstacle("diff"),
  tar: () => commandObstacle("tar"),
};

function commandObstacle(command: string): string | undefined {
  if (findCommand(command) !== undefined) return undefined;
  const reason = missing().find((entry) => entry.what === command)?.reason;
  return `${command} is not there${reason === undefined ? "" : `: ${reason}`}`;
}

// Whether files can have attributes is a matter of the filesystem below the temporary folder.
function xattrObstacle(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "sharestrata-xattr-"));
  try {
    execFileSync("setfattr", ["-n", "user.sharestrata", "-v", "x", folder], { stdio: "ignore" });
    return undefined;
  } catch {
    return `the filesystem of ${tmpdir()} takes no user xattrs`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function missing(): readonly { readonly what: string; readonly reason: string }[] {
  // Written by scripts/test.mjs and nobody else.
  return JSON.parse(process.env["SHARESTRATA_MISSING"] ?? "[]") as { what: string; reason: string }[];
}

const withPrefix = (prefix: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : prefix + text;
