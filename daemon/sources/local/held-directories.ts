/**
 * The directories of a session, held open, so that nobody diverts a backup by putting a symbolic link in the place of
 * a directory: each is opened within the one above it without following links, its children are addressed through its
 * descriptor (/proc/self/fd/N/name), and one that is about to be listed must be the very one (inode number and birth)
 * its parent's listing showed. A number of them stay open between uses, for the walk goes deepest first and reads what it has just listed.
 *
 * Limit: without /proc (anything but Linux) children are addressed by their whole path. Links are then not followed in
 * the last component, and a directory that is not the one listed is refused when it is opened; but a link put in its
 * place afterwards is followed.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, type BigIntStats } from "node:fs";
import { join } from "node:path";
import type { SourcePath } from "../source.js";
import { anotherFolderFailure, nodeFailure } from "./failures.js";
import type { LocalDirectory } from "./worker-reader.js";

const DESCRIPTORS = "/proc/self/fd";
const FLAGS = constants.O_RDONLY | constants.O_DIRECTORY;
/** Open directories that nobody uses: deeper than trees are, and few beside the thousand files a process may open. */
const IDLE_LIMIT = 64;

/** A directory in use: what `at` gives is good until the end of the block. */
export interface DirectoryUse extends Disposable {
  /** The directory itself. */
  readonly file: string;
  /** Where a child is found; its name has passed `nameProblem`. */
  at(name: string): string;
  /** The same for other threads of this process. One object a directory. */
  readonly forWorkers: LocalDirectory;
}

interface Held {
  readonly descriptor: number;
  readonly file: string;
  readonly forWorkers: LocalDirectory;
  readonly device: bigint;
  uses: number;
  /** It has been put out of `#held` while it was in use. */
  gone: boolean;
}

export class HeldDirectories implements Disposable {
  readonly #path: string;
  /** undefined where there is no /proc. */
  readonly #descriptors: string | undefined;
  /** undefined once all this is closed. */
  #root: Held | undefined;
  /** By path, the one used last at the end. */
  readonly #held = new Map<string, Held>();
  /** What listings have shown of directories that are not listed themselves yet, by path. */
  readonly #listed = new Map<string, string>();

  /**
   * @param root absolute; it may be reached through links, for whoever configured it meant what it points to
   * @param descriptors where this process finds its descriptors as files
   * @throws the system's error when the root cannot be opened
   */
  constructor(root: string, descriptors = DESCRIPTORS) {
    this.#path = root;
    const descriptor = openSync(root, FLAGS);
    this.#descriptors = existsSync(`${descriptors}/${descriptor}`) ? descriptors : undefined;
    this.#root = this.#hold(descriptor, [], fstatSync(descriptor, { bigint: true }));
  }

  /** The root's; open as long as this is. */
  get rootDescriptor(): number {
    return this.#find([]).descriptor;
  }

  /**
   * A directory whose children are read.
   * @param child the one it is for, for the message
   * @throws SourceError `FILE_UNREADABLE`
   */
  use(path: SourcePath, child: SourcePath): DirectoryUse {
    return useOf(this.#find(path, child));
  }

  /** A directory that is listed: opened anew, and verified. @throws SourceError `FILE_UNREADABLE` */
  enter(path: SourcePath): DirectoryUse {
    const key = path.join("/");
    const listed = this.#listed.get(key);
    this.#listed.delete(key);
    const held = path.length === 0 ? this.#find(path) : this.#open(path, listed);
    // The system reads a directory that was deleted as an empty one: everything in it would count as deleted too.
    if (statsOf(held.descriptor, path).nlink === 0n) throw nodeFailure(path, { code: "ENOENT" });
    return useOf(held);
  }

  /** A listing shows a directory: when it is entered, it has to be this one. */
  remember(parent: SourcePath, name: string, stats: BigIntStats): void {
    const identity = identityOf(stats);
    if (identity !== undefined) this.#listed.set([...parent, name].join("/"), identity);
  }

  [Symbol.dispose](): void {
    for (const held of this.#held.values()) putOut(held);
    this.#held.clear();
    if (this.#root) putOut(this.#root);
    this.#root = undefined;
  }

  /** @param asked what is looked for beneath, for the message */
  #find(path: SourcePath, asked: SourcePath = path): Held {
    if (this.#root === undefined) throw new Error("The session is closed.");
    if (path.length === 0) return this.#root;
    const key = path.join("/");
    const held = this.#held.get(key);
    if (held === undefined) return this.#open(path, undefined, asked);
    this.#held.delete(key);
    this.#held.set(key, held);
    return held;
  }

  #open(path: SourcePath, listed: string | undefined, asked: SourcePath = path): Held {
    const parent = this.#find(path.slice(0, -1), asked);
    const descriptor = openWithin(parent, path.at(-1) ?? ".", asked);
    let held: Held;
    try {
      const stats = statsOf(descriptor, asked);
      // What is mounted only when it is entered (autofs, NFS) has been listed as the folder it now covers.
      const isMount = stats.dev !== parent.device;
      if (listed !== undefined && listed !== identityOf(stats) && !isMount) throw anotherFolderFailure(path);
      held = this.#hold(descriptor, path, stats);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    const key = path.join("/");
    const before = this.#held.get(key);
    if (before !== undefined) putOut(before);
    this.#held.delete(key);
    this.#makeRoom();
    this.#held.set(key, held);
    return held;
  }

  #hold(descriptor: number, path: SourcePath, stats: BigIntStats): Held {
    const file = this.#descriptors === undefined ? join(this.#path, ...path) : `${this.#descriptors}/${descriptor}`;
    return { descriptor, file, forWorkers: { file, path }, device: stats.dev, uses: 0, gone: false };
  }

  #makeRoom(): void {
    for (const [key, held] of this.#held) {
      if (this.#held.size < IDLE_LIMIT) return;
      if (held.uses > 0) continue;
      this.#held.delete(key);
      putOut(held);
    }
  }
}

function openWithin(parent: Held, name: string, asked: SourcePath): number {
  try {
    return openSync(childOf(parent, name), FLAGS | constants.O_NOFOLLOW);
  } catch (error) {
    throw nodeFailure(asked, error);
  }
}

function statsOf(descriptor: number, path: SourcePath): BigIntStats {
  try {
    return fstatSync(descriptor, { bigint: true });
  } catch (error) {
    throw nodeFailure(path, error);
  }
}

function useOf(held: Held): DirectoryUse {
  held.uses++;
  let isOver = false;
  return {
    file: held.file,
    at: (name) => childOf(held, name),
    forWorkers: held.forWorkers,
    [Symbol.dispose]() {
      if (isOver) return;
      isOver = true;
      held.uses--;
      if (held.gone && held.uses === 0) closeSync(held.descriptor);
    },
  };
}

// Whoever still uses it closes it: its number may at once be another file's.
function putOut(held: Held): void {
  held.gone = true;
  if (held.uses === 0) closeSync(held.descriptor);
}

function childOf(held: Held, name: string): string {
  return `${held.file}/${name}`;
}

// File systems that keep no births (FUSE above all) may also give a directory another number whenever they have
// forgotten it, so nothing is compared there; links are not followed all the same.
function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string | undefined {
  if (birthtimeNs <= 0n) return undefined;
  return `${dev.toString(36)}:${ino.toString(36)}:${birthtimeNs.toString(36)}`;
}
