// Owns the translation of vitest's results into outcomes. The summary goes to the file that scripts/test.mjs names in
// SHARESTRATA_TEST_REPORT, because only the process around vitest can print after everything else; without that variable
// (vitest started by hand) it goes to the terminal.
import { writeFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite, Vitest } from "vitest/node";
import { summarise, type Outcome } from "./summary.js";

export class SummaryReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[], reason: TestRunEndReason): void {
    const outcomes: Outcome[] = [
      ...modules.flatMap((module) => [...outcomesOf(module, this.#isSelected)]),
      ...unhandled.map((error): Outcome => ({ kind: "failed", title: "unhandled error", reason: messageOf(error) })),
    ];
    if (reason === "interrupted") {
      outcomes.push({ kind: "failed", title: "the run", reason: "interrupted before its end" });
    }
    if (process.env["SHARESTRATA_BUILD_FAILED"] === "1") {
      outcomes.push({ kind: "failed", title: "the build", reason: "tsc reports errors; they are above the tests" });
    }
    const summary = summarise(outcomes, { forbidSkips: process.env["SHARESTRATA_FORBID_SKIPS"] === "1" });
    const file = process.env["SHARESTRATA_TEST_REPORT"];
    if (file === undefined) process.stdout.write(`${summary.lines.join("\n")}\n`);
    else writeFileSync(file, JSON.stringify(summary));
  }

  /** Whether the person who started the run wanted this test: `-t pattern` makes vitest mark all others as skipped. */
  #isSelected = (test: TestCase): boolean => {
    const pattern = this.#vitest?.config.testNamePattern;
    return pattern === undefined || pattern.test(test.fullName.replaceAll(" > ", " "));
  };
}

function* outcomesOf(module: TestModule, isSelected: (test: TestCase) => boolean): Generator<Outcome> {
  const file = module.relativeModuleId;
  // A file that cannot be imported has errors and no tests; one whose hooks throw has errors beside its tests.
  for (const owner of [module, ...module.children.allSuites()]) {
    if (owner.errors().length === 0) continue;
    const reason = owner
      .errors()
      .map((error) => messageOf(error))
      .join("\n");
    yield { kind: "failed", title: owner.type === "module" ? file : `${file} > ${owner.fullName}`, reason };
  }
  for (const test of module.children.allTests()) {
    const title = `${file} > ${test.fullName}`;
    const result = test.result();
    switch (result.state) {
      case "passed":
        yield { kind: "passed" };
        break;
      case "failed":
        yield { kind: "failed", title, reason: result.errors.map((error) => messageOf(error)).join("\n") };
        break;
      case "pending":
        yield { kind: "failed", title, reason: "it was started and never came to an end" };
        break;
      case "skipped":
        if (hasFailedOwner(test)) yield { kind: "failed", title, reason: "not run, because what surrounds it failed" };
        else if (result.note !== undefined || isSelected(test)) yield { kind: "skipped", title, reason: result.note };
    }
  }
}

function hasFailedOwner(test: TestCase): boolean {
  for (let owner: TestSuite | TestModule = test.parent; ; owner = owner.parent) {
    if (owner.errors().length > 0) return true;
    if (owner.type === "module") return false;
  }
}

// The first line says what is wrong; the default reporter has already shown the rest with its stack.
function messageOf(error: { readonly message: string }): string {
  return error.message.split("\n", 1)[0] ?? "";
}
