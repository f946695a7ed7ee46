// Owns the question whether node_modules holds what package-lock.json asks for, and `npm ci` when it does not.
// npm writes node_modules/.package-lock.json as the last act of an install; a stamp of our own beside it remembers which
// package-lock.json was found to be satisfied, so that the usual run reads one small file.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { runKept } from "./process.mjs";
import { withLock } from "./lock.mjs";

const lockfile = inRoot("package-lock.json");
const installed = inRoot("node_modules", ".package-lock.json");
const stamp = inRoot("node_modules", ".sharestrata-setup");

/**
 * Installs the npm packages when they are missing or not the ones package-lock.json names.
 * @param {(line: string) => void} log
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensureNodeModules(log) {
  if (areCurrent()) return false;
  return withLock(inRoot(".tmp", "setup.lock"), () => {
    if (areCurrent()) return false; // someone else installed while we waited
    log("Installing the npm packages…");
    const { status, output } = runKept("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (status !== 0) throw new Error(`npm ci failed with status ${status}:\n${output.trim()}`);
    writeStamp();
    return true;
  });
}

function areCurrent() {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint()) return true;
  if (!satisfies(readPackages(installed), readPackages(lockfile))) return false;
  writeStamp();
  return true;
}

// It only saves time: in a folder that somebody else owns, the next run compares once more.
function writeStamp() {
  try {
    writeFileSync(stamp, fingerprint());
  } catch {
    // See above.
  }
}

// Both files take part: a later `npm install` in the same folder changes the second one.
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of [lockfile, installed]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** @typedef {Record<string, {version?: string, optional?: boolean}>} Packages */

/** @param {Packages} present @param {Packages} wanted @returns {boolean} */
function satisfies(present, wanted) {
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true; // the project itself
    const found = present[path];
    // Optional packages are mostly binaries for other platforms, which npm leaves out.
    return found === undefined ? optional === true : found.version === version;
  });
}

/** @param {string} file @returns {Packages} */
const readPackages = (file) => JSON.parse(readFileSync(file, "utf8")).packages ?? {};
