/** One folder of a local target. */
import type { Stats } from "node:fs";
import { mkdir, opendir, readlink, rmdir, unlink } from "node:fs/promises";
import { SharestrataError, systemCode } from "../../../core/errors.js";
import type { NodeMetadata } from "../../../core/node.js";
import type { Closeness, Difference, Putting, PutOutcome, Replacing, TargetFolder, TargetNode } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { removeQuietly } from "./appear.js";
import { type LocalAttributeTools, setAttributes, setLinkAttributes, xattrChanges } from "./attributes.js";
import type { HeldFolder } from "./held-folder.js";
import { isUnfinished, nodeAt, UNFINISHED_MODE } from "./local-node.js";
import { putFile, setPresentAttributes, type LocalPlace } from "./put-file.js";
import { putHardLink, putSymlink, withFolderOf } from "./put-link.js";
import { isLeftover } from "./temporary-name.js";

/** Times of file systems that keep fewer digits, and of helpers that cannot set all of them, count as equal. */
const TIME_TOLERANCE_NS = 1_000n;

/** A folder is read as it is gone through, so many names at a time. */
const IN_PIECES = { bufferSize: 1024 };

/** What all folders of one target have in common. */
export interface LocalTools extends LocalAttributeTools {
  readonly root: HeldFolder;
  /** Whether nothing is written, for a plan. */
  readonly isReadOnly: boolean;
  /** Whether a name is, holds or lies in a folder that must not be removed: a store or state folder. */
  readonly isProtected: (folder: HeldFolder, name: string) => Promise<boolean>;
}

export class LocalFolder implements TargetFolder {
  readonly #held: HeldFolder;
  readonly #path: readonly string[];
  readonly #tools: LocalTools;

  private constructor(
    held: HeldFolder,
    path: readonly string[],
    tools: LocalTools,
    readonly isOurs: boolean,
    readonly isNew: boolean,
  ) {
    this.#held = held;
    this.#path = path;
    this.#tools = tools;
  }

  /** @param isMade whether it was made just now */
  static async open(
    held: HeldFolder,
    path: readonly string[],
    tools: LocalTools,
    isMade: boolean,
  ): Promise<LocalFolder> {
    const { mode, uid } = await markedAndSeen(held, isMade);
    const isOurs = isMade || isUnfinished(mode & 0o7777, uid);
    return new LocalFolder(held, path, tools, isOurs, isMade);
  }

  find(name: string): Promise<TargetNode | undefined> {
    return nodeAt(this.#held.pathOf(name), name);
  }

  async *list(): AsyncIterable<TargetNode> {
    for await (const { name } of await opendir(this.#held.file, IN_PIECES)) {
      const node = await nodeAt(this.#held.pathOf(name), name);
      if (node) yield node;
    }
  }

  async enter(wanted: WantedNode, there: TargetNode | undefined): Promise<LocalFolder> {
    const { name } = wanted.entry;
    const isMade = !there && (await makeDirectory(this.#held.pathOf(name)));
    const folder = await this.#child(name, isMade);
    if (!isMade && !this.#tools.isReadOnly) await folder.#removeLeftovers();
    return folder;
  }

  async enterToEmpty({ name }: TargetNode): Promise<LocalFolder> {
    await this.#expectUnprotected(name);
    return this.#child(name, false);
  }

  async differences(wanted: WantedNode, there: TargetNode, closeness: Closeness): Promise<readonly Difference[]> {
    const { entry } = wanted;
    const differences: Difference[] = [];
    if (entry.kind === "symlink") {
      const { linkTarget } = await wanted.metadata();
      if ((await readlink(this.#held.pathOf(there.name))) !== linkTarget) return ["link target"];
    } else if (entry.kind === "file" && there.sizeBytes !== entry.sizeBytes) {
      differences.push("size");
    }
    if (entry.kind === "symlink" && closeness === "content") return differences;
    const apart = there.mtimeNs - entry.mtimeNs;
    if (apart >= TIME_TOLERANCE_NS || apart <= -TIME_TOLERANCE_NS) differences.push("time");
    if (closeness === "content") return differences;
    if (there.linkId !== undefined && !isLinked(await wanted.metadata())) differences.push("links");
    if (differences.length > 0) return differences;
    differences.push(...this.#posixDifferences(wanted, there));
    const hasOthers = entry.kind !== "symlink" && (await this.#xattrsDiffer(there, await wanted.metadata()));
    if (hasOthers) differences.push("extended attributes");
    return differences;
  }

  putFile(wanted: WantedNode, putting: Putting): Promise<PutOutcome> {
    return putFile(this.#place, wanted, putting, this.#tools);
  }

  expectSymlinks(): void {}

  putSymlink(wanted: WantedNode, linkTarget: string, putting: Replacing): Promise<void> {
    return putSymlink(this.#place, wanted, linkTarget, putting, this.#tools);
  }

  async putLink({ entry }: WantedNode, path: readonly string[], putting: Replacing): Promise<void> {
    await withFolderOf(this.#tools.root, path, (from, fromName) =>
      putHardLink(from, fromName, this.#held, entry.name, putting),
    );
  }

  async setAttributes(wanted: WantedNode, there: TargetNode): Promise<void> {
    if (there.kind === "file") return setPresentAttributes(this.#place, wanted, this.#tools);
    const { entry } = wanted;
    const setting = { entry, metadata: await wanted.metadata(), path: [...this.#path, entry.name], isOld: true };
    return setLinkAttributes(this.#held.pathOf(entry.name), setting, this.#tools);
  }

  async remove({ name, kind }: TargetNode): Promise<void> {
    await this.#expectUnprotected(name);
    const path = this.#held.pathOf(name);
    await (kind === "directory" ? rmdir(path) : unlink(path));
  }

  async finish(wanted: WantedNode): Promise<void> {
    const metadata = await wanted.metadata();
    const setting = { entry: wanted.entry, metadata, path: this.#path, isOld: !this.isOurs };
    await setAttributes(this.#held.handle, setting, this.#tools);
  }

  close(): Promise<void> {
    return this.#held.close();
  }

  async #expectUnprotected(name: string): Promise<void> {
    if (!(await this.#tools.isProtected(this.#held, name))) return;
    const message = "It is, or holds, a store or state folder of Sharestrata, and is never deleted.";
    throw new SharestrataError("DELETE_REFUSED", message);
  }

  get #place(): LocalPlace {
    return { folder: this.#held, path: this.#path };
  }

  async #child(name: string, isMade: boolean): Promise<LocalFolder> {
    const held = await this.#held.openChild(name);
    return LocalFolder.open(held, [...this.#path, name], this.#tools, isMade);
  }

  #posixDifferences({ entry }: WantedNode, { posix }: TargetNode): readonly Difference[] {
    if (!entry.posix || !posix) return [];
    const { asRoot } = this.#tools;
    const differences: Difference[] = [];
    const wantedMode = asRoot || entry.kind === "directory" ? entry.posix.mode : entry.posix.mode & 0o1777;
    if (entry.kind !== "symlink" && wantedMode !== posix.mode) differences.push("mode");
    if (asRoot && (entry.posix.uid !== posix.uid || entry.posix.gid !== posix.gid)) differences.push("owner");
    return differences;
  }

  async #xattrsDiffer({ name }: TargetNode, metadata: NodeMetadata): Promise<boolean> {
    const there = await this.#tools.xattrs.read([...this.#path, name]);
    const { set, remove } = xattrChanges(metadata.xattrs ?? [], there ?? []);
    return set.length > 0 || (there !== undefined && remove.length > 0);
  }

  /** What runs that were killed have begun to write: nobody else knows its names. */
  async #removeLeftovers(): Promise<void> {
    for await (const { name } of await opendir(this.#held.file, IN_PIECES)) {
      if (isLeftover(name)) await removeQuietly(this.#held.pathOf(name));
    }
  }
}

/** The folder's state; closed when that cannot be had. */
async function markedAndSeen({ handle }: HeldFolder, isMade: boolean): Promise<Stats> {
  try {
    if (isMade) await handle.chmod(UNFINISHED_MODE);
    return await handle.stat();
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function isLinked({ linkCount = 1 }: NodeMetadata): boolean {
  return linkCount > 1;
}

/** @returns whether it had to be made */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path, 0o700);
    return true;
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    return false;
  }
}
