// What systemd itself says about the units. They are verified as instances, since a template alone hides mistakes that show
// only when its specifiers have values; the command is replaced by a stub, because verifying looks whether it is there.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runMountHelper } from "../../cli/mount-helper/run.js";
import { requireCapability } from "../support/requires.js";
import { temporaryDirectory, type TemporaryDirectory } from "../support/tmp.js";

const folder = join(import.meta.dirname, "..", "..", "systemd");
const units = readdirSync(folder).toSorted();
const command = "/usr/bin/sharestrata";

const instances: Readonly<Record<string, string>> = {
  "sharestrata-backup@.service": "sharestrata-backup@acme-docs.service",
  "sharestrata-backup@.timer": "sharestrata-backup@acme-docs.timer",
  "sharestrata-prune@.service": "sharestrata-prune@acme-docs.service",
  "sharestrata-prune@.timer": "sharestrata-prune@acme-docs.timer",
  "sharestrata-mount@.service": "sharestrata-mount@mnt-backups.service",
  "mnt-backups.mount": "mnt-backups.mount",
  "mnt-backups.automount": "mnt-backups.automount",
};

/** A folder with the units as they are, but for the command. */
async function unitFolder(): Promise<TemporaryDirectory> {
  const dir = await temporaryDirectory();
  const stub = dir.join("sharestrata");
  await writeFile(stub, "#!/bin/sh\n");
  await chmod(stub, 0o755);
  for (const unit of units) {
    await writeFile(dir.join(unit), readFileSync(join(folder, unit), "utf8").replaceAll(command, stub));
  }
  return dir;
}

function analyze(dir: TemporaryDirectory, ...args: readonly string[]): { status: number | null; output: string } {
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${dir.path}:`, SYSTEMD_COLORS: "0" };
  const { status, stdout, stderr } = spawnSync("systemd-analyze", args, { cwd: dir.path, encoding: "utf8", env });
  return { status, output: stdout + stderr };
}

const verify = (dir: TemporaryDirectory, unit: string): { status: number | null; output: string } =>
  analyze(dir, "verify", "--man=no", unit);

function settings(unit: string, key: string): readonly string[] {
  const lines = readFileSync(join(folder, unit), "utf8").split("\n");
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

describe("systemd-analyze", () => {
  beforeEach((ctx) => requireCapability(ctx, "systemd-analyze"));

  it.each(units)("finds nothing to say about %s", async (unit) => {
    await using dir = await unitFolder();
    expect(instances).toHaveProperty([unit]);
    expect(verify(dir, instances[unit] as string)).toEqual({ status: 0, output: "" });
  });

  it("is asked in a way that would show a mistake", async () => {
    await using dir = await unitFolder();
    const unit = "sharestrata-backup@.service";
    const text = readFileSync(dir.join(unit), "utf8");
    for (const mistake of [text.replace("UMask=", "UMaks="), text.replace("Type=oneshot", "Type=twoshot")]) {
      await writeFile(dir.join(unit), mistake);
      expect(verify(dir, instances[unit] as string).output).not.toBe("");
    }
  });

  // Out of 100, the higher the worse; what keeps the mount from a better mark is that it has to mount.
  it.each([
    ["sharestrata-backup@.service", 20],
    ["sharestrata-prune@.service", 20],
    ["sharestrata-mount@.service", 60],
  ])("rates the exposure of %s below %i", async (unit, threshold) => {
    await using dir = await unitFolder();
    const { status, output } = analyze(
      dir,
      "security",
      "--no-pager",
      "--offline=true",
      `--threshold=${threshold}`,
      unit,
    );
    expect(status, output).toBe(0);
  });
});

describe("instances", () => {
  beforeEach((ctx) => requireCapability(ctx, "systemd-analyze"));
  const escape = (...args: readonly string[]): string =>
    execFileSync("systemd-escape", args, { encoding: "utf8" }).trim();

  it("are named by systemd-escape, whose writing the units undo", () => {
    expect(escape("--template=sharestrata-backup@.service", "acme/docs")).toBe("sharestrata-backup@acme-docs.service");
    expect(escape("--unescape", "acme-docs")).toBe("acme/docs");
    expect(escape("--unescape", escape("my-firm/old-docs"))).toBe("my-firm/old-docs");
    expect(escape("--path", "--template=sharestrata-mount@.service", "/mnt/backups")).toBe(
      "sharestrata-mount@mnt-backups.service",
    );
  });
});

describe("the units", () => {
  it("start exactly the commands that people would type", () => {
    const config = "--config /etc/sharestrata/config.yaml";
    expect(settings("sharestrata-backup@.service", "ExecStart")).toEqual([`${command} backup %I ${config}`]);
    expect(settings("sharestrata-prune@.service", "ExecStart")).toEqual([`${command} prune %I ${config}`]);
    expect(settings("sharestrata-mount@.service", "ExecStart")).toEqual([`${command} mount %f ${config}`]);
    expect(settings("sharestrata-mount@.service", "ExecStop")).toEqual([`-${command} umount %f`]);
  });

  it("mount through the helper, with options that it has", async () => {
    const [what, type, options] = ["What", "Type", "Options"].map((key) => settings("mnt-backups.mount", key)[0] ?? "");
    expect(settings("mnt-backups.automount", "Where")).toEqual(settings("mnt-backups.mount", "Where"));
    expect(type).toBe("fuse.sharestrata");
    const line = [what ?? "", "/mnt/backups", "-f", "-o", options ?? ""];
    expect(await runMountHelper(line, { ...process, cwd: "/", signal: new AbortController().signal })).toBe(0);
  });

  it("leave completed with errors visible as a failure", () => {
    expect(settings("sharestrata-backup@.service", "SuccessExitStatus")).toEqual([]);
  });

  it("hold no secret and pass none through the environment", () => {
    for (const unit of units) {
      for (const key of ["Environment", "EnvironmentFile", "PassEnvironment", "SetCredential"]) {
        expect(settings(unit, key), unit).toEqual([]);
      }
    }
  });

  it("let V8 make machine code", () => {
    for (const unit of units) expect(settings(unit, "MemoryDenyWriteExecute"), unit).toEqual([]);
  });

  // systemd.exec(5) names what gives a service its own mount namespace; a mount made in there is invisible outside.
  it("keep the mount where everybody sees it", () => {
    const hiding =
      /^(?:Protect(?:System|Home|Proc|ControlGroups|Kernel\w+)|Private(?:Tmp|Devices|Mounts|Users)|ReadOnlyPaths|ReadWritePaths|InaccessiblePaths|TemporaryFileSystem|BindPaths|BindReadOnlyPaths|MountFlags|RootDirectory|DynamicUser|ProcSubset)=/m;
    expect(readFileSync(join(folder, "sharestrata-mount@.service"), "utf8")).not.toMatch(hiding);
    expect(readFileSync(join(folder, "sharestrata-backup@.service"), "utf8")).toMatch(hiding);
  });
});
