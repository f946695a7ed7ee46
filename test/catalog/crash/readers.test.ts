/** Reading a catalog from one process while another writes it. */
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../support/tmp.js";
import { Child } from "./children.js";
import { readWhileWriting, reportOf } from "./reading.js";

const script = { seed: 2, nodes: 8000, snapshots: 4, changes: 600 };

it("readers in other processes go on while snapshots are written, and see each whole or not at all", async () => {
  await using folder = await temporaryDirectory();
  const [holder, other] = await readWhileWriting(folder.path, script, 2);
  for (const report of [holder, other]) {
    expect(report?.problems).toEqual([]);
    expect(report?.operations).toBeGreaterThan(100);
    // Operations were done between what the writer published, and none waited for it.
    expect(report?.seen.length).toBeGreaterThan(2);
    expect(report?.longestMs).toBeLessThan(5000);
  }
  expect(holder?.held).toBe(script.nodes);
});

it("a reader is not kept waiting by a writer that is stopped in the midst of a transaction", async () => {
  await using folder = await temporaryDirectory();
  await using first = new Child("writer-child.ts", { folder: folder.path, script, until: 1 });
  expect(await first.end).toMatchObject({ status: 0 });
  await using stopped = new Child("writer-child.ts", {
    folder: folder.path,
    script,
    signal: { name: "SIGSTOP", inStep: 1 },
  });
  expect(await stopped.heard(/^begun/)).toBe(true);
  await expect.poll(() => stopped.isStopped, { timeout: 20_000 }).toBe(true);
  // It opens the catalog, reads and closes it, all while the transaction is open.
  await using reader = new Child("reader-child.ts", { folder: folder.path, script, seed: 3, holds: false });
  expect(await reader.heard(/^reading$/)).toBe(true);
  const report = await reportOf(reader);
  expect(report.problems).toEqual([]);
  expect(report.operations).toBeGreaterThan(0);
  expect(stopped.isStopped).toBe(true);
  stopped.kill("SIGCONT");
  expect(await stopped.end).toEqual({ status: 0, signal: null, stderr: "" });
});
