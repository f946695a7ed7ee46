// Shares of one tenant that keep equal contents once: what is stored, what is read back, and what damage is told where.
import { createHash } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Setting, sharestrata } from "./support/cli.js";

const LARGE = Buffer.alloc(3 * 1024 * 1024, "a chunked file. ").map((byte, index) => byte ^ (index >> 9));

let setting: Setting;

beforeEach(async () => {
  setting = await Setting.create();
  for (const name of ["a", "b", "c"]) await setting.write(`${name}.txt`, name.repeat(100));
  await writeFile(setting.source("large.bin"), LARGE);
});
afterEach(() => setting[Symbol.asyncDispose]());

const init = (share: string, ...options: string[]) =>
  setting.run(
    "init",
    "--share",
    share,
    "--source",
    `file://${setting.source()}`,
    "--store",
    `file://${setting.path("store")}`,
    ...options,
  );

async function contentsOf(share: string): Promise<string[]> {
  const found = await readdir(setting.path("store", share), { recursive: true });
  const objects = found.filter((name) => /^(bundles|blobs)\//.test(name));
  const files = await Promise.all(
    objects.map(async (name) => [name, await stat(setting.path("store", share, name))] as const),
  );
  return files
    .filter(([, stats]) => stats.isFile())
    .map(([name]) => name)
    .toSorted();
}

const digest = async (file: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(file))
    .digest("hex");

async function restored(share: string): Promise<Map<string, string>> {
  const folder = setting.path("restored", share.replace("/", "-"));
  await rm(folder, { recursive: true, force: true });
  expect(await setting.run("restore", share, "--to", folder)).toMatchObject({ status: 0 });
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await digest(join(folder, name))] as const)));
}

async function source(): Promise<Map<string, string>> {
  const names = await readdir(setting.source());
  return new Map(await Promise.all(names.map(async (name) => [name, await digest(setting.source(name))] as const)));
}

describe("init --dedup-scope tenant", () => {
  beforeEach(async () => {
    for (const share of ["acme/one", "acme/two"]) {
      await init(share, "--dedup-scope", "tenant");
    }
    await setting.json("backup", "acme/one");
  });

  it("stores nothing that another share of the tenant has stored, and reads it back from there", async () => {
    await setting.write("own.txt", "only in the second share");
    expect(await setting.run("backup", "acme/two")).toMatchObject({ status: 0 });
    expect(await contentsOf("acme/two")).toHaveLength(1);
    expect(await restored("acme/two")).toEqual(await source());
    expect(await setting.run("verify", "acme/two", "--read-data")).toMatchObject({ status: 0 });
    expect(await setting.run("catalog", "check", "acme/two")).toMatchObject({ status: 0 });
  });

  it("finds it again with a catalog that was built anew, also when the other share is not configured", async () => {
    await setting.run("backup", "acme/two");
    await rm(setting.path("state"), { recursive: true, force: true });
    const config = await readFile(setting.config, "utf8");
    await rm(setting.config);
    expect(await init("acme/two")).toMatchObject({ status: 0 });
    expect(await readFile(setting.config, "utf8")).not.toContain("one");
    expect(await restored("acme/two")).toEqual(await source());
    expect(config).toContain("one");
  });

  it("stores again what the other share has lost, once verifying has found it", async () => {
    await setting.run("backup", "acme/two");
    const [bundle = ""] = await contentsOf("acme/one").then((names) => names.filter((name) => name.endsWith(".tar")));
    await rm(setting.path("store", "acme/one", bundle));
    const verified = await setting.run("verify", "acme/two");
    expect(verified.status).toBe(14);
    expect(verified.stdout).toContain(`The object acme/one/${bundle} in the store is missing.`);
    expect(verified.stdout).toContain("hurt: /a.txt");
    expect(await setting.run("backup", "acme/two")).toMatchObject({ status: 0 });
    expect(await restored("acme/two")).toEqual(await source());
    expect((await contentsOf("acme/two")).length).toBeGreaterThan(0);
  });

  it("says so when the other share is gone, and serves no wrong byte", async () => {
    await setting.run("backup", "acme/two");
    await rm(setting.path("store", "acme", "one"), { recursive: true });
    await rm(setting.path("state", "acme", "one"), { recursive: true, force: true });
    const verified = await setting.run("verify", "acme/two");
    expect(verified.status).toBe(14);
    expect(verified.stdout).toContain("acme/one");
    const folder = setting.path("out");
    expect((await setting.run("restore", "acme/two", "--to", folder)).status).not.toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves alone what shares keep to themselves, of this tenant or of another", async () => {
    for (const share of ["acme/own", "other/one"]) {
      expect(await init(share, ...(share === "other/one" ? ["--dedup-scope", "tenant"] : []))).toMatchObject({
        status: 0,
      });
      await setting.run("backup", share);
      expect(await contentsOf(share)).toEqual(await contentsOf("acme/one"));
    }
  });

  it("is fixed when the share is created", async () => {
    const other = [
      "--share",
      "acme/one",
      "--store",
      `file://${setting.path("store")}`,
      "--source",
      `file://${setting.source()}`,
    ];
    const config = setting.path("other.yaml");
    const ending = await sharestrata(["init", ...other, "--dedup-scope", "share", "--config", config]);
    expect(ending.status).not.toBe(0);
    expect(ending.stderr).toContain("dedupScope tenant, which is fixed");
  });
});
