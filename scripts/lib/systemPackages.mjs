// Owns the list of system packages that tests and demo use, with the reason for each, and their installation by apt.
// Nothing here ever fails: what cannot be installed is returned with the reason, and shows up where it is missed.
import { existsSync } from "node:fs";
import { findCommand, isRoot } from "./probes.mjs";
import { runKept } from "./process.mjs";

/**
 * @typedef {{name: string, command: string, reason: string}} SystemPackage
 * `command` on the PATH tells that the package, or an equal of it, is there.
 */

/** @type {readonly SystemPackage[]} */
export const systemPackages = [
  { name: "fuse3", command: "fusermount3", reason: "unmounts, and mounts for users other than root" },
  { name: "rsync", command: "rsync", reason: "compares a mounted snapshot with the original, checksums included" },
  { name: "attr", command: "getfattr", reason: "reads the extended attributes of a mounted snapshot" },
  { name: "openssl", command: "openssl", reason: "opens what is encrypted by hand, as docs/recover-by-hand.md says" },
  { name: "zstd", command: "zstd", reason: "decompresses by hand, as docs/recover-by-hand.md says" },
  { name: "bsdutils", command: "script", reason: "asks for a passphrase at a terminal" },
  { name: "systemd", command: "systemd-analyze", reason: "verifies the units" },
  {
    name: "flatbuffers-compiler",
    command: "flatc",
    reason:
      "reads metadata by hand, as docs/recover-by-hand.md says, and checks that the generated schema code is current",
  },
];

/**
 * @param {{log: (line: string) => void}} options
 * @returns {{installed: string[], missing: {what: string, reason: string}[]}}
 */
export function ensureSystemPackages({ log }) {
  const wanted = systemPackages.filter((entry) => findCommand(entry.command) === undefined);
  if (wanted.length === 0) return { installed: [], missing: [] };
  const obstacle = aptObstacle() ?? install(wanted, log);
  const missing = wanted.filter((entry) => findCommand(entry.command) === undefined);
  return {
    installed: wanted.filter((entry) => !missing.includes(entry)).map((entry) => entry.name),
    missing: missing.map(({ name, command }) => ({
      what: command,
      reason: `package ${name} is not installed, ${obstacle ?? `and installing it did not bring ${command}`}`,
    })),
  };
}

function aptObstacle() {
  if (process.platform !== "linux" || !existsSync("/etc/debian_version") || findCommand("apt-get") === undefined) {
    return "and only Debian and Ubuntu are installed on by this script";
  }
  return isRoot() ? undefined : "and installing it needs root";
}

/** @param {SystemPackage[]} wanted @param {(line: string) => void} log @returns {string | undefined} what went wrong */
function install(wanted, log) {
  const names = wanted.map((entry) => entry.name);
  log(`Installing system packages: ${names.join(", ")}…`);
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const patience = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2"];
  const steps = [
    ["update", "-qq", ...patience],
    ["install", "-qq", "-y", "--no-install-recommends", ...patience, ...names],
  ];
  for (const step of steps) {
    const { status, output } = runKept("apt-get", step, { env });
    // A failed update may still leave lists good enough to install from.
    if (status !== 0 && step[0] === "install") return `and apt-get says: ${lastError(output)}`;
  }
  return undefined;
}

/** @param {string} output @returns {string} */
function lastError(output) {
  const lines = output.trim().split("\n");
  return (lines.find((line) => line.startsWith("E: ")) ?? lines.at(-1) ?? "nothing").replace(/^E: /, "");
}
