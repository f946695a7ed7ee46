// Owns where the scripts find the repository and its tools, so that they work from any working directory.
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder that holds package.json. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string[]} parts @returns {string} a path inside the repository */
export const inRoot = (...parts) => join(root, ...parts);

/** The entry files of the tools we run; by file and not through npx, which costs half a second and a child more. */
export const tools = {
  tsc: inRoot("node_modules", "typescript", "bin", "tsc"),
  vitest: inRoot("node_modules", "vitest", "vitest.mjs"),
  oxfmt: inRoot("node_modules", "oxfmt", "bin", "oxfmt"),
  cli: inRoot("dist", "cli", "main.js"),
  mountHelper: inRoot("dist", "cli", "mount-helper", "main.js"),
};

/** What lets Node run TypeScript as it is, in the process itself: a wrapper in between would only have signals to lose. */
export const typescript = ["--import", pathToFileURL(inRoot("node_modules", "tsx", "dist", "esm", "index.mjs")).href];
