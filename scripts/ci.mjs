#!/usr/bin/env node
// Owns the full check that .ci/run starts on a fresh clone: every step runs whatever the ones before it said, skipping a
// test is forbidden, and the last line counts steps and tests together. Nothing of the environment is printed.
import { spawn } from "node:child_process";
import { root, tools } from "./lib/paths.mjs";
import { giveUp, setup } from "./setup.mjs";

const node = process.execPath;

/** @type {readonly {name: string, command: string[]}[]} */
const steps = [
  { name: "schema code is current", command: [node, "scripts/schemas.mjs", "--check"] },
  { name: "lint and format", command: ["npm", "run", "--silent", "lint"] },
  { name: "type check", command: ["npm", "run", "--silent", "typecheck"] },
  { name: "fresh build", command: [node, "scripts/build.mjs", "--fresh"] },
  { name: "built command starts", command: [node, tools.cli, "--version"] },
  { name: "tests", command: ["npm", "--silent", "test"] },
];

const env = { ...process.env, CI: "1", NO_COLOR: "1", SHARESTRATA_FORBID_SKIPS: "1" };
delete env.FORCE_COLOR;

/**
 * Runs a step with its output on ours.
 * @param {string[]} command
 * @returns {Promise<{status: number, lastLine: string}>}
 */
function run([program = "", ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    let tail = "";
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      tail = (tail + String(chunk)).slice(-500);
    });
    child.on("error", (error) => {
      console.log(`cannot start ${program}: ${error.message}`);
      resolve({ status: 127, lastLine: "" });
    });
    child.on("close", (status) => resolve({ status: status ?? 1, lastLine: tail.trimEnd().split("\n").at(-1) ?? "" }));
  });
}

for (const { what, reason } of (await setup().catch(giveUp)).missing) console.log(`Without ${what}: ${reason}.`);

let passed = 0;
let failed = 0;
const results = [];
for (const { name, command } of steps) {
  console.log(`\n== ${name}`);
  const startedMs = Date.now();
  const { status, lastLine } = await run(command);
  results.push(`${status === 0 ? "passed" : "FAILED"}  ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  const counts = /^(\d+) passed, (\d+) failed/.exec(lastLine);
  if (name === "tests" && counts !== null) {
    passed += Number(counts[1]);
    failed += Number(counts[2]);
  } else if (status === 0) passed++;
  else failed++;
}
console.log(`\n== summary, the steps before the tests counted as one each\n${results.join("\n")}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
