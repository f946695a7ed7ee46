/**
 * The main job, end to end: an Azure Files share is backed up over HTTP through the real SDK by the built command,
 * edited, backed up again and mounted; for both snapshots, rsync and diff find nothing between mount and original.
 */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, expect, it } from "vitest";
import { Emulator } from "../emulator/emulator.js";
import { serviceClient } from "../emulator/tests/fixture.js";
import { requireCapability } from "../support/requires.js";
import { temporaryDirectory } from "../support/tmp.js";
import { compareTrees, editTree, generateTree, readTree, writeTree, type TreeModel } from "../support/tree.js";
import { AzureTree } from "./support/azure-tree.js";

const run = promisify(execFile);
const command = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");

async function sharestrata(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [command, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** What a tool says of differences: its output, and nothing when it finds none. Exit status 1 is diff's "different". */
async function differences(tool: string, ...args: readonly string[]): Promise<string> {
  const outcome = await run(tool, args, { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return outcome.stdout + outcome.stderr;
}

beforeEach((ctx) => requireCapability(ctx, "fuse", "rsync"));

it("shows both snapshots of an edited share exactly as the share was", async () => {
  await using directory = await temporaryDirectory();
  await using emulator = await Emulator.start();
  const first = generateTree({ seed: 42, files: 300, directories: 40, symlinks: 0 });
  const share = await AzureTree.create(emulator, "docs", first);
  const config = directory.join("sharestrata.yaml");
  const source = `azure-files://devstoreaccount1/docs?endpoint=${emulator.endpoint()}`;
  await sharestrata(
    "init",
    "--config",
    config,
    "--share",
    "acme/docs",
    "--source",
    source,
    "--store",
    `file://${directory.join("store")}`,
  );
  await sharestrata("backup", "acme/docs", "--config", config);

  const { edits } = editTree(first, { seed: 43, edits: 40 });
  const second = await share.apply(first, edits);
  await sharestrata("backup", "acme/docs", "--config", config);

  const { snapshots } = JSON.parse(await sharestrata("snapshots", "acme/docs", "--json", "--config", config)) as {
    readonly snapshots: readonly { readonly name: string; readonly files: number }[];
  };
  expect(snapshots).toHaveLength(2);
  const mount = directory.join("mount");
  await mkdir(mount);
  await sharestrata("mount", mount, "--background", "--config", config);
  try {
    for (const [index, tree] of [first, second].entries()) {
      await expectMounted(
        join(mount, "acme/docs", snapshots[index]?.name ?? "?"),
        tree,
        directory.join(`original ${index}`),
      );
    }
    await expectMounted(`${join(mount, "acme/docs/latest")}/.`, second, directory.join("original 1"));
  } finally {
    await sharestrata("umount", mount);
  }
  // Each backup read from a share snapshot of its own; none is left.
  const left: string[] = [];
  for await (const { name, snapshot } of serviceClient(emulator).listShares({ includeSnapshots: true })) {
    left.push(`${name} ${snapshot ?? "live"}`);
  }
  expect(left).toEqual(["docs live"]);
});

async function expectMounted(mounted: string, tree: TreeModel, original: string): Promise<void> {
  await mkdir(original, { recursive: true });
  await writeTree(tree, original).catch(ignoreExisting);
  expect(compareTrees(await readTree(mounted), tree)).toEqual([]);
  expect(await differences("diff", "-r", original, mounted)).toBe("");
  expect(
    await differences("rsync", "-rn", "--checksum", "--delete", "--itemize-changes", `${original}/`, `${mounted}/`),
  ).toBe("");
}

/** The same original is compared with twice. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
