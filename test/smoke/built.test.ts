// The built output in plain Node. Everything else runs from TypeScript through vitest, which forgives what Node does not:
// names imported from CommonJS packages, imports without extension, files that the build forgot.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const dist = join(root, "dist");
const main = join(dist, "cli", "main.js");

interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** In an empty environment, as systemd would start it. */
function node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ending {
  const options = {
    cwd: "/",
    encoding: "utf8",
    timeout: 60_000,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, stdout, stderr };
}

beforeAll(() => {
  if (!existsSync(main))
    throw new Error("dist/cli/main.js is not there: npm run build, or npm test, which builds first");
});

describe("the built command", () => {
  it("tells the version of package.json", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const { status, stdout, stderr } = node([main, "--version"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(version);
  });

  it("helps, naming every command that people script", () => {
    const { status, stdout, stderr } = node([main, "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const name of ["init", "backup", "snapshots", "ls", "diff", "mount", "umount", "restore", "config"]) {
      expect(stdout).toMatch(new RegExp(String.raw`^\s+sharestrata ${name}\b|^\s+${name}\b`, "m"));
    }
  });

  it("ends with status 2, one sentence and no stack, when it is called wrongly", () => {
    for (const args of [["no-such-command"], ["--no-such-option"], ["backup"]]) {
      const { status, stdout, stderr } = node([main, ...args]);
      expect(status, args.join(" ")).toBe(2);
      expect(stdout, args.join(" ")).toBe("");
      expect(stderr, args.join(" ")).not.toBe("");
      expect(stderr, args.join(" ")).not.toMatch(/\n\s+at /);
    }
  });

  it("can be started by its name, as npm links it", () => {
    expect(readFileSync(main, "utf8")).toMatch(/^#!\/usr\/bin\/env -S node --max-semi-space-size=64\n/);
    const { status, error } = spawnSync(main, ["--version"], { encoding: "utf8", timeout: 60_000 });
    expect({ status, error }).toEqual({ status: 0, error: undefined });
  });
});

describe("every built module", () => {
  it("can be imported in plain Node", () => {
    const modules = builtModules().filter((file) => !isEntry(file));
    expect(modules.length).toBeGreaterThan(0);
    // One process for all, which goes on after a module that fails and names each of them.
    const script = `
      const failures = [];
      for (const file of ${JSON.stringify(modules)}) {
        try { await import(${JSON.stringify(`${pathToFileURL(dist).href}/`)} + file) }
        catch (error) { failures.push(file + ": " + String(error?.message ?? error).split("\\n")[0]) }
      }
      process.stdout.write(JSON.stringify(failures), () => process.exit(0))`;
    const { status, stdout, stderr } = node(["--input-type=module", "--eval", script]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual([]);
  });

  it("has a source", () => {
    const orphans = builtModules().filter((file) => {
      const source = join(root, file.replace(/\.js$/, ""));
      return !existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`);
    });
    expect(orphans).toEqual([]);
  });
});

function builtModules(): readonly string[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)));
}

// What does something when it is loaded is no module to be imported: commands by their first line, workers by their name.
const isEntry = (file: string): boolean =>
  /(?:^|[./-])worker\.js$/.test(file) || readFileSync(join(dist, file), "utf8").startsWith("#!");
