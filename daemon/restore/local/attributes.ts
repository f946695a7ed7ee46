/** Sets owner, mode, extended attributes and times of what lies in the target, in the order in which none undoes another. */
import { type FileHandle, lchown, lutimes } from "node:fs/promises";
import type { CatalogEntry } from "../../../catalog/catalog.js";
import { messageOf, SharestrataError, systemCode } from "../../../core/errors.js";
import type { NodeMetadata, Xattr } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";
import type { XattrReader } from "../../sources/local/xattrs.js";
import { type AttributeHelper, HelperUnavailable } from "./attribute-helper.js";

export interface LocalAttributeTools {
  /** Paths of both begin at the target's own folder. */
  readonly helper: AttributeHelper;
  readonly xattrs: XattrReader;
  /** Whether owners can be given. */
  readonly asRoot: boolean;
  /** What files and folders without a mode of their own get. */
  readonly umask: number;
}

/** What has to be set of one node. */
export interface Setting {
  readonly entry: CatalogEntry;
  readonly metadata: NodeMetadata;
  /** Names from below the target's own folder. */
  readonly path: readonly string[];
  /** Whether it may have extended attributes already. */
  readonly isOld: boolean;
}

/** Of a file or folder that is held open. */
export async function setAttributes(handle: FileHandle, setting: Setting, tools: LocalAttributeTools): Promise<void> {
  const { entry, metadata, path, isOld } = setting;
  const { asRoot, umask } = tools;
  if (entry.posix && asRoot) await handle.chown(entry.posix.uid, entry.posix.gid);
  // Before the mode, which may forbid it.
  await setXattrs(path, metadata.xattrs ?? [], isOld, tools);
  if (entry.posix) {
    // A set-id bit means the owner it was given for, and nobody else.
    await handle.chmod(asRoot || entry.kind === "directory" ? entry.posix.mode : entry.posix.mode & 0o1777);
  } else if (!isOld) {
    await handle.chmod((entry.kind === "directory" ? 0o777 : 0o666) & ~umask);
  }
  const accessedNs = metadata.accessedNs ?? entry.mtimeNs;
  if (isExact(entry.mtimeNs) && isExact(accessedNs)) {
    await handle.utimes(toSeconds(accessedNs), toSeconds(entry.mtimeNs));
    return;
  }
  await exactTimes(path, accessedNs, entry.mtimeNs, tools, (accessed, modified) => handle.utimes(accessed, modified));
}

/** Of a symbolic link. @param file where it is found */
export async function setLinkAttributes(file: string, setting: Setting, tools: LocalAttributeTools): Promise<void> {
  const { entry, metadata, path } = setting;
  if (entry.posix && tools.asRoot) await lchown(file, entry.posix.uid, entry.posix.gid);
  const accessedNs = metadata.accessedNs ?? entry.mtimeNs;
  await exactTimes(path, accessedNs, entry.mtimeNs, tools, (accessed, modified) => lutimes(file, accessed, modified));
}

/** @throws SharestrataError `FAILED` when this machine or file system cannot keep them */
async function setXattrs(
  path: readonly string[],
  wanted: readonly Xattr[],
  isOld: boolean,
  { helper, xattrs }: LocalAttributeTools,
): Promise<void> {
  const there = isOld ? ((await xattrs.read(path)) ?? []) : [];
  const { set, remove } = xattrChanges(wanted, there);
  if (set.length === 0 && remove.length === 0) return;
  try {
    await helper.changeXattrs(path, set, remove);
  } catch (error) {
    const isRefused = systemCode(error) === "ENOTSUP" || systemCode(error) === "EOPNOTSUPP";
    const reason = isRefused ? "the file system where it is put back has none" : messageOf(error);
    throw new SharestrataError("FAILED", `Its extended attributes cannot be put back: ${reason}.`, {}, error);
  }
}

export function xattrChanges(
  wanted: readonly Xattr[],
  there: readonly Xattr[],
): { readonly set: readonly Xattr[]; readonly remove: readonly string[] } {
  const present = new Map(there.map(({ name, value }) => [name, value]));
  const names = new Set(wanted.map(({ name }) => name));
  return {
    set: wanted.filter(({ name, value }) => {
      const now = present.get(name);
      return now === undefined || Buffer.compare(now, value) !== 0;
    }),
    remove: there.filter(({ name }) => !names.has(name)).map(({ name }) => name),
  };
}

async function exactTimes(
  path: readonly string[],
  accessedNs: TimeNs,
  mtimeNs: TimeNs,
  { helper }: LocalAttributeTools,
  byNode: (accessed: number | Date, modified: number | Date) => Promise<void>,
): Promise<void> {
  try {
    await helper.setTimes(path, accessedNs, mtimeNs);
  } catch (error) {
    if (!(error instanceof HelperUnavailable)) throw error;
    await byNode(nodeTime(accessedNs), nodeTime(mtimeNs));
  }
}

/** Whether Node can set it as it is. */
function isExact(time: TimeNs): boolean {
  return time >= 0n && time % 1_000n === 0n;
}

/** Node takes a negative number for the present; in a Date it takes it for what it is, to the millisecond. */
function nodeTime(time: TimeNs): number | Date {
  return time >= 0n ? toSeconds(time) : new Date(Number(time / 1_000_000n));
}

/**
 * A time as Node's utimes takes it. libuv cuts it to microseconds; the quarter of one that is added keeps the rounding
 * of a floating-point number from losing a whole one.
 */
export function toSeconds(time: TimeNs): number {
  return Number(time / 1_000n) / 1e6 + 0.25e-6;
}
