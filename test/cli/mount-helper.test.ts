// Mounting as people do it: mount(8) and /etc/fstab, with the helper in /sbin for as long as this file runs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { parseMountLine } from "../../cli/mount-helper/line.js";
import { readMountServers } from "../../fs/transports/announcement.js";
import { mountAt, readMounts } from "../../fs/transports/mountinfo.js";
import { runUnmount } from "../../fs/transports/unmount.js";
import { program } from "../support/programs.js";
import { requireCapability } from "../support/requires.js";
import { mountsIn } from "../support/tmp.js";
import { Setting } from "./support/cli.js";

const HELPER = "/sbin/mount.fuse.sharestrata";
const root = join(import.meta.dirname, "..", "..");

describe("a line of mount(8)", () => {
  const known = ["--config", "--allow-other", "--uid", "--passphrase-file"];
  const parse = (...argv: readonly string[]): unknown => parseMountLine(argv, known);

  it("becomes options of sharestrata mount", () => {
    expect(
      parse("acme/docs", "/mnt", "-n", "-v", "-o", 'rw,config="/a,b",allow_other,uid=5', "-t", "fuse.sharestrata"),
    ).toEqual({
      source: "acme/docs",
      dir: "/mnt",
      fake: false,
      verbose: true,
      options: ["--config=/a,b", "--allow-other", "--uid=5"],
    });
  });

  it("may have everything that is mount(8)'s own business, fstab's or systemd's", () => {
    const standard =
      "ro,defaults,noauto,nofail,_netdev,user=me,users,nodev,nosuid,noexec,exec,noatime,x-systemd.automount,X-a.b=c,comment=x";
    expect(parse("acme/docs", "/mnt", "-o", standard)).toMatchObject({ options: [] });
  });

  it("is refused with one sentence for an option that does not exist, unless it is to be sloppy", () => {
    expect(() => parse("acme/docs", "/mnt", "-o", "rw,colour=red")).toThrow(
      '"colour" is no option of a Sharestrata mount, which has config, allow_other, uid, passphrase_file.',
    );
    expect(parse("acme/docs", "/mnt", "-s", "-o", "rw,colour=red")).toMatchObject({ options: [] });
    expect(() => parse("acme/docs", "/mnt", "-o", "remount,ro")).toThrow(/cannot be changed/);
    expect(() => parse("acme/docs", "/mnt", "-N", "5")).toThrow("mount.fuse.sharestrata does not understand -N.");
    expect(() => parse("acme/docs")).toThrow(/^mount\.fuse\.sharestrata takes/);
  });

  it("is refused with a secret in it, which is not repeated", () => {
    expect(() => parse("acme/docs", "/mnt", "-o", "passphrase=hunter2")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") as string }),
    );
  });
});

describe("mount(8)", () => {
  let setting: Setting;
  let point: string;
  let installed = false;

  const wrapper = (script: string): string => {
    const words = [process.execPath, program(script)];
    return `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(" ")} "$@"\n`;
  };
  const system = (command: string, ...args: readonly string[]) => {
    const path = [setting.path("bin"), process.env["PATH"]].join(delimiter);
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: setting.path(),
      encoding: "utf8",
      env: { ...process.env, PATH: path },
    });
    return { status, stdout, stderr };
  };
  const options = (...more: readonly string[]): string => [`config=${setting.config}`, ...more].join(",");
  const withHelper = async (ctx: TestContext): Promise<void> => {
    if (!installed && existsSync(HELPER)) ctx.skip(`${HELPER} is there already, and is not ours`);
    await writeFile(HELPER, wrapper("cli/mount-helper/main.ts"));
    await chmod(HELPER, 0o755);
    installed = true;
  };
  const removeHelper = async (): Promise<void> => {
    if (installed) await rm(HELPER, { force: true });
  };

  beforeAll(async () => {
    setting = await Setting.create();
    await setting.write("a folder/a file.txt", "contents");
    await setting.init();
    await setting.run("backup", "acme/docs");
    await mkdir(setting.path("bin"));
    await writeFile(setting.path("bin", "sharestrata"), wrapper("cli/main.ts"), { mode: 0o755 });
    point = setting.path("mnt");
    await mkdir(point);
  });
  beforeEach((ctx) => requireCapability(ctx, "fuse", "root"));
  afterEach(async () => {
    while ((await mountsIn(point)).length > 0) await runUnmount(point, "lazy");
    await removeHelper();
  });
  afterAll(() => setting[Symbol.asyncDispose]());

  it("mounts a share with -t fuse.sharestrata, and umount takes it away and ends its process", async (ctx) => {
    await withHelper(ctx);
    expect(system("mount", "-t", "fuse.sharestrata", "acme/docs", point, "-o", options())).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
    expect(await readFile(join(point, "latest", "a folder", "a file.txt"), "utf8")).toBe("contents");
    const pid = readMountServers().get(mountAt(point)?.device ?? "")?.pid;
    expect(pid).toBeGreaterThan(0);
    expect(system("umount", point)).toEqual({ status: 0, stdout: "", stderr: "" });
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false);
  });

  it("mounts what a line of fstab says, everything or a snapshot, and finds it mounted the second time", async (ctx) => {
    await withHelper(ctx);
    await mkdir(setting.path("old"), { recursive: true });
    const fstab = setting.path("fstab");
    await writeFile(
      fstab,
      `sharestrata ${point} fuse.sharestrata ${options("ro,nofail,_netdev,x-systemd.automount,umask=077")} 0 0\n` +
        `acme/docs@latest ${setting.path("old")} fuse.sharestrata ${options("defaults,noatime")} 0 0\n` +
        `acme/photos ${setting.path("none")} fuse.sharestrata ${options("noauto")} 0 0\n`,
    );
    try {
      expect(system("mount", "--fstab", fstab, "-a")).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(readdirSync(join(point, "acme", "docs"))).toContain("latest");
      expect(readdirSync(setting.path("old"))).toEqual(["a folder"]);
      expect(system("mount", "--fstab", fstab, "-a")).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(await mountsIn(setting.path())).toHaveLength(2);
    } finally {
      await runUnmount(setting.path("old"), "lazy");
    }
  });

  it("mounts through mount.fuse(8) where the helper is not installed", async (ctx) => {
    if (!existsSync("/sbin/mount.fuse")) ctx.skip("/sbin/mount.fuse is not there");
    if (existsSync(HELPER)) ctx.skip(`${HELPER} is there`);
    const line = ["acme/docs@latest", point, "-t", "fuse.sharestrata", "-o", options("ro,nofail,_netdev,noexec")];
    // As mount(8) calls it, but for PATH, which it takes away: sharestrata has to be in /usr/bin then.
    expect(system("/sbin/mount.fuse", ...line)).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(readdirSync(point)).toEqual(["a folder"]);
  });

  it("mounts when somebody looks into an automount point", async (ctx) => {
    if (spawnSync("python3", ["--version"]).status !== 0) ctx.skip("python3 is not there");
    await withHelper(ctx);
    const automount = join(import.meta.dirname, "support", "automount.py");
    const helper = [HELPER, "acme/docs@latest", point, "-o", options("rw,_netdev")];
    const { stdout, stderr } = system("python3", automount, point, ...helper);
    if (/No such device/.test(stderr)) ctx.skip("the kernel does not know autofs");
    expect({ stdout, stderr }).toEqual({ stdout: '{"status": 0, "seen": ["a", "folder"]}\n', stderr: "" });
    expect(await mountsIn(point)).toEqual([]);
  });

  it("means the address also where a folder has its name", async (ctx) => {
    await withHelper(ctx);
    await mkdir(setting.path("acme", "docs"), { recursive: true });
    expect(system("mount", "-t", "fuse.sharestrata", "acme/docs", point, "-o", options())).toMatchObject({ status: 0 });
    expect(mountAt(point)?.source).toBe("acme/docs");
  });

  it("shows an error, never an empty folder, when the process was killed; and the next mount takes its place", async (ctx) => {
    await withHelper(ctx);
    const mountIt = (): unknown =>
      system("mount", "-t", "fuse.sharestrata", "acme/docs@latest", point, "-o", options());
    expect(mountIt()).toMatchObject({ status: 0 });
    const pid = readMountServers().get(mountAt(point)?.device ?? "")?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => codeOf(() => readdirSync(point))).toBe("ENOTCONN");
    expect(mountIt()).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(point)).toEqual(["a folder"]);
    expect(readMounts().filter(({ mountPoint }) => mountPoint === point)).toHaveLength(1);
  });

  it("tells in one sentence what is wrong, with the status that it documents", async (ctx) => {
    await withHelper(ctx);
    const failing = (source: string, at: string, more: string, ...flags: readonly string[]) =>
      system("mount", ...flags, "-t", "fuse.sharestrata", source, at, "-o", options(more));
    expect(failing("acme/docs", point, "colour=red")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^sharestrata: "colour" is no option of a Sharestrata mount, which has .*\.\n$/,
      ) as string,
    });
    expect(failing("docs", point, "ro")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^sharestrata: "docs" does not name a share: .*\n$/) as string,
    });
    expect(failing("acme/photos", point, "ro")).toMatchObject({
      status: 32,
      stderr: expect.stringMatching(/^sharestrata: There is no share acme\/photos .*\n$/) as string,
    });
    expect(failing("acme/docs", setting.source(), "ro")).toEqual({
      status: 32,
      stdout: "",
      stderr: `sharestrata: ${realpathSync(setting.source())} is not empty.\n`,
    });
    expect(failing("acme/docs", point, "ro", "--fake")).toMatchObject({ status: 0, stderr: "" });
    expect(await mountsIn(setting.path())).toEqual([]);
  });
});

describe("the package", () => {
  it("has the helper among its programs", async () => {
    const { bin } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { bin: Record<string, string> };
    const source = (bin["mount.fuse.sharestrata"] ?? "").replace(/^dist(.*)\.js$/, "$1.ts");
    expect(await readFile(join(root, source), "utf8")).toMatch(/^#!\/usr\/bin\/env -S PATH=\S+ node\n/);
  });
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
