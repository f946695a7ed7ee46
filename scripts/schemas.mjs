#!/usr/bin/env node
// Owns `npm run schemas`: schemas/generated/ is made from schemas/*.fbs by flatc and a few textual repairs. With --check
// nothing is written, and the status tells whether schemas/generated/ is what the sources give. Same sources, same bytes.
import { inRoot } from "./lib/paths.mjs";
import { generate, readFolder, writeFolder } from "./lib/flatbuffers.mjs";
import { findCommand } from "./lib/probes.mjs";
import { giveUp } from "./setup.mjs";

const check = process.argv.includes("--check");
const sources = inRoot("schemas");
const target = inRoot("schemas", "generated");

if (findCommand("flatc") === undefined) {
  giveUp(
    new Error(
      "flatc is not installed (Debian package flatbuffers-compiler), and the schema code cannot be made without it",
    ),
  );
}
try {
  const wanted = generate(sources);
  if (check) compare(wanted);
  else writeFolder(target, wanted);
} catch (error) {
  giveUp(error);
}

/** @param {Map<string, string>} wanted */
function compare(wanted) {
  const found = readFolder(target);
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  const stale = names.filter((name) => wanted.get(name) !== found.get(name));
  if (stale.length === 0) return;
  giveUp(
    new Error(`schemas/generated is not what schemas/*.fbs give; run npm run schemas. Different: ${stale.join(", ")}`),
  );
}
