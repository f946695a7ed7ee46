#!/usr/bin/env node
// Owns the build: dist/ becomes exactly what tsc makes of the sources. tsc writes elsewhere, and only files that differ are
// then exchanged, each in one step: whoever runs the built command meanwhile never finds half a file, and a module whose
// source is gone is gone too. With --fresh, dist/ is emptied first.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { inRoot, tools } from "./lib/paths.mjs";
import { runShown } from "./lib/process.mjs";

const dist = inRoot("dist");

/**
 * @param {{fresh?: boolean}} [options]
 * @returns {Promise<number>} tsc's exit status; its complaints go to our output
 */
export async function build({ fresh = false } = {}) {
  mkdirSync(inRoot(".tmp"), { recursive: true });
  const staged = mkdtempSync(inRoot(".tmp", "build-"));
  try {
    const args = [tools.tsc, "-p", inRoot("tsconfig.build.json"), "--outDir", join(staged, "dist")];
    const status = await runShown(process.execPath, args);
    if (fresh) rmSync(dist, { recursive: true, force: true });
    // tsc writes what it can in spite of errors; when it wrote nothing at all, the old output is better than none.
    if (existsSync(join(staged, "dist"))) exchange(join(staged, "dist"));
    return status;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** @param {string} staged */
function exchange(staged) {
  const made = filesIn(staged);
  for (const name of made) {
    const [from, to] = [join(staged, name), join(dist, name)];
    if ([tools.cli, tools.mountHelper].includes(to)) chmodSync(from, 0o755);
    if (name.endsWith(".map")) moveSources(from);
    if (existsSync(to) && readFileSync(from).equals(readFileSync(to))) continue;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  for (const name of filesIn(dist)) if (!made.includes(name)) rmSync(join(dist, name), { force: true });
}

// The staging folder lies two folders deeper than dist/, and a source map says where the source is from where it lies.
/** @param {string} map */
function moveSources(map) {
  writeFileSync(map, readFileSync(map, "utf8").replace('"sources":["../../', '"sources":["'));
}

/** @param {string} folder @returns {string[]} paths relative to it; none when it does not exist */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await build({ fresh: process.argv.includes("--fresh") });
}
