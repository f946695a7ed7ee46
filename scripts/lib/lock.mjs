// Owns the lock that keeps two setups from installing into one folder at once. The lock is a symbolic link whose target
// is the holder's process id: made and labelled in one step, and a holder that died is noticed by its id, so that a killed
// setup never blocks the next one.
import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const pollMs = 200;

/**
 * Runs `work` while nobody else holds the lock; waits for a living holder as long as it takes.
 * @template T
 * @param {string} path where the lock is made; its parent is created
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  while (!take(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && !isAlive(holder)) breakLock(path, holder);
    else await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path @returns {boolean} */
function take(path) {
  try {
    symlinkSync(String(process.pid), path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} path @returns {number | undefined} undefined when the lock has just been released */
function readHolder(path) {
  try {
    return Number(readlinkSync(path));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** @param {number} pid @returns {boolean} */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH"; // EPERM: it lives, as another user
  }
}

// Two may find the same dead holder. Only one of them can rename the link away; should the other catch the new holder's
// link instead, it sees so by the id and puts it back.
/** @param {string} path @param {number} deadHolder */
function breakLock(path, deadHolder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readHolder(aside) === deadHolder) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

/** @param {unknown} error @returns {unknown} */
const codeOf = (error) => (error instanceof Error && "code" in error ? error.code : undefined);
