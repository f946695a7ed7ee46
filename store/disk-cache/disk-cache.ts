/**
 * Stored bytes of a store that is far away, kept on this machine, sealed as they are: one bound for all, whoever was not read for the
 * longest time goes first. It is a convenience: a disk that is full, a file that is damaged or gone, another process that uses
 * or clears the same folder, nothing of that ever fails a read. Files appear whole, by renaming; none is synced.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, rmdir, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CACHE_FILE_OVERHEAD, cacheFolder, cachePath, cacheRoot, openCacheFile, sealCacheFile } from "./cache-file.js";

/** What a sweep leaves, in parts of the bound, so that not every new file needs one. */
const LEFT_BY_SWEEP = 0.9;
/** Other processes write there as well: each looks what there is when it has written so many parts of the bound. */
const LOOK_AFTER = 1 / 16;
/** A file that was read is marked so at most this often. */
const MARK_AFTER_MS = 60_000;
/** What a process that died has left half written goes after this time. */
const TEMPORARY_FOR_MS = 3_600_000;
const TEMPORARY = ".tmp";

interface Found {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

export class DiskCache {
  readonly folder: string;
  readonly #maxBytes: number;
  /** What lies there as far as this process knows; undefined before it has looked. */
  #bytes: number | undefined;
  #writtenSince = 0;
  #sweeping: Promise<void> | undefined;

  /**
   * @param folder made when it is needed
   * @param maxBytes of all files together; each further process that writes there may exceed it by a sixteenth
   */
  constructor(folder: string, maxBytes: number) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** @param uri of the store @param part as it was put @returns undefined when it is not there, or not whole */
  async get(uri: string, name: string, part: string): Promise<Buffer | undefined> {
    const path = cachePath(this.folder, uri, name, part);
    try {
      await using file = await open(path, "r");
      const { mtimeMs } = await file.stat();
      const bytes = openCacheFile(await file.readFile());
      if (!bytes) await rm(path, { force: true });
      else if (Date.now() - mtimeMs > MARK_AFTER_MS) await utimes(path, new Date(), new Date());
      return bytes;
    } catch {
      return undefined;
    }
  }

  /** Keeps the bytes if it can. Never rejects. */
  async put(uri: string, name: string, part: string, bytes: Uint8Array): Promise<void> {
    const sizeBytes = bytes.length + CACHE_FILE_OVERHEAD;
    if (sizeBytes > this.#maxBytes) return;
    const path = cachePath(this.folder, uri, name, part);
    const temporary = join(dirname(path), `${randomUUID()}${TEMPORARY}`);
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(temporary, sealCacheFile(bytes), { flag: "wx", mode: 0o600 });
      await rename(temporary, path);
    } catch {
      // A full disk, most likely: what is far away is read from there.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    this.#writtenSince += sizeBytes;
    const known = this.#bytes === undefined ? Number.POSITIVE_INFINITY : this.#bytes + this.#writtenSince;
    if (known > this.#maxBytes || this.#writtenSince > this.#maxBytes * LOOK_AFTER) await this.#sweep();
  }

  /** Drops what is kept of an object. @returns whether there was anything */
  async drop(uri: string, name: string): Promise<boolean> {
    try {
      await rm(cacheFolder(this.folder, uri, name), { recursive: true });
      return true;
    } catch {
      return false;
    }
  }

  /** Looks what is there, also of other processes, and takes away the oldest until it fits. */
  #sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepNow()
      .catch(() => undefined)
      .finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  async #sweepNow(): Promise<void> {
    const found = await this.#find();
    let bytes = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (bytes > this.#maxBytes) {
      for (const { path, sizeBytes } of found.sort((a, b) => a.usedMs - b.usedMs)) {
        if (bytes <= this.#maxBytes * LEFT_BY_SWEEP) break;
        await rm(path, { force: true });
        // It stays when there is more in it.
        await rmdir(dirname(path)).catch(() => undefined);
        bytes -= sizeBytes;
      }
    }
    this.#bytes = bytes;
    this.#writtenSince = 0;
  }

  async #find(): Promise<Found[]> {
    const found: Found[] = [];
    const root = cacheRoot(this.folder);
    for (const group of await readdir(root)) {
      for (const object of await readdir(join(root, group)).catch(() => [])) {
        for (const part of await readdir(join(root, group, object)).catch(() => [])) {
          const path = join(root, group, object, part);
          const info = await stat(path).catch(() => undefined);
          if (!info?.isFile()) continue;
          if (part.endsWith(TEMPORARY) && Date.now() - info.mtimeMs > TEMPORARY_FOR_MS) await rm(path, { force: true });
          else found.push({ path, sizeBytes: info.size, usedMs: info.mtimeMs });
        }
      }
    }
    return found;
  }
}
