import { readFile, rm, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { Setting, type SnapshotAnswer } from "../../cli/support/cli.js";

async function backedUp(): Promise<Setting> {
  const setting = await Setting.create();
  await setting.write("a.txt", "one");
  await setting.init();
  await setting.json("backup", "acme/docs");
  await setting.write("b.txt", "two");
  await setting.json("backup", "acme/docs");
  return setting;
}

const object = (setting: Setting, name: string): string => setting.path("store", "acme/docs", name);
const MANIFEST = "snapshots/0000000002.fb";

it("a manifest that is lost is put back as it was, and the next backup builds on it", async () => {
  await using setting = await backedUp();
  const before = await readFile(object(setting, MANIFEST));
  await rm(object(setting, MANIFEST));
  const { status, stderr } = await setting.run("backup", "acme/docs");
  expect(status).toBe(0);
  expect(stderr).toContain(`was missing or damaged in the store and is put back`);
  expect(await readFile(object(setting, MANIFEST))).toEqual(before);
  const { snapshots } = await setting.json<{ snapshots: SnapshotAnswer[] }>("snapshots", "acme/docs");
  expect(snapshots.map(({ id }) => id)).toEqual([1, 2, 3]);
});

it("nothing is put back into a store that was rolled back: it is refused as it is", async () => {
  await using setting = await backedUp();
  await rm(object(setting, MANIFEST));
  await rm(object(setting, "segments/0000000002"), { recursive: true });
  const { status, stderr } = await setting.run("backup", "acme/docs");
  expect(status).toBe(14);
  expect(stderr).toContain("has lost snapshot 2");
});

it("nothing is put back into a store that was emptied", async () => {
  await using setting = await backedUp();
  await rm(object(setting, ""), { recursive: true });
  const { status, stderr } = await setting.run("backup", "acme/docs");
  expect(status).toBe(10);
  expect(stderr).toContain("run sharestrata init");
});

it("a copy that is damaged is not used", async () => {
  await using setting = await backedUp();
  const copy = setting.path("state/acme/docs/records/acme/docs/share.fb");
  const bytes = await readFile(copy);
  bytes[70] = (bytes[70] ?? 0) ^ 1;
  await writeFile(copy, bytes);
  await rm(object(setting, "share.fb"));
  expect((await setting.run("backup", "acme/docs")).status).toBe(10);
});
