// A target that takes nothing: a file system that is full or read-only, folders that one may not write into.
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { LocalTarget } from "../../../../daemon/restore/local/local-target.js";
import { restore, type RestoreResult } from "../../../../daemon/restore/restore.js";
import { ordinaryUser } from "../../../support/ordinary-user.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory } from "../../../support/tmp.js";
import { FakeTree, type Node } from "../support/fake-tree.js";

async function put(tree: Node, folder: string): Promise<RestoreResult> {
  const view = new FakeTree(tree);
  await using target = new LocalTarget(folder, { logger: silentLogger });
  const { signal } = new AbortController();
  const common = { view, entry: view.root, path: [], content: view, metadata: view, signal };
  return await restore({ ...common, target, overwrite: "never" });
}

it("that is full ends the run with what to do, leaves nothing half, and is filled by the same command later", async (ctx) => {
  requireCapability(ctx, "linux", "root");
  await using directory = await temporaryDirectory();
  const tree: Node = { in: { a: { file: "small" }, d: { in: { large: { file: "x".repeat(2_000_000) } } } } };
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", directory.path]);
  try {
    const ended = await put(tree, directory.path).catch((error: unknown) => error);
    expect(ended).toMatchObject({
      code: "STORE_FULL",
      message: expect.stringMatching(/make room, and run/) as unknown,
    });
    expect((await readdir(directory.path, { recursive: true })).filter((name) => name.endsWith(".part"))).toEqual([]);
    execFileSync("mount", ["-o", "remount,size=8m", directory.path]);
    expect(await put(tree, directory.path)).toMatchObject({ files: 2, errors: 0 });
    expect((await readFile(directory.join("d/large"))).length).toBe(2_000_000);
  } finally {
    execFileSync("umount", [directory.path]);
  }
});

it("that is read-only is said once, whatever was to be put there", async (ctx) => {
  requireCapability(ctx, "linux", "root");
  await using directory = await temporaryDirectory();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,ro", "none", directory.path]);
  try {
    const ended = await put({ in: { a: { file: "" }, b: { file: "" } } }, directory.path).catch(
      (error: unknown) => error,
    );
    const message = `Nothing can be put back into ${directory.path}: its file system is read-only.`;
    expect(ended).toMatchObject({ code: "FAILED", message });
  } finally {
    execFileSync("umount", [directory.path]);
  }
});

it("that one may not write into is said of each file, in a few words", async () => {
  await using directory = await temporaryDirectory();
  await mkdir(directory.join("t"), 0o755);
  using _ = ordinaryUser(directory.path);
  if (process.getuid?.() !== 0) execFileSync("chmod", ["555", directory.join("t")]);
  const { passedOver } = await put({ in: { f: { file: "x" }, g: { in: {} } } }, directory.join("t"));
  expect(passedOver.map(({ path, message }) => `${path.join("/")}: ${message}`).toSorted()).toEqual([
    "f: permission denied (EACCES).",
    "g: permission denied (EACCES).",
  ]);
});
