// What only a process of its own can show: signals, a reader that goes away, what is loaded, a mount in the background.
import { type ChildProcessByStdio, execFileSync, spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { program } from "../support/programs.js";
import { requireCapability } from "../support/requires.js";
import { mountsIn } from "../support/tmp.js";
import { Setting } from "./support/cli.js";

const root = join(import.meta.dirname, "..", "..");
const main = program("cli/main.ts");

let setting: Setting;

beforeAll(async () => {
  setting = await Setting.create();
  for (let n = 0; n < 200; n++) await setting.write(`folder/a file with a rather long name ${n}.txt`, `${n}`);
  await setting.init();
  await setting.run("backup", "acme/docs");
});

afterAll(() => setting[Symbol.asyncDispose]());

function sharestrataSync(...argv: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...argv], { cwd: root, encoding: "utf8", timeout: 30_000 });
}

function start(...argv: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [main, ...argv], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
}

/** The modules that a command line loads. */
async function loadedBy(...argv: readonly string[]): Promise<string> {
  const file = setting.path("loaded.txt");
  const hooks = `
    import { appendFileSync } from "node:fs";
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(\`
      import { appendFileSync } from "node:fs";
      export async function load(url, context, next) {
        appendFileSync(${JSON.stringify(file)}, url + "\\\\n");
        return next(url, context);
      }\`));
    appendFileSync(${JSON.stringify(file)}, "");`;
  const traced = ["--import", `data:text/javascript,${encodeURIComponent(hooks)}`, main];
  const ending = spawnSync(process.execPath, [...traced, ...argv], { cwd: root, encoding: "utf8" });
  expect(ending.stderr).toBe("");
  const loaded = await readFile(file, "utf8");
  await rm(file);
  return loaded;
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

function ended(child: ReturnType<typeof start>): Promise<Ended> {
  return new Promise((resolve) => child.once("close", (status, signal) => resolve({ status, signal })));
}

describe("the command", () => {
  it("tells its version, and loads neither the database nor FUSE nor a cloud's SDK for it", async () => {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    const ending = sharestrataSync("--version");
    expect(ending).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    expect(await loadedBy("--version")).not.toMatch(
      /node_modules\/(?:lmdb|fuse-native|@azure|zod|pino|cli-progress)\//,
    );
  });

  it("lists files without FUSE or a cloud's SDK", async () => {
    const loaded = await loadedBy("ls", "acme/docs", "--config", setting.config);
    expect(loaded).toMatch(/node_modules\/lmdb\//);
    expect(loaded).not.toMatch(/node_modules\/(?:fuse-native|@azure|pino|cli-progress)\//);
  });

  it("ends quietly when its reader does", () => {
    const command = `'${process.execPath}' '${main}'`;
    const pipeline = `${command} ls -R acme/docs --config '${setting.config}' | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", pipeline], { cwd: root, encoding: "utf8" });
    expect(stdout).toBe("folder/\n0\n");
    expect(stderr).toBe("");
  });
});

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, status) => {
  it(`stops a backup cleanly with status ${status}; the next one goes on`, async () => {
    await using own = await Setting.create();
    // A source that is slow enough to be caught in the middle of: reading a file takes as long as the signal does.
    for (let n = 0; n < 3000; n++) await own.write(`${n % 50}/${n}.txt`, `${n}`.repeat(500));
    await own.init();
    const child = start("backup", "acme/docs", "--config", own.config, "--verbose");
    const stderr = text(child.stderr);
    await expect
      .poll(() => readdir(own.path("state", "acme", "docs")).catch(() => []), { timeout: 20_000, interval: 5 })
      .not.toEqual([]);
    child.kill(signal);
    const ending = await ended(child);
    if (ending.status !== 0) {
      expect(ending).toEqual({ status, signal: null });
      expect(await stderr).toMatch(/sharestrata: Stopped by a signal\.[^]*takes up where this one stopped\.\n$/);
      expect(await own.json("snapshots", "acme/docs")).toMatchObject({ snapshots: [] });
    }
    expect(await own.run("backup", "acme/docs")).toMatchObject({ status: 0 });
    expect(await own.json("snapshots", "acme/docs")).toMatchObject({ snapshots: [{ files: 3000 }] });
  });
});

describe("mount", () => {
  it("in the background returns when it can be used, and umount ends it", async (ctx) => {
    requireCapability(ctx, "fuse");
    const point = setting.path("mount");
    await mkdir(point);
    const mounted = sharestrataSync(
      "mount",
      point,
      "acme/docs@latest",
      "--background",
      "--json",
      "--config",
      setting.config,
    );
    expect(mounted.stderr).toBe("");
    const { mountPoint, pid } = JSON.parse(mounted.stdout) as { mountPoint: string; pid: number };
    try {
      expect(mountPoint).toBe(point);
      expect(execFileSync("diff", ["-r", setting.source(), point], { encoding: "utf8" })).toBe("");
    } finally {
      expect(sharestrataSync("umount", point)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    }
    expect(await mountsIn(point)).toEqual([]);
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  it("in the foreground unmounts on SIGTERM, with status 0", async (ctx) => {
    requireCapability(ctx, "fuse");
    const point = setting.path("foreground");
    await mkdir(point);
    const child = start("mount", point, "--config", setting.config);
    const end = ended(child);
    await expect.poll(() => mountsIn(point), { timeout: 20_000 }).toEqual([point]);
    await expect.poll(async () => readdir(join(point, "acme", "docs"))).toContain("latest");
    child.kill("SIGTERM");
    expect(await end).toEqual({ status: 0, signal: null });
    expect(await mountsIn(point)).toEqual([]);
  });

  it("tells why a share cannot be opened in one line, in both modes, with the same status", async (ctx) => {
    requireCapability(ctx, "fuse");
    const point = setting.path("sealed");
    await mkdir(point);
    await setting.init("acme/sealed", "--encrypt", "--key-file", await keyFile("right"));
    const words = ["mount", point, "acme/sealed", "--key-file", await keyFile("wrong"), "--config", setting.config];
    for (const mode of [[], ["--background"]]) {
      const ending = sharestrataSync(...words, ...mode);
      expect(ending).toMatchObject({ status: 18, stdout: "" });
      expect(ending.stderr).toMatch(/^sharestrata: The key file .*\n$/);
    }
    expect(await mountsIn(point)).toEqual([]);
  });

  it("in the background tells why it cannot", async (ctx) => {
    requireCapability(ctx, "fuse");
    const ending = sharestrataSync("mount", setting.path("nowhere"), "--background", "--config", setting.config);
    expect(ending).toMatchObject({ status: 16, stdout: "" });
    expect(ending.stderr).toMatch(/^sharestrata: The mount point .* does not exist\.\n$/);
  });
});

async function keyFile(name: string): Promise<string> {
  const file = setting.path(name);
  await writeFile(file, createHash("sha256").update(name).digest());
  await chmod(file, 0o600);
  return file;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
