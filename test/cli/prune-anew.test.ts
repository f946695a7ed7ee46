/** What this machine has kept of a share's prunes, once the share or its store is another one. */
import { cp, rename, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Setting, type SnapshotAnswer } from "./support/cli.js";

const ids = async (setting: Setting): Promise<readonly number[]> =>
  (await setting.json<{ snapshots: readonly SnapshotAnswer[] }>("snapshots", "acme/docs")).snapshots.map(
    ({ id }) => id,
  );

async function backUp(setting: Setting, times: number, what: string): Promise<void> {
  for (let n = 1; n <= times; n++) {
    await setting.write("file", `${what} ${n} `.repeat(100 * n));
    expect(await setting.run("backup", "acme/docs")).toMatchObject({ status: 0 });
  }
}

describe("a share that is made anew under the same name", () => {
  it("has none of its snapshots removed by the prunes of the one before", async () => {
    await using setting = await Setting.create();
    await setting.init();
    await backUp(setting, 3, "old");
    await setting.run("prune", "acme/docs", "--keep-last", "1");
    // Another command of this machine keeps a copy of the record.
    await backUp(setting, 1, "old again");
    await rm(setting.path("store"), { recursive: true });
    expect(await setting.init()).toMatchObject({ status: 0 });
    await rm(setting.path("state/acme/docs/catalog"), { recursive: true });
    await backUp(setting, 4, "new");
    expect(await ids(setting)).toEqual([1, 2, 3, 4]);
  });
});

describe("a store that was rolled back", () => {
  it("and pruned by another machine since loses nothing by a machine that knows another prune", async () => {
    await using setting = await Setting.create();
    await setting.init();
    for (let n = 0; n < 9; n++) await setting.write(`file${n}`, String(Math.random()).repeat(9));
    await backUp(setting, 1, "x");
    for (let n = 0; n < 7; n++) await rm(setting.source(`file${n}`));
    await backUp(setting, 1, "y");
    await cp(setting.path("store"), setting.path("earlier"), { recursive: true });
    const rules = ["--keep-last", "1", "--rewrite-below", "99%"];
    const pruned = await setting.json<{ rewritten: { objects: number } }>("prune", "acme/docs", ...rules);
    expect(pruned.rewritten.objects).toBeGreaterThan(0);
    await rm(setting.path("store"), { recursive: true });
    await cp(setting.path("earlier"), setting.path("store"), { recursive: true });
    await rename(setting.path("state"), setting.path("here"));
    await setting.json("prune", "acme/docs", "--keep-last", "1", "--rewrite-below", "1%");
    await rm(setting.path("state"), { recursive: true });
    await rename(setting.path("here"), setting.path("state"));
    const again = await setting.run("prune", "acme/docs", "--keep-last", "1");
    expect(again.status).toBe(14);
    expect(again.stderr).toContain("has another prune record 1");
    await rm(setting.path("state"), { recursive: true });
    const v = await setting.run("verify", "acme/docs", "--read-data");
    expect(v).toMatchObject({ status: 0 });
  });
});

describe("an encrypted share", () => {
  it("is pruned as others", async () => {
    await using setting = await Setting.create();
    await writeFile(setting.path("key"), "a key of more than thirty-two bytes, for tests");
    const key = ["--key-file", setting.path("key")];
    await setting.write("a.txt", "one");
    await setting.init("acme/docs", "--encrypt", ...key);
    await setting.json("backup", "acme/docs", ...key);
    await setting.write("a.txt", "two");
    await setting.json("backup", "acme/docs", ...key);
    expect(await setting.run("prune", "acme/docs", "--keep-last", "1", ...key)).toMatchObject({ status: 0 });
  });
});
