/** `sharestrata prune`, `backup --tag` and what the configuration says of retention. */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Setting, type SnapshotAnswer } from "./support/cli.js";

interface PruneAnswer {
  readonly dryRun: boolean;
  readonly snapshots: readonly { readonly id: number; readonly keep: boolean; readonly reasons: readonly string[] }[];
  readonly record: number | null;
  readonly dead: { readonly objects: number; readonly bytes: number };
  readonly deleted: { readonly objects: number; readonly bytes: number };
  readonly waiting: string | null;
}

async function withSnapshots(count: number): Promise<Setting> {
  const setting = await Setting.create();
  await setting.init();
  for (let n = 1; n <= count; n++) {
    await setting.write("file", `content ${n}`.repeat(100 * n));
    await setting.run("backup", "acme/docs", ...(n === 1 ? ["--tag", "first", "--tag", "a"] : []));
  }
  return setting;
}

const ids = async (setting: Setting): Promise<readonly number[]> =>
  (await setting.json<{ snapshots: readonly SnapshotAnswer[] }>("snapshots", "acme/docs")).snapshots.map(
    ({ id }) => id,
  );

describe("prune", () => {
  it("keeps every snapshot without rules, and says so", async () => {
    await using setting = await withSnapshots(2);
    const ending = await setting.run("prune", "acme/docs");
    expect(ending).toMatchObject({ status: 0, stderr: "" });
    expect(ending.stdout).toMatch(/keep +no rule says what to keep/);
    expect(ending.stdout).toMatch(/acme\/docs: 0 snapshots removed, 2 kept; 0 objects \(0 B\) deleted\n$/);
  });

  it("removes what no rule keeps, and tells beforehand what that would be", async () => {
    await using setting = await withSnapshots(3);
    const rules = ["--keep-last", "1", "--keep-tag", "first"];
    const dry = await setting.json<PruneAnswer>("prune", "acme/docs", "--dry-run", ...rules);
    expect(dry).toMatchObject({ dryRun: true, record: null, dead: { objects: 1 }, deleted: { objects: 0 } });
    expect(dry.snapshots.map(({ keep }) => keep)).toEqual([true, false, true]);
    expect(dry.snapshots[0]?.reasons).toEqual(["tagged first"]);
    expect(await ids(setting)).toEqual([1, 2, 3]);
    const done = await setting.json<PruneAnswer>("prune", "acme/docs", ...rules);
    expect(done).toMatchObject({ record: 1, deleted: dry.dead, waiting: null });
    expect(await ids(setting)).toEqual([1, 3]);
    const text = await setting.run("snapshots", "acme/docs");
    expect(text.stdout).toContain("a, first");
  });

  it("takes the rules of the configuration: the share's own before its tenant's", async () => {
    await using setting = await withSnapshots(3);
    await appendFile(setting.config, "tenants:\n  acme:\n    retention: {last: 2}\n");
    const kept = async (): Promise<readonly boolean[]> =>
      (await setting.json<PruneAnswer>("prune", "acme/docs", "-n")).snapshots.map(({ keep }) => keep);
    expect(await kept()).toEqual([false, true, true]);
    const text = await readFile(setting.config, "utf8");
    await writeFile(setting.config, text.replace(/(\n +)(store: )/, "$1retention: {last: 1}$1$2"));
    expect(await kept()).toEqual([false, false, true]);
  });

  it("refuses removed snapshots wherever they are named", async () => {
    await using setting = await withSnapshots(2);
    const { snapshots } = await setting.json<{ snapshots: readonly SnapshotAnswer[] }>("snapshots", "acme/docs");
    await setting.run("prune", "acme/docs", "--keep-last", "1");
    for (const command of ["ls", "restore"]) {
      const more = command === "restore" ? ["--to", setting.path("out")] : [];
      expect(await setting.run(command, `acme/docs@${snapshots[0]?.name}:/`, ...more)).toMatchObject({ status: 10 });
    }
    const history = await setting.run("history", "acme/docs:file");
    expect(history.stdout.trim().split("\n")).toHaveLength(1);
    expect((await setting.run("verify", "acme/docs", "--read-data")).status).toBe(0);
    expect((await setting.run("catalog", "check", "acme/docs")).status).toBe(0);
    expect((await setting.run("catalog", "rebuild", "acme/docs")).status).toBe(0);
    expect(await ids(setting)).toEqual([2]);
    expect((await setting.run("backup", "acme/docs")).status).toBe(0);
  });

  it.each([
    [["--keep-last", "0"], /--keep-last: "0" is not a number of snapshots/],
    [["--keep-within", "soon"], /"soon" is no span of time/],
    [["--keep-tag", "a b"], /"a b" is no tag/],
    [["--rewrite-below", "120%"], /--rewrite-below: "120%" is not a percentage/],
  ])("refuses %j in one sentence", async (more, message) => {
    await using setting = await withSnapshots(0);
    const ending = await setting.run("prune", "acme/docs", ...more);
    expect(ending.status).toBe(2);
    expect(ending.stderr).toMatch(message);
  });

  it("tells the line of a rule that is wrong in the configuration", async () => {
    await using setting = await withSnapshots(0);
    await appendFile(setting.config, "defaults:\n  retention: {dayly: 3, within: soon}\n");
    const { status, stderr } = await setting.run("config", "check");
    expect(status).toBe(2);
    expect(stderr).toMatch(/sharestrata\.yaml:\d+: defaults\.retention\.dayly: unknown key, did you mean daily\?/);
    expect(stderr).toMatch(/sharestrata\.yaml:\d+: defaults\.retention\.within: is no span of time/);
  });
});
