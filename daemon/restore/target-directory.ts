/**
 * A folder that files are put back into, held open. Its children are addressed through the open descriptor
 * (/proc/self/fd/N/name), so somebody who meanwhile puts a symbolic link in the folder's place diverts nothing; and a
 * child folder is opened without following a link.
 */
import { constants } from "node:fs";
import { access, type FileHandle, lstat, mkdir, open, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CatalogEntry } from "../../catalog/catalog.js";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import { toSeconds } from "./put-entry.js";

const DESCRIPTORS = "/proc/self/fd";

export interface ChildOptions {
  /** Whether the folder's mode comes later, so that until then nobody else looks in. */
  readonly private: boolean;
  /** Whether something that is no folder gives way to one. */
  readonly overwrite: boolean;
}

export class TargetDirectory {
  private constructor(
    private readonly handle: FileHandle,
    private readonly base: string,
    /** Whether the folder was made here; one that was there before keeps its mode, owner and time. */
    readonly isOurs: boolean,
  ) {}

  /**
   * The folder that was asked for. It may be reached through links: whoever names it may name it so.
   * @throws SharestrataError `FAILED` when it is no folder or cannot be made
   */
  static async openRoot(path: string): Promise<TargetDirectory> {
    try {
      const made = await makeFolders(resolve(path));
      const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
      return await TargetDirectory.of(handle, path, made);
    } catch (error) {
      const known = systemCode(error) === "ENOTDIR" || systemCode(error) === "EEXIST";
      const reason = known ? "it is not a folder" : messageOf(error);
      throw new SharestrataError("FAILED", `Nothing can be put back into ${path}: ${reason}.`, { path }, error);
    }
  }

  private static async of(handle: FileHandle, path: string, isOurs: boolean): Promise<TargetDirectory> {
    const viaDescriptor = `${DESCRIPTORS}/${handle.fd}`;
    // Where there is no /proc, links are still not followed in the last component.
    const base = await access(viaDescriptor).then(
      () => viaDescriptor,
      () => path,
    );
    return new TargetDirectory(handle, base, isOurs);
  }

  /** @param name passed `nameProblem` */
  pathOf(name: string): string {
    return join(this.base, name);
  }

  /**
   * Opens a folder within, made when missing.
   * @throws SharestrataError `ALREADY_EXISTS` when something else is in its place
   */
  async openChild(name: string, options: ChildOptions): Promise<TargetDirectory> {
    const path = this.pathOf(name);
    const made = await makeDirectory(path, options);
    try {
      const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
      return await TargetDirectory.of(handle, path, made);
    } catch (error) {
      if (systemCode(error) !== "ENOTDIR" && systemCode(error) !== "ELOOP") throw error;
      throw new SharestrataError("ALREADY_EXISTS", "Something that is no folder is there already.", {}, error);
    }
  }

  async setAttributes({ posix, mtimeNs }: CatalogEntry, asRoot: boolean): Promise<void> {
    if (posix) {
      if (asRoot) await this.handle.chown(posix.uid, posix.gid);
      await this.handle.chmod(posix.mode);
    }
    await this.handle.utimes(toSeconds(mtimeNs), toSeconds(mtimeNs));
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** @returns whether it had to be made */
async function makeDirectory(path: string, options: ChildOptions): Promise<boolean> {
  const mode = options.private ? 0o700 : 0o777;
  try {
    await mkdir(path, mode);
    return true;
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  if (!options.overwrite || (await lstat(path)).isDirectory()) return false;
  await unlink(path);
  await mkdir(path, mode);
  return true;
}

/**
 * Makes a folder and those above it. Node's own way of doing so never ends where the system does not find what is to be made in a
 * folder that is there, as in /proc.
 * @param path absolute
 * @returns whether it was made here
 */
async function makeFolders(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    if (systemCode(error) !== "ENOENT" || !(await makeFolders(dirname(path)))) throw error;
    await mkdir(path);
    return true;
  }
}
