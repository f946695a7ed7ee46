// Runs vitest on small sample files, since only vitest knows what its results look like.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "./summary.js";

const root = join(import.meta.dirname, "..", "..");
const requires = join(import.meta.dirname, "requires.js");

// Beneath the repository, because the samples import vitest as any test does.
let scratch: string;
beforeAll(async () => {
  await mkdir(join(root, ".tmp"), { recursive: true });
  scratch = await mkdtemp(join(root, ".tmp", "reporter-"));
  await writeFile(
    join(scratch, "vitest.config.ts"),
    `import { SummaryReporter } from ${JSON.stringify(join(import.meta.dirname, "reporter.js"))}
     export default { test: { include: ['*.test.ts'], reporters: [new SummaryReporter()] } }`,
  );
});
afterAll(() => rm(scratch, { recursive: true }));

async function run(
  name: string,
  sample: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Summary> {
  const file = `${name}.test.ts`;
  const report = join(scratch, `${name}.json`);
  await writeFile(join(scratch, file), `import { it, describe, beforeAll, beforeEach } from 'vitest'\n${sample}`);
  const inherited = { ...process.env };
  for (const key of Object.keys(inherited)) if (/^(VITEST|SHARESTRATA)/.test(key)) delete inherited[key];
  await new Promise<void>((resolve) => {
    execFile(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", scratch, file, ...args],
      { env: { ...inherited, SHARESTRATA_TEST_REPORT: report, ...env } },
      () => resolve(), // its status is what the sample is made to bring about; the report tells all
    );
  });
  return JSON.parse(await readFile(report, "utf8")) as Summary;
}

describe("the reporter", () => {
  it("knows passed, failed and skipped, and takes the reason from ctx.skip", async () => {
    const summary = await run(
      "plain",
      `it('fine', () => {})
       it('wrong', () => { throw new Error('the reason\\nmore') })
       describe('group', () => { it('left out', (ctx) => ctx.skip('no moon tonight')) })`,
    );
    expect(summary).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
    expect(summary.lines.join("\n")).toContain("FAILED plain.test.ts > wrong\n       the reason\n");
    expect(summary.lines.join("\n")).toContain("  no moon tonight\n    plain.test.ts > group > left out");
  });

  it("takes it.skip, it.todo and a bare ctx.skip() for failures, as they give no reason", async () => {
    const sample = `it.skip('a', () => {}); it.todo('b'); it('c', (ctx) => ctx.skip())`;
    expect(await run("bare", sample)).toMatchObject({ passed: 0, failed: 3, skipped: 0 });
  });

  it("sees the reason given by requireCapability in beforeEach", async () => {
    const summary = await run(
      "requires",
      `import { requireCapability } from ${JSON.stringify(requires)}
       beforeEach((ctx) => requireCapability(ctx, 'root', 'nonroot'))
       it('a', () => {}); it('b', () => {})`,
    );
    expect(summary).toMatchObject({ passed: 0, failed: 0, skipped: 2 });
    expect(summary.lines.join("\n")).toMatch(/ {2}needs .*root/);
  });

  it("fails what is skipped when SHARESTRATA_FORBID_SKIPS is set", async () => {
    const sample = `it('a', () => {}); it('b', (ctx) => ctx.skip('no moon tonight'))`;
    const summary = await run("forbidden", sample, [], { SHARESTRATA_FORBID_SKIPS: "1" });
    expect(summary).toMatchObject({ passed: 1, failed: 1, skipped: 0 });
  });

  it("counts a file that cannot be imported", async () => {
    const summary = await run("unimportable", `import './nowhere.js'\nit('a', () => {})`);
    expect(summary).toMatchObject({ passed: 0, failed: 1 });
    expect(summary.lines[0]).toBe("FAILED unimportable.test.ts");
  });

  it("counts a file without tests", async () => {
    expect(await run("empty", "")).toMatchObject({ passed: 0, failed: 1 });
  });

  it("counts a failed beforeAll and the tests that it kept from running", async () => {
    const sample = `describe('g', () => { beforeAll(() => { throw new Error('no') }); it('a', () => {}); it('b', () => {}) })`;
    expect(await run("hook", sample)).toMatchObject({ passed: 0, failed: 3, skipped: 0 });
  });

  it("counts an error nobody waited for", async () => {
    const sample = `it('a', async () => { void Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50)) })`;
    const summary = await run("unhandled", sample);
    expect(summary).toMatchObject({ passed: 1, failed: 1 });
    expect(summary.lines.join("\n")).toContain("lost");
  });

  it("does not hold against a test that -t left it out", async () => {
    const sample = `describe('g', () => { it('one', () => {}); it('two', () => {}) })`;
    expect(await run("pattern", sample, ["-t", "g one"])).toMatchObject({ passed: 1, failed: 0, skipped: 0 });
  });
});
