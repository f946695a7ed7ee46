/**
 * A folder that files are put back into, held open. Its children are addressed through the open descriptor
 * (/proc/self/fd/N/name), so somebody who meanwhile puts a symbolic link in the folder's place diverts nothing; and a
 * child folder is opened without following a link.
 */
import { constants } from "node:fs";
import { access, type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { messageOf, SharestrataError, systemCode } from "../../../core/errors.js";

const DESCRIPTORS = "/proc/self/fd";

export class HeldFolder {
  private constructor(
    readonly handle: FileHandle,
    private readonly base: string,
  ) {}

  /**
   * The folder that was asked for. It may be reached through links: whoever names it may name it so.
   * @param within its last components, where somebody else has named them: there no link is followed
   * @returns undefined when it is missing and is not to be made
   * @throws SharestrataError `FAILED` when it is no folder or cannot be made
   */
  static async openRoot(
    path: string,
    make: boolean,
    within: readonly string[] = [],
  ): Promise<{ folder: HeldFolder; isMade: boolean } | undefined> {
    const name = within.at(-1);
    if (name !== undefined) return HeldFolder.openWithin(dirname(path), make, within.slice(0, -1), name);
    try {
      const isMade = make && (await makeFolders(resolve(path)));
      const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
      return { folder: await HeldFolder.of(handle, path), isMade };
    } catch (error) {
      if (!make && systemCode(error) === "ENOENT") return undefined;
      const known = systemCode(error) === "ENOTDIR" || systemCode(error) === "EEXIST";
      const reason = known ? "it is not a folder" : messageOf(error);
      throw new SharestrataError("FAILED", `Nothing can be put back into ${path}: ${reason}.`, { path }, error);
    }
  }

  private static async openWithin(
    path: string,
    make: boolean,
    within: readonly string[],
    name: string,
  ): Promise<{ folder: HeldFolder; isMade: boolean } | undefined> {
    const above = await HeldFolder.openRoot(path, make, within);
    if (!above) return undefined;
    try {
      const isMade = make && (await makeFolder(above.folder.pathOf(name)));
      return { folder: await above.folder.openChild(name), isMade };
    } catch (error) {
      if (!make && systemCode(error) === "ENOENT") return undefined;
      throw error;
    } finally {
      await above.folder.close();
    }
  }

  private static async of(handle: FileHandle, path: string): Promise<HeldFolder> {
    const viaDescriptor = `${DESCRIPTORS}/${handle.fd}`;
    // Where there is no /proc, links are still not followed in the last component.
    const base = await access(viaDescriptor).then(
      () => viaDescriptor,
      () => path,
    );
    return new HeldFolder(handle, base);
  }

  /** The folder itself. */
  get file(): string {
    return this.base;
  }

  /** @param name passed `nameProblem` */
  pathOf(name: string): string {
    return join(this.base, name);
  }

  /** @throws SharestrataError `ALREADY_EXISTS` when something else is in its place */
  async openChild(name: string): Promise<HeldFolder> {
    const path = this.pathOf(name);
    try {
      const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
      return await HeldFolder.of(handle, path);
    } catch (error) {
      if (systemCode(error) !== "ENOTDIR" && systemCode(error) !== "ELOOP") throw error;
      throw new SharestrataError("ALREADY_EXISTS", "Something that is no folder is there already.", {}, error);
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** @returns whether it was made here */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
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
