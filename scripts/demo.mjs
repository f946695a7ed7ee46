#!/usr/bin/env node
// Owns `npm run demo`: the whole story on a machine that has nothing but Node. The steps are here; how each is done is in
// scripts/demo/. Everything happens in one temporary folder, and nothing of it is left.
//   --no-mount  shows what can be seen without FUSE, as on a machine that has none
//   --no-build  takes dist/ as it is, and everything for installed
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { Cleanup, Interrupted } from "./demo/cleanup.mjs";
import { edits, firstState, lostFile, renamedFolder, totalBytes } from "./demo/content.mjs";
import { commands, keyVariable, snapshotNames } from "./demo/contract.mjs";
import { heading, megabytes, say, showCommand } from "./demo/narrator.mjs";
import { showMounted, showUnmounted } from "./demo/look.mjs";
import { Shell } from "./demo/shell.mjs";
import { tools } from "./lib/paths.mjs";
import { fuseObstacle } from "./lib/probes.mjs";
import { giveUp, setup } from "./setup.mjs";

const startedMs = Date.now();
const given = process.argv.slice(2);
const unknown = given.find((argument) => !["--no-mount", "--no-build"].includes(argument));
if (unknown !== undefined) giveUp(new Error(`The demo knows --no-mount and --no-build, and not ${unknown}.`));
const asItIs = given.includes("--no-build");
const { missing } = asItIs ? { missing: [] } : await setup().catch(giveUp);
if (!asItIs && (await build()) !== 0) giveUp(new Error("The build failed, and the demo needs what it builds."));
const readyMs = Date.now();

const cleanup = new Cleanup();
let status = 0;
try {
  await story();
} catch (error) {
  status = error instanceof Interrupted ? error.exitStatus : 1;
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
}
for (const failure of await cleanup.run()) {
  status ||= 1;
  console.error(`Could not be cleaned up: ${failure}`);
}
if (status === 0) say("The emulator has ended and the temporary folder is gone.");
const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(1);
say(`Setup and build took ${seconds(readyMs - startedMs)} s, the demo ${seconds(Date.now() - readyMs)} s.`);
process.exitCode = status;

async function story() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sharestrata-demo-")));
  cleanup.add(`the folder ${folder}`, () => rmSync(folder, { recursive: true, force: true }));
  say(
    `Sharestrata backs an Azure Files share up twice, mounts both backups as folders, compares them with ordinary tools and
     copies a deleted file back. Commands are shown as you would type them; all of them run in ${folder}.`,
  );

  heading("A share to back up");
  // These load the SDK and the rest of node_modules, which setup may just have installed.
  const { startEmulator } = await import("./demo/emulator.mjs");
  const { DemoShare } = await import("./demo/share.mjs");
  const emulator = await startEmulator(cleanup.signal);
  cleanup.add("the emulator", emulator.stop);
  const first = firstState();
  const share = new DemoShare(emulator.endpoint, emulator.key);
  await share.fill(first);
  cleanup.signal.throwIfAborted();
  say(
    `There is no Azure account here, so an emulator of the service plays its part at ${emulator.endpoint}. Through
     Microsoft's SDK it has been given the share of a small office: ${first.files.size} files in ${first.folders.length} folders,
     ${megabytes(totalBytes(first.files.values()))}.`,
  );

  const shell = new Shell(folder, pathAndKey(folder, emulator.key), cleanup.signal);
  const original = join(folder, "original.pdf");
  writeFileSync(original, first.files.get(lostFile) ?? "");

  heading("A configuration");
  say(
    "It names the share, where its files come from and where backups go. The key is in the environment, not in there.",
  );
  showCommand(`export ${keyVariable}=…`);
  await shell.show(commands.init(emulator.endpoint, pathToFileURL(join(folder, "store")).href));
  await shell.show("cat demo.yaml");

  heading("The first backup");
  await shell.show(commands.backup());

  heading("People go on working");
  const made = edits();
  await share.edit(made);
  cleanup.signal.throwIfAborted();
  say(
    `${made.changed.size} files are changed, ${made.added.size} are new, ${made.deleted.length} are deleted, among them a signed
     contract, and the folder "${renamedFolder.from}" is now "${renamedFolder.to}".`,
  );

  heading("The second backup");
  say(
    "It reads the new and changed files only. The renamed folder is recognised: nothing in it is read or stored again.",
  );
  await shell.show(commands.backup());
  await shell.show(commands.snapshots());
  const names = snapshotNames(await shell.quietly(commands.snapshotsAsJson()));

  const obstacle = given.includes("--no-mount") ? "--no-mount says so" : fuseObstacle();
  if (obstacle === undefined) await showMounted(shell, cleanup, folder, names);
  else {
    const why = missing.find(({ what }) => what === "fusermount3")?.reason;
    say(
      `Snapshots cannot be mounted here: ${obstacle}${why === undefined ? "" : `; ${why}`}. The commands show them all the same.`,
    );
    await showUnmounted(shell, names);
  }
}

/** The environment that makes what is shown work as it is typed. @param {string} folder @param {string} key */
function pathAndKey(folder, key) {
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  symlinkSync(tools.cli, join(bin, "sharestrata"));
  return { PATH: `${bin}:${process.env.PATH}`, [keyVariable]: key, NO_COLOR: "1" };
}
