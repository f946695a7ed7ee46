// The demo, as `npm run demo` starts it but for setup and build, which have been done when this runs. Its temporary folder
// is made in one of ours, so that whatever it leaves is found.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireCapability } from "../support/requires.js";
import { mountsIn, temporaryDirectory, type TemporaryDirectory } from "../support/tmp.js";

const script = join(import.meta.dirname, "..", "..", "scripts", "demo.mjs");
const timeout = 120_000;

interface Interruption {
  /** Sent once this has been printed. */
  readonly after: string;
  readonly signal: NodeJS.Signals;
}

async function demo(dir: TemporaryDirectory, args: readonly string[], interruption?: Interruption) {
  const child = spawn(process.execPath, [script, "--no-build", ...args], {
    env: { ...process.env, TMPDIR: dir.path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let interrupted = false;
  const listen = (chunk: string): void => {
    output += chunk;
    if (interruption === undefined || interrupted || !output.includes(interruption.after)) return;
    interrupted = true;
    child.kill(interruption.signal);
  };
  child.stdout.setEncoding("utf8").on("data", listen);
  child.stderr.setEncoding("utf8").on("data", listen);
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, output };
}

async function expectNothingLeft(dir: TemporaryDirectory, output: string): Promise<void> {
  expect(await mountsIn(dir.path)).toEqual([]);
  expect(await readdir(dir.path)).toEqual([]);
  const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  if (endpoint !== undefined) await expect(fetch(endpoint)).rejects.toThrow("fetch failed");
}

describe("the demo", { timeout }, () => {
  it("mounts both backups, compares them with diff and copies a file back", async (ctx) => {
    requireCapability(ctx, "fuse", "diff");
    await using dir = await temporaryDirectory();
    const { status, output } = await demo(dir, []);
    expect(status, output).toBe(0);
    expect(output).toMatch(/^\$ diff -rq /m);
    expect(output).toMatch(/^Only in .*: Brücke Süd \(2027\)$/m);
    expect(output).toMatch(/^identical$/m);
    await expectNothingLeft(dir, output);
  });

  it("shows the rest where nothing can be mounted, and says why", async () => {
    await using dir = await temporaryDirectory();
    const { status, output } = await demo(dir, ["--no-mount"]);
    expect(status, output).toBe(0);
    expect(output).toContain("Snapshots cannot be mounted here: --no-mount says so.");
    expect(output).toMatch(/^\$ sharestrata diff /m);
    expect(output).toMatch(/^identical$/m);
    await expectNothingLeft(dir, output);
  });

  it("unmounts and cleans up on Ctrl-C", async (ctx) => {
    requireCapability(ctx, "fuse");
    await using dir = await temporaryDirectory();
    const { status, output } = await demo(dir, [], { after: "$ ls -l mnt", signal: "SIGINT" });
    expect(status, output).toBe(130);
    expect(output).not.toContain("identical");
    await expectNothingLeft(dir, output);
  });

  it("cleans up when it is ended during a backup", async () => {
    await using dir = await temporaryDirectory();
    const { status, output } = await demo(dir, ["--no-mount"], { after: "$ sharestrata backup", signal: "SIGTERM" });
    expect(status, output).toBe(143);
    await expectNothingLeft(dir, output);
  });

  it("does not guess what an argument means", async () => {
    await using dir = await temporaryDirectory();
    const { status, output } = await demo(dir, ["--no-such-thing"]);
    expect({ status, output }).toEqual({
      status: 1,
      output: "The demo knows --no-mount and --no-build, and not --no-such-thing.\n",
    });
  });
});
