#!/usr/bin/env node
// Owns `npm test` and `npm run test:long`: setup, build, vitest, and then, as the last thing on the terminal, what was
// skipped and why and the line `N passed, N failed`. All arguments but our own go to vitest: `npm test -- test/catalog`.
//   --long          the tests in test/long instead of all others
//   --forbid-skips  a skipped test is a failed one; the same as SHARESTRATA_FORBID_SKIPS=1
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { tools } from "./lib/paths.mjs";
import { runShown } from "./lib/process.mjs";
import { giveUp, setup } from "./setup.mjs";

const ours = ["--long", "--forbid-skips"];
const given = process.argv.slice(2);
const passedOn = given.filter((argument) => !ours.includes(argument));
const long = given.includes("--long");

const { missing } = await setup().catch(giveUp);
// The built output is what the smoke tests and the command line's own tests run. The others can do without, so a build
// that fails counts as one failure and does not hide their results.
const buildStatus = await build();

const scratch = mkdtempSync(join(tmpdir(), "sharestrata-test-"));
const reportFile = join(scratch, "report.json");
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const status = await runShown(
  process.execPath,
  [tools.vitest, "run", ...(long ? ["--mode", "long", "--passWithNoTests"] : []), ...passedOn],
  {
    env: {
      SHARESTRATA_TEST_REPORT: reportFile,
      SHARESTRATA_MISSING: JSON.stringify(missing),
      ...(given.includes("--forbid-skips") ? { SHARESTRATA_FORBID_SKIPS: "1" } : {}),
      ...(buildStatus === 0 ? {} : { SHARESTRATA_BUILD_FAILED: "1" }),
    },
  },
);

/** @returns {{lines: string[], passed: number, failed: number, skipped: number}} what test/support/reporter.ts left us */
function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, "utf8"));
  } catch {
    return { lines: ["vitest ended before it reported anything"], passed: 0, failed: 1, skipped: 0 };
  }
}

const { lines, passed, skipped, ...report } = readReport();
let { failed } = report;
if (status !== 0 && failed === 0) {
  lines.push(`vitest reports no failed test, and yet ended with status ${status}`);
  failed++;
}
for (const line of lines) console.log(line);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;
