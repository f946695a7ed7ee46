// The parts of scripts/ that can go wrong without anybody noticing. They are plain JavaScript, since they run before anything
// is installed, and are loaded by address, since TypeScript knows no types for them.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { requireCapability } from "./requires.js";
import { temporaryDirectory } from "./tmp.js";

const scripts = join(import.meta.dirname, "..", "..", "scripts");
const addressOf = (name: string): string => pathToFileURL(join(scripts, name)).href;

describe("the lock of setup", () => {
  type WithLock = <T>(path: string, work: () => T | Promise<T>) => Promise<T>;
  const load = async (): Promise<WithLock> =>
    ((await import(addressOf("lib/lock.mjs"))) as { withLock: WithLock }).withLock;

  it("keeps a second one waiting until the first is through", async () => {
    await using dir = await temporaryDirectory();
    const withLock = await load();
    const events: string[] = [];
    let release = (): void => {};
    const first = withLock(dir.join("sub", "lock"), async () => {
      events.push("first in");
      await new Promise<void>((resolve) => (release = resolve));
      events.push("first out");
    });
    const second = withLock(dir.join("sub", "lock"), () => events.push("second in"));
    release();
    await Promise.all([first, second]);
    expect(events).toEqual(["first in", "first out", "second in"]);
  });

  it("passes over a holder that died", async () => {
    await using dir = await temporaryDirectory();
    const withLock = await load();
    const dead = spawn(process.execPath, ["--eval", ""]);
    await once(dead, "exit");
    await symlink(String(dead.pid), dir.join("lock"));
    expect(await withLock(dir.join("lock"), () => readlink(dir.join("lock")))).toBe(String(process.pid));
  });

  it("is free again after a failure", async () => {
    await using dir = await temporaryDirectory();
    const withLock = await load();
    const failing = withLock(dir.join("lock"), () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await withLock(dir.join("lock"), () => "free")).toBe("free");
  });
});

describe("setup", () => {
  it("says the same when it is run again, and ends well", () => {
    const run = (): { status: number | null; stdout: string } => {
      const { status, stdout } = spawnSync(process.execPath, [join(scripts, "setup.mjs")], { encoding: "utf8" });
      return { status, stdout };
    };
    const first = run();
    expect(first.status).toBe(0);
    expect(first.stdout).not.toContain("Installing");
    expect(run()).toEqual(first);
  });
});

describe("generated schema code", () => {
  beforeEach((ctx) => requireCapability(ctx, "flatc"));
  type Generate = (folder: string) => Map<string, string>;
  const load = async (): Promise<Generate> =>
    ((await import(addressOf("lib/flatbuffers.mjs"))) as { generate: Generate }).generate;

  const sample = `namespace sample;
    table Line { words: [string] (required); next: [Line]; count: uint64; }
    root_type Line;`;

  it("is the same every time, and imports what plain Node can find", async () => {
    await using dir = await temporaryDirectory();
    const generate = await load();
    await writeFile(dir.join("sample.fbs"), sample);
    const files = generate(dir.path);
    expect(generate(dir.path)).toEqual(files);
    const imports = [...files.values()].flatMap((text) =>
      [...text.matchAll(/from ['"](\..*?)['"]/g)].map((match) => match[1]),
    );
    expect(imports.length).toBeGreaterThan(0);
    for (const name of imports) expect(name).toMatch(/\.js$/);
    for (const text of files.values()) expect(text).toMatch(/^\/\/ Generated .* npm run schemas/);
  });

  it("passes the project's own compiler options", async () => {
    await using dir = await temporaryDirectory();
    const root = join(scripts, "..");
    await writeFile(dir.join("sample.fbs"), sample);
    await mkdir(dir.join("out", "sample"), { recursive: true });
    for (const [name, text] of (await load())(dir.path)) await writeFile(dir.join("out", name), text);
    await symlink(join(root, "node_modules"), dir.join("node_modules"));
    await writeFile(dir.join("package.json"), '{ "type": "module" }');
    const options = JSON.parse(await readFile(join(root, "tsconfig.json"), "utf8")) as Record<string, unknown>;
    await writeFile(dir.join("tsconfig.json"), JSON.stringify({ ...options, include: ["out"] }));
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", dir.path], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });
});
