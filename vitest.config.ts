// Owns which tests run. `npm test` runs all but test/long; `--mode long` (npm run test:long) runs those, and those called wide (test/support/extent.ts).
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.js";
import { SummaryReporter } from "./test/support/reporter.js";

export default defineConfig(({ mode }) => {
  const long = mode === "long";
  return {
    // `await using` is a syntax error on Node 20 and has to be lowered.
    oxc: { target: "es2022" },
    test: {
      include: long ? ["test/long/**/*.test.ts", "test/**/*.wide.test.ts"] : ["test/**/*.test.ts"],
      exclude: long ? [] : ["test/long/**"],
      env: { SHARESTRATA_TEST_EXTENT: long ? "long" : "quick" },
      sequence: { sequencer: LongestFirst },
      // Limits for what hangs, not for what is slow: machines that check this are at times ten times slower than others.
      testTimeout: long ? 1_800_000 : 180_000,
      hookTimeout: long ? 600_000 : 180_000,
      // A process per file: mounts, native modules and signals do not get along with threads.
      pool: "forks",
      globalSetup: "test/support/compile.ts",
      // Most tests wait for other processes and for disks, so two at a time pay even where vitest would take one.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      reporters: ["default", new SummaryReporter()],
    },
  };
});
