/** Puts one file or symlink back: whole or not at all, and never through what lies in its place. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import {
  type FileHandle,
  lchown,
  link,
  lstat,
  lutimes,
  open,
  readlink,
  rename,
  symlink,
  unlink,
} from "node:fs/promises";
import type { CatalogEntry } from "../../catalog/catalog.js";
import { DamagedError, SharestrataError, systemCode } from "../../core/errors.js";
import type { ContentId } from "../../core/ids.js";
import type { TimeNs } from "../../core/time.js";
import { hasContent } from "./same-content.js";
import type { TargetDirectory } from "./target-directory.js";

export interface FileContent {
  /** The bytes of a content, verified, in order. */
  stream(contentId: ContentId, sizeBytes: number, options: { readonly signal: AbortSignal }): AsyncIterable<Uint8Array>;
}

export interface PutOptions {
  /** Replaces what differs; and of a file that is there with the same size and time, the bytes are compared too. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  /** Whether owners can be given. */
  readonly asRoot: boolean;
}

export type PutOutcome = "written" | "unchanged";

/** Node passes times to the system as floating-point seconds: nothing finer than this survives. */
const TIME_TOLERANCE_NS = 1_000n;

/** @throws SharestrataError `ALREADY_EXISTS` when a different file is there and stays; DamagedError */
export async function restoreFile(
  directory: TargetDirectory,
  entry: CatalogEntry,
  content: FileContent,
  options: PutOptions,
): Promise<PutOutcome> {
  const path = directory.pathOf(entry.name);
  const existing = await statOf(path);
  const stored = (): AsyncIterable<Uint8Array> =>
    content.stream(entry.contentId, entry.sizeBytes, { signal: options.signal });
  if (existing?.isFile() && existing.size === BigInt(entry.sizeBytes) && sameTime(existing.mtimeNs, entry.mtimeNs)) {
    // Whoever asks for `overwrite` may do so because what is there is damaged, which neither size nor time shows.
    if (!options.overwrite || (await hasContent(path, stored()))) return "unchanged";
    options.signal.throwIfAborted();
  }
  if (existing) mayReplace(existing, options);
  const temporary = directory.pathOf(temporaryName());
  const mode = entry.posix ? entry.posix.mode & 0o700 : 0o666;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  await using file = await temporaryFile(temporary, flags, mode);
  let written = 0;
  for await (const bytes of stored()) {
    await writeAll(file.handle, bytes);
    written += bytes.byteLength;
    options.signal.throwIfAborted();
  }
  if (written !== entry.sizeBytes) {
    throw new DamagedError(`${written} bytes are stored where ${entry.sizeBytes} should be.`, { where: entry.name });
  }
  await setFileAttributes(file.handle, entry, options.asRoot);
  await file.handle.close();
  await appear(temporary, path, options);
  return "written";
}

/** @throws SharestrataError `ALREADY_EXISTS` when something else is there and stays; DamagedError */
export async function restoreSymlink(
  directory: TargetDirectory,
  entry: CatalogEntry,
  linkTarget: string | undefined,
  options: PutOptions,
): Promise<PutOutcome> {
  if (linkTarget === undefined || linkTarget === "") {
    throw new DamagedError("The target of the symbolic link is not stored.", { where: entry.name });
  }
  const path = directory.pathOf(entry.name);
  const existing = await statOf(path);
  if (existing?.isSymbolicLink() && (await readlink(path)) === linkTarget) return "unchanged";
  if (existing) mayReplace(existing, options);
  const temporary = directory.pathOf(temporaryName());
  await symlink(linkTarget, temporary);
  try {
    if (entry.posix && options.asRoot) await lchown(temporary, entry.posix.uid, entry.posix.gid);
    await lutimes(temporary, toSeconds(entry.mtimeNs), toSeconds(entry.mtimeNs));
    await appear(temporary, path, options);
  } catch (error) {
    await removeQuietly(temporary);
    throw error;
  }
  return "written";
}

/**
 * A time as Node's utimes takes it. libuv cuts it to microseconds; the quarter of one that is added keeps the rounding
 * of a floating-point number from losing a whole one.
 */
export function toSeconds(time: TimeNs): number {
  return Number(time / 1_000n) / 1e6 + 0.25e-6;
}

function sameTime(a: bigint, b: bigint): boolean {
  const difference = a - b;
  return difference < TIME_TOLERANCE_NS && difference > -TIME_TOLERANCE_NS;
}

function mayReplace(existing: BigIntStats, { overwrite }: PutOptions): void {
  if (existing.isDirectory()) throw new SharestrataError("ALREADY_EXISTS", "A folder of this name is there already.");
  if (!overwrite)
    throw new SharestrataError("ALREADY_EXISTS", "It is there already and differs; --overwrite replaces it.");
}

/** Gives the finished file its name. Without `overwrite` not even one that came in the meantime is replaced. */
async function appear(temporary: string, path: string, { overwrite }: PutOptions): Promise<void> {
  if (overwrite) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    const code = systemCode(error);
    if (code === "EEXIST") {
      throw new SharestrataError(
        "ALREADY_EXISTS",
        "It has come to be there meanwhile; --overwrite replaces it.",
        {},
        error,
      );
    }
    // File systems without hard links.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS" && code !== "EMLINK")
      throw error;
    return rename(temporary, path);
  }
  await unlink(temporary);
}

async function setFileAttributes(handle: FileHandle, entry: CatalogEntry, asRoot: boolean): Promise<void> {
  if (entry.posix) {
    const { mode, uid, gid } = entry.posix;
    if (asRoot) await handle.chown(uid, gid);
    // A set-id bit means the owner it was given for, and nobody else.
    await handle.chmod(asRoot ? mode : mode & 0o1777);
  }
  await handle.utimes(toSeconds(entry.mtimeNs), toSeconds(entry.mtimeNs));
}

/** A file that is gone at the end of the block, unless it was given another name by then. */
async function temporaryFile(
  path: string,
  flags: number,
  mode: number,
): Promise<AsyncDisposable & { handle: FileHandle }> {
  const handle = await open(path, flags, mode);
  return {
    handle,
    async [Symbol.asyncDispose]() {
      // Closed already when all went well.
      await handle.close().catch(() => {});
      await removeQuietly(path);
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    at += (await handle.write(bytes, at, bytes.byteLength - at)).bytesWritten;
  }
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function removeQuietly(path: string): Promise<void> {
  // It is gone when it was renamed; and where it cannot be removed, the error that led here is the one to tell.
  await unlink(path).catch(() => {});
}

function temporaryName(): string {
  return `.sharestrata-${randomBytes(8).toString("hex")}.part`;
}
