import { readdir, readFile, rm, writeFile } from "node:fs/promises";
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
  const { status, stderr } = await setting.run("backup", "acme/docs");
  expect(status).toBe(14);
  expect(stderr).toContain("acme/docs/share.fb in the store is missing, though there is");
});

it("a share whose record is lost is not made anew, which would take its keys", async () => {
  await using setting = await Setting.create();
  await writeFile(setting.path("key"), "a key of more than thirty-two bytes, for tests");
  await setting.write("a.txt", "one");
  const key = ["--key-file", setting.path("key")];
  await setting.init("acme/docs", "--encrypt", ...key);
  await setting.json("backup", "acme/docs", ...key);
  await rm(object(setting, "share.fb"));
  const keys = await readdir(object(setting, "keys"));
  const { status, stderr } = await setting.init("acme/docs", "--encrypt", ...key);
  expect(status).toBe(14);
  expect(stderr).toContain("put it back from a copy");
  expect(await readdir(object(setting, "keys"))).toEqual(keys);
  expect(await setting.run("backup", "acme/docs", ...key)).toMatchObject({ status: 0 });
});

it("a key that was removed is not put back, and one is when none is left", async () => {
  await using setting = await Setting.create();
  for (const name of ["key", "other"])
    await writeFile(setting.path(name), `${name} of more than thirty-two bytes, for tests`);
  const key = ["--key-file", setting.path("key")];
  await setting.write("a.txt", "one");
  await setting.init("acme/docs", "--encrypt", ...key);
  await setting.json("backup", "acme/docs", ...key);
  const [first = ""] = await readdir(object(setting, "keys"));
  await setting.json("key", "add", "acme/docs", ...key, "--new-key-file", setting.path("other"));
  await setting.json("backup", "acme/docs", ...key);
  const other = ["--key-file", setting.path("other")];
  expect(await setting.run("key", "remove", "acme/docs", first.replace(".fb", ""), ...other)).toMatchObject({
    status: 0,
  });
  await setting.json("backup", "acme/docs", ...other);
  await rm(object(setting, "keys"), { recursive: true });
  expect((await setting.run("backup", "acme/docs", ...key)).status).not.toBe(0);
  expect(await setting.run("backup", "acme/docs", ...other)).toMatchObject({ status: 0 });
  expect(await readdir(object(setting, "keys"))).not.toContain(first);
});

it("a manifest of a snapshot that was pruned is put back as well: no catalog can be built without it", async () => {
  await using setting = await backedUp();
  await setting.json("prune", "acme/docs", "--keep-last", "1");
  await rm(object(setting, "snapshots/0000000001.fb"));
  await setting.json("backup", "acme/docs");
  await rm(setting.path("state"), { recursive: true });
  expect(await setting.run("verify", "acme/docs", "--read-data")).toMatchObject({ status: 0 });
});
