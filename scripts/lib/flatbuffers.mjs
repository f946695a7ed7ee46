// Owns the way from .fbs files to TypeScript that a strict NodeNext project compiles. flatc writes for bundlers: relative
// imports without extension, which plain Node cannot follow.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { runKept } from "./process.mjs";

// 2.0.8, that of Debian 12 and Ubuntu 24.04. Others write other code, which --check would report as a change of the schemas.
const knownVersion = "flatc version 2.0.8";
const header = "// Generated from the .fbs files in schemas/ by: npm run schemas. Changes made here are lost.\n";

/**
 * @param {string} sources a folder with .fbs files
 * @returns {Map<string, string>} relative path → text of what schemas/generated has to hold
 * @throws {Error} with flatc's own words when the schemas are wrong
 */
export function generate(sources) {
  const version = runKept("flatc", ["--version"]).output.trim();
  if (version !== knownVersion) throw new Error(`the schema code is made with ${knownVersion}, and this is ${version}`);
  const schemas = readdirSync(sources)
    .filter((name) => name.endsWith(".fbs"))
    .sort();
  const scratch = mkdtempSync(join(tmpdir(), "sharestrata-schemas-"));
  try {
    const args = ["--ts", "--gen-object-api", "-o", scratch, ...schemas];
    const { status, output } =
      schemas.length === 0 ? { status: 0, output: "" } : runKept("flatc", args, { cwd: sources });
    if (status !== 0) throw new Error(`flatc failed:\n${output.trim()}`);
    return new Map([...readFolder(scratch)].map(([name, text]) => [name, repair(text)]));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** @param {string} text @returns {string} */
function repair(text) {
  const body = text
    .replace(/^\/\/ automatically generated .*\n+/, "")
    .replace(/(from '\.{1,2}\/[^']*)'/g, "$1.js'")
    // A vector of strings has an accessor with overloads, and `bind` takes the last one, which may give bytes.
    .replace(/createScalarList\(this\.(\w+)\.bind\(this\)/g, (whole, accessor) =>
      new RegExp(`^${accessor}\\(index: number\\):string$`, "m").test(text)
        ? `createScalarList<string>((index) => this.${accessor}(index)`
        : whole,
    )
    .trimEnd();
  return `${header}\n${body}\n`;
}

/** @param {string} folder @returns {Map<string, string>} relative path → text; empty when there is no such folder */
export function readFolder(folder) {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

/** Makes `folder` hold exactly `files`. @param {string} folder @param {Map<string, string>} files */
export function writeFolder(folder, files) {
  for (const [name, text] of readFolder(folder)) if (files.get(name) !== text) rmSync(join(folder, name));
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
