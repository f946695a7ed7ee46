/** The built command killed by the system at any moment, a short run of test/long/end-to-end/crash.test.ts; and stopped by signals it can catch. */
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { beforeEach, expect, it } from "vitest";
import { requireCapability } from "../support/requires.js";
import { strikeAll } from "./support/strikes.js";
import { StruckShare } from "./support/struck-share.js";

beforeEach((ctx) => requireCapability(ctx, "diff", "linux"));

it("whatever is killed, published snapshots stay as they are and the next backup completes", async () => {
  const report = await strikeAll({ seed: 1, files: 600, kills: 2, rounds: 2, readsBack: false });
  expect(report.kills).toBeGreaterThan(2);
  expect(report.snapshots).toBeGreaterThan(1);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s in the midst of storing ends with status %i, and what was read is not read again",
  async (signal, status) => {
    await using share = await StruckShare.create(2, 40);
    const [files, size] = [200, 300_000];
    for (let n = 0; n < files; n++) await writeFile(share.source("folder 0", `${n}`), share.random.bytes(size));
    await share.run(...share.initArguments());
    const { child, end } = share.start("backup", "acme/docs");
    const bundles = share.path("store", "acme", "docs", "bundles");
    await expect.poll(() => existsSync(bundles), { timeout: 20_000, interval: 2 }).toBe(true);
    child.kill(signal);
    expect(await end).toMatchObject({ status, signal: null, stdout: "" });
    expect(await readdir(share.path("store", ".tmp"))).toEqual([]);
    expect(await share.snapshots()).toEqual([]);
    const { counters } = await share.backup();
    // At least the bundle that was there had been read.
    expect(counters.bytesRead).toBeLessThan(files * size - 15_000_000);
    await share.expectComplete();
  },
);
