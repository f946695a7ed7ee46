// Owns the part of the demo that looks into the snapshots: mounted, with ordinary tools, or through the command line where
// there is no FUSE.
import { mkdirSync } from "node:fs";
import { join, posix } from "node:path";
import { findCommand, isRoot } from "../lib/probes.mjs";
import { runKept } from "../lib/process.mjs";
import { lostFile, renamedFolder } from "./content.mjs";
import { commands, differs, mountedAt, share } from "./contract.mjs";
import { heading, say } from "./narrator.mjs";

const mountPoint = "mnt";
const same = (/** @type {string} */ copy) => `cmp ${copy} original.pdf && echo identical`;
const lostName = posix.basename(lostFile);

/**
 * @param {import("./shell.mjs").Shell} shell
 * @param {import("./cleanup.mjs").Cleanup} cleanup
 * @param {string} folder the demo's
 * @param {string[]} names of the snapshots, oldest first
 */
export async function showMounted(shell, cleanup, folder, names) {
  const [before = "", after = ""] = names.slice(-2);
  heading("Both backups, as folders");
  mkdirSync(join(folder, mountPoint));
  cleanup.add(`the mount at ${join(folder, mountPoint)}`, () => unmountByForce(join(folder, mountPoint)));
  await shell.show(commands.mount(mountPoint));
  await shell.show(`ls -l ${mountPoint}/${share}`);
  await shell.show(`ls -l ${mountedAt(mountPoint, "latest")}/ ${mountedAt(mountPoint, "latest")}/Archive`);
  await shell.show(`ls -l '${mountedAt(mountPoint, before)}/${posix.dirname(lostFile)}'`);
  say("The contract is gone from the share, and still in the first snapshot.");

  heading("What is different, says diff");
  say("Any tool can compare the two. A renamed folder is, to diff, one that went and one that came.");
  await shell.show(`diff -rq ${mountedAt(mountPoint, before)} ${mountedAt(mountPoint, after)}`, { allowed: differs });

  heading("The contract, copied back");
  await shell.show(`cp '${mountedAt(mountPoint, before)}/${lostFile}' .`);
  say("Before it was uploaded, the demo put a copy of it aside as original.pdf.");
  await shell.show(`sha256sum '${lostName}' original.pdf`);
  await shell.show(same(`'${lostName}'`));

  heading("The end");
  await shell.show(commands.umount(mountPoint));
  await shell.show(`ls -A ${mountPoint}`);
  say("Nothing is mounted any more.");
}

/** @param {import("./shell.mjs").Shell} shell @param {string[]} names of the snapshots, oldest first */
export async function showUnmounted(shell, names) {
  const [before = "", after = ""] = names.slice(-2);
  heading("Both backups, through the command line");
  await shell.show(commands.ls("latest"));
  await shell.show(commands.ls(before, posix.dirname(lostFile)));

  heading("What is different");
  await shell.show(commands.diff(before, after), { allowed: differs });

  heading("The contract, copied back");
  await shell.show(commands.restore(before, lostFile, "restored"));
  const restored = `restored/${lostName}`;
  say("Before it was uploaded, the demo put a copy of it aside as original.pdf.");
  await shell.show(`sha256sum '${restored}' original.pdf`);
  await shell.show(same(`'${restored}'`));
  say(`The whole folder "${renamedFolder.to}" or any other comes back in the same way.`);
}

/** Nothing to do after the story came to its end; after a failure the mount must go before its folder does. @param {string} path */
function unmountByForce(path) {
  const mounted = () => runKept("mountpoint", ["-q", path]).status === 0 || runKept("ls", [path]).status !== 0;
  if (!mounted()) return;
  const fusermount = findCommand("fusermount3") ?? findCommand("fusermount");
  if (fusermount !== undefined) runKept(fusermount, ["-u", "-z", path]);
  if (mounted() && isRoot()) runKept("umount", ["-l", path]);
  if (mounted()) throw new Error("it is still mounted");
}
