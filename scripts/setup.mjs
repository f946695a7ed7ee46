#!/usr/bin/env node
// Owns making a fresh machine ready: npm packages, the system packages tests and demo use, and /dev/fuse. It says nothing
// unless it installs something, may be run twice or by two at once, and takes a moment when nothing is missing.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureFuseDevice } from "./lib/fuseDevice.mjs";
import { ensureNodeModules } from "./lib/nodeModules.mjs";
import { ensureSystemPackages } from "./lib/systemPackages.mjs";

const neededNode = [20, 19];

/**
 * @param {{log?: (line: string) => void}} [options] `log` gets a line before each thing that takes time
 * @returns {Promise<{installed: string[], missing: {what: string, reason: string}[]}>} `what` is a command
 * @throws {Error} when Node is too old or the npm packages cannot be installed; missing system packages are reported only
 */
export async function setup({ log = console.log } = {}) {
  checkNode();
  const installedPackages = await ensureNodeModules(log);
  const { installed, missing } = ensureSystemPackages({ log });
  ensureFuseDevice();
  return { installed: [...(installedPackages ? ["npm packages"] : []), ...installed], missing };
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [neededMajor = 0, neededMinor = 0] = neededNode;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  throw new Error(
    `Sharestrata needs Node ${neededNode.join(".")} or newer, and this is Node ${process.versions.node}. ` +
      "Install a current one from https://nodejs.org and try again.",
  );
}

/**
 * For the other scripts: what went wrong becomes one message and an exit status, without a stack.
 * @param {unknown} error
 * @returns {never}
 */
export function giveUp(error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { missing } = await setup().catch(giveUp);
  for (const { what, reason } of missing) console.log(`Without ${what}: ${reason}.`);
}
