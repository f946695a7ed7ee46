/**
 * Lists one directory in pages, so that a folder of millions never lies in memory. Names are read as bytes, each a character of
 * Latin-1 (a Buffer for each would cost as much as reading it): what is not UTF-8 is reported, never guessed at.
 *
 * The directory itself is read synchronously (one system call gives about a thousand names; through the thread pool
 * opening, reading and closing costs fifteen times as much, measured), and so are the `lstat`s as long as they find what they
 * ask for in memory (stat-speed.ts).
 */
import { isUtf8 } from "node:buffer";
import { type Dir, lstat, lstatSync, opendirSync, type BigIntStats, type OpenDirOptions } from "node:fs";
import { SourceError } from "../../../core/errors.js";
import { nameProblem } from "../../../core/names.js";
import { displayBytes, displayPath } from "../display-path.js";
import type { SourceChild, SourcePath, UnreadableChild } from "../source.js";
import { describeSpecial, entryOf, kindOf } from "./entry.js";
import { nodeFailure } from "./failures.js";
import type { DirectoryUse, HeldDirectories } from "./held-directories.js";
import type { StatSpeed } from "./stat-speed.js";

export interface LocalFolder {
  readonly path: SourcePath;
  readonly rootDevice: bigint;
  /** The session's. */
  readonly speed: StatSpeed;
}

/** Names read at once, and the most children in a page. */
const PAGE = 1000;
/** The thread pool has four threads; a few more keep it fed. */
const STATS_AT_ONCE = 32;

const AS_BYTES: OpenDirOptions = { encoding: "latin1", bufferSize: PAGE };
// oxlint-disable-next-line eslint/no-control-regex -- what is the same in Latin-1 and UTF-8
const ASCII = /^[\u0000-\u007F]*$/;

/**
 * @throws SourceError `FILE_UNREADABLE` when the directory cannot be opened or read to its end, or is not the one that
 * was listed; `FAILED` when the machine has run out of something
 */
export async function* listLocal(
  directories: HeldDirectories,
  folder: LocalFolder,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly SourceChild[], void, undefined> {
  signal?.throwIfAborted();
  using directory = directories.enter(folder.path);
  const dir = openListing(directory, folder.path);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const names = nextNames(dir, folder.path);
      if (names.length === 0) return;
      const children = await childrenOf({ ...folder, directories, directory }, names);
      if (children.length > 0) yield children;
    }
  } finally {
    dir.closeSync();
  }
}

interface OpenFolder extends LocalFolder {
  readonly directories: HeldDirectories;
  readonly directory: DirectoryUse;
}

function openListing(directory: DirectoryUse, path: SourcePath): Dir {
  try {
    return opendirSync(directory.file, AS_BYTES);
  } catch (error) {
    throw nodeFailure(path, error);
  }
}

function nextNames(dir: Dir, path: SourcePath): readonly string[] {
  const names: string[] = [];
  try {
    while (names.length < PAGE) {
      const next = dir.readSync();
      if (next === null) break;
      names.push(next.name);
    }
  } catch (error) {
    throw nodeFailure(path, error);
  }
  return names;
}

async function childrenOf(folder: OpenFolder, names: readonly string[]): Promise<readonly SourceChild[]> {
  const children: SourceChild[] = [];
  for (let start = 0; start < names.length; start += STATS_AT_ONCE) {
    const some = names.slice(start, start + STATS_AT_ONCE);
    for (const child of await someChildren(folder, some)) {
      if (child?.kind === "unreadable" && child.error.code === "FAILED") throw child.error;
      if (child !== undefined) children.push(child);
    }
  }
  return children;
}

type Found = BigIntStats | NodeJS.ErrnoException | undefined;

async function someChildren(
  folder: OpenFolder,
  names: readonly string[],
): Promise<readonly (SourceChild | undefined)[]> {
  if (folder.speed.isFast) {
    return folder.speed.during(names.length, () => names.map((name) => childOf(folder, name, lstatNow)));
  }
  folder.speed.pooled(names.length);
  const stats = await Promise.all(names.map((name) => lstatLater(folder.directory.at(decoded(name) ?? name))));
  return names.map((name, i) => childOf(folder, name, () => stats[i]));
}

/** undefined when it was deleted since the directory was read: it is simply not there. */
function childOf(folder: OpenFolder, bytes: string, statsOf: (path: string) => Found): SourceChild | undefined {
  const name = decoded(bytes);
  if (name === undefined) return unusable(folder, displayBytes(Buffer.from(bytes, "latin1")), "it is not valid UTF-8");
  const problem = nameProblem(name);
  if (problem !== undefined) return unusable(folder, name, problem);
  const stats = statsOf(folder.directory.at(name));
  if (stats === undefined) return undefined;
  if (stats instanceof Error) {
    if (stats.code === "ENOENT") return undefined;
    return { kind: "unreadable", name, error: nodeFailure([...folder.path, name], stats) };
  }
  const kind = kindOf(stats);
  if (kind === "directory") folder.directories.remember(folder.path, name, stats);
  if (kind !== undefined) return entryOf(name, kind, stats, folder.rootDevice);
  const path = displayPath([...folder.path, name]);
  const message = `${path} is ${describeSpecial(stats)}, which holds no content to back up.`;
  return { kind: "unreadable", name, error: new SourceError("FILE_UNREADABLE", message, { fields: { path } }) };
}

/** @param bytes a character a byte @returns undefined when they are not UTF-8 */
function decoded(bytes: string): string | undefined {
  if (ASCII.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  return isUtf8(buffer) ? buffer.toString("utf8") : undefined;
}

function unusable(folder: LocalFolder, name: string, problem: string): UnreadableChild {
  const path = displayPath([...folder.path, name]);
  const message = `The name of ${path} cannot be used: ${problem}.`;
  return { kind: "unreadable", name, error: new SourceError("NAME_UNUSABLE", message, { fields: { path } }) };
}

function lstatNow(path: string): Found {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

// The callback form: half the price of the promise for something that is called for every file there is.
function lstatLater(path: string): Promise<Found> {
  return new Promise((resolve) => {
    lstat(path, { bigint: true }, (error, stats) => {
      resolve(error ?? stats);
    });
  });
}
