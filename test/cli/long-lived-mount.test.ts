// What a mount shows that stays while shares come, snapshots are made and snapshots are pruned.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { program } from "../support/programs.js";
import { systemCode } from "../../core/errors.js";
import { runUnmount } from "../../fs/transports/unmount.js";
import { requireCapability } from "../support/requires.js";
import { mountsIn } from "../support/tmp.js";
import { Setting, type SnapshotAnswer } from "./support/cli.js";

const root = join(import.meta.dirname, "..", "..");

let setting: Setting;
let point: string;
let child: ChildProcess;
let complaints: Promise<string>;

beforeEach(async (ctx) => {
  requireCapability(ctx, "fuse");
  setting = await Setting.create();
  await setting.write("a.txt", "first");
  await setting.init();
  await setting.run("backup", "acme/docs");
  point = setting.path("mnt");
  await mkdir(point);
  const words = [program("cli/main.ts"), "mount", point, "--config", setting.config, "--json"];
  const started = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  complaints = text(started.stderr);
  child = started;
  await once(started.stdout, "data");
});

afterEach(async () => {
  if ((await mountsIn(point)).length > 0) await runUnmount(point, "abort");
  if (child.exitCode === null) await once(child, "exit");
  await setting[Symbol.asyncDispose]();
});

const backup = async (): Promise<string> =>
  (await setting.json<{ snapshot: SnapshotAnswer }>("backup", "acme/docs")).snapshot.name;

it("shows a share as soon as the configuration has it, and keeps what it has when that goes wrong", async () => {
  expect(await readdir(join(point, "acme"))).toEqual(["docs"]);
  await setting.init("acme/new");
  await setting.init("other/one");
  await expect.poll(() => readdir(point), { timeout: 20_000 }).toEqual(["acme", "other"]);
  expect((await readdir(join(point, "acme"))).toSorted()).toEqual(["docs", "new"]);
  await setting.run("backup", "acme/new");
  expect(await readFile(join(point, "acme", "new", "latest", "a.txt"), "utf8")).toBe("first");
  await writeFile(setting.config, "shares: [wrong");
  child.stderr?.resume();
  const warned = once(child.stderr as NodeJS.ReadableStream, "data");
  await warned;
  expect(await readdir(point)).toEqual(["acme", "other"]);
  child.kill("SIGTERM");
  expect(await complaints).toMatch(/The shares stay as they were/);
});

it("lets those who hold something of a pruned snapshot go on, and shows it to nobody else", async () => {
  const share = join(point, "acme", "docs");
  const first = await readlink(join(share, "latest"));
  await setting.write("a.txt", "changed");
  await setting.write("b/c.txt", "second");
  const second = await backup();
  expect((await readdir(share)).toSorted()).toEqual([first, second, "latest"].toSorted());
  const held = await open(join(share, first, "a.txt"));
  expect(await held.readFile("utf8")).toBe("first");
  const folder = await open(join(share, first));
  expect(await setting.run("prune", "acme/docs", "--keep-last", "1")).toMatchObject({ status: 0 });
  await expect.poll(async () => (await readdir(share)).toSorted()).toEqual([second, "latest"].toSorted());
  const { bytesRead, buffer } = await held.read(Buffer.alloc(100), 0, 100, 0);
  expect(buffer.toString("utf8", 0, bytesRead)).toBe("first");
  expect(await readdir(`/proc/self/fd/${folder.fd}`)).toEqual(["a.txt"]);
  expect(await readFile(join(share, "latest", "b", "c.txt"), "utf8")).toBe("second");
  await expect
    .poll(() => stat(join(share, first)).catch((error: unknown) => systemCode(error)), { timeout: 10_000 })
    .toBe("ENOENT");
  await folder.close();
  await held.close();
  child.kill("SIGTERM");
  expect(await complaints).toBe("");
});
