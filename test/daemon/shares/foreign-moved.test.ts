/** A share whose contents another one refers to is pruned while the other is being read, on another machine. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadConfig } from "../../../daemon/config/load.js";
import { openShareReader } from "../../../daemon/shares/open-share.js";
import { Setting } from "../../cli/support/cli.js";

let setting: Setting;
const NAMES = ["a", "b", "c", "d", "e", "f"];
const bytes = (name: string): string => `what ${name} says. `.repeat(40);

beforeEach(async () => {
  setting = await Setting.create();
  for (const share of ["one", "two"]) {
    await setting.write(`../sources/${share}/keep.txt`, `only ${share} has this`);
    const urls = ["--source", `file://${setting.path("sources", share)}`, "--store", `file://${setting.path("store")}`];
    await setting.run("init", "--share", `acme/${share}`, ...urls, "--dedup-scope", "tenant");
  }
});
afterEach(() => setting[Symbol.asyncDispose]());

it("what was moved is found where it is now", async () => {
  for (const name of NAMES) await writeFile(setting.path("sources/one", name), bytes(name));
  await setting.json("backup", "acme/one");
  await writeFile(setting.path("sources/two/a"), bytes("a"));
  await setting.json("backup", "acme/two");
  for (const name of NAMES) await rm(setting.path("sources/one", name));
  await setting.json("backup", "acme/one");
  const other = setting.path("other.yaml");
  const text = (await readFile(setting.config, "utf8")).replace(/^state: .*$/m, "");
  await writeFile(other, `state: ${setting.path("elsewhere")}\n${text}`);
  const config = await loadConfig({ option: other, cwd: setting.path(), env: {} });
  const share = config.shares.find(({ name }) => name.share === "two");
  if (!share) throw new Error("not configured");
  await using reader = await openShareReader(config, share);
  const [found] = [...reader.catalog.foreign()];
  if (!found) throw new Error("nothing is shared");
  const before = Buffer.from(await reader.foreign.read(found.owner)).toString();
  expect(before).toBe(bytes("a"));
  const pruned = await setting.json<{ rewritten: { objects: number }; deleted: { objects: number } }>(
    "prune",
    "acme/one",
    "--keep-last",
    "1",
    "--rewrite-below",
    "99%",
  );
  expect(pruned).toMatchObject({ rewritten: { objects: 1 }, deleted: { objects: 1 } });
  expect(Buffer.from(await reader.foreign.read(found.owner)).toString()).toBe(before);
});
