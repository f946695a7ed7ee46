/** A folder of this machine that files are put back into. */
import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { join } from "node:path";
import { SharestrataError, systemCode } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import { nameProblem } from "../../../core/names.js";
import { PerlXattrReader } from "../../sources/local/xattrs.js";
import type { RestoreTarget, TargetFolder } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { AttributeHelper } from "./attribute-helper.js";
import { HeldFolder } from "./held-folder.js";
import { linkIdAt } from "./put-link.js";
import { LocalFolder, type LocalTools } from "./local-folder.js";

export interface LocalTargetOptions {
  readonly logger: Logger;
  /** Absolute paths of stores and state folders: nothing in them is deleted. */
  readonly protect?: readonly string[] | undefined;
  /** As in `TargetSpec`. */
  readonly within?: readonly string[] | undefined;
}

export class LocalTarget implements RestoreTarget {
  readonly name: string;
  readonly hasLinks = true;
  readonly #options: LocalTargetOptions;
  #root: HeldFolder | undefined;
  #helper: AttributeHelper | undefined;
  #xattrs: PerlXattrReader | undefined;

  /** @param path absolute */
  constructor(path: string, options: LocalTargetOptions) {
    this.name = path;
    this.#options = options;
  }

  problemOf({ entry }: WantedNode): string | undefined {
    return nameProblem(entry.name);
  }

  keyOf(name: string): string {
    return name;
  }

  async open(make: boolean): Promise<TargetFolder | undefined> {
    const opened = await HeldFolder.openRoot(this.name, make, this.#options.within);
    if (!opened) return undefined;
    const root = opened.folder;
    if (make) await this.#expectWritable(root);
    // Whoever has opened the folder closes it, behind everything else.
    this.#root = root;
    this.#helper = new AttributeHelper(root.handle.fd);
    this.#xattrs = new PerlXattrReader(this.#options.logger, root.handle.fd);
    const tools: LocalTools = {
      helper: this.#helper,
      xattrs: this.#xattrs,
      asRoot: process.getuid?.() === 0,
      umask: process.umask(),
      root,
      isReadOnly: !make,
      isProtected: await this.#protection(),
    };
    return LocalFolder.open(root, [], tools, opened.isMade);
  }

  async linkIdAt(path: readonly string[]): Promise<string | undefined> {
    return this.#root && linkIdAt(this.#root, path);
  }

  /** Else every single file would be reported. What one may not write may still have folders in which one may. */
  async #expectWritable(root: HeldFolder): Promise<void> {
    try {
      await access(root.file, constants.W_OK);
    } catch (error) {
      if (systemCode(error) !== "EROFS") return;
      await root.close();
      throw new SharestrataError("FAILED", `Nothing can be put back into ${this.name}: its file system is read-only.`);
    }
  }

  async #protection(): Promise<LocalTools["isProtected"]> {
    const found: string[] = [];
    // What does not exist is not there to be deleted.
    for (const path of this.#options.protect ?? []) found.push(await realpath(path).catch(() => path));
    return async (folder, name) => {
      if (found.length === 0) return false;
      const path = join(await realpath(folder.file), name);
      return found.some((one) => isWithin(one, path) || isWithin(path, one));
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#helper?.[Symbol.asyncDispose]();
    await this.#xattrs?.[Symbol.asyncDispose]();
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
