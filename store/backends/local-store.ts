/**
 * Objects as files in a folder. A file is written under `.tmp/`, synced and then renamed (or linked, where an
 * existing object must stay) to its name, and the folder is synced: no reader and no crash ever sees a part of it.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, open, rename, rm, stat, unlink, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Clock } from "../../core/clock.js";
import { systemClock } from "../../core/clock.js";
import { SharestrataError, StoreError, systemCode } from "../../core/errors.js";
import type { IoOptions, NearbyObjects, ObjectInfo, ObjectStore } from "../object-store.js";
import { localStoreError } from "./local-errors.js";
import { listFolder } from "./local-listing.js";
import { removeOldTemporaryFiles, TEMPORARY_FOLDER } from "./local-temporary.js";
import { checkObjectName, checkPrefix } from "./object-name.js";

export interface LocalStoreOptions extends IoOptions {
  /** Make the folder when it is missing. Default: false. */
  readonly create?: boolean | undefined;
  /** Says how old a temporary file is. */
  readonly clock?: Clock | undefined;
}

/** Errors that mean: nothing is there by this name (a component of it may be a file, or it may be a folder). */
const NOTHING_THERE = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/** What was readable by few at the source must not be readable by all in a backup of it. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export class LocalStore implements ObjectStore {
  readonly uri: string;
  readonly nearby: NearbyObjects;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.nearby = { kind: "files", folder: root };
    this.uri = pathToFileURL(root).href;
  }

  /**
   * @param root absolute path of the folder
   * @throws SharestrataError `STORE_UNINITIALISED` when the folder is missing; StoreError
   */
  static async open(root: string, options: LocalStoreOptions = {}): Promise<LocalStore> {
    options.signal?.throwIfAborted();
    const store = new LocalStore(root);
    try {
      if (options.create === true) await mkdir(root, { recursive: true, mode: FOLDER_MODE });
      if (!(await stat(root)).isDirectory()) {
        throw new StoreError("FAILED", `The store ${store.uri} is not a folder.`, { fields: { store: store.uri } });
      }
      await removeOldTemporaryFiles(root, options.clock ?? systemClock);
    } catch (error) {
      if (error instanceof SharestrataError) throw error;
      if (systemCode(error) === "ENOENT") {
        throw new SharestrataError(
          "STORE_UNINITIALISED",
          `The folder of the store ${store.uri} does not exist: run sharestrata init, or mount what it lies on.`,
          { store: store.uri },
          error,
        );
      }
      throw localStoreError("opening it", store.uri, undefined, error);
    }
    return store;
  }

  async put(name: string, bytes: Uint8Array, options: IoOptions = {}): Promise<void> {
    await this.#write(name, bytes, options, async (temporary, path) => {
      await rename(temporary, path);
      return true;
    });
  }

  async putIfAbsent(name: string, bytes: Uint8Array, options: IoOptions = {}): Promise<boolean> {
    return this.#write(name, bytes, options, async (temporary, path) => {
      try {
        await link(temporary, path);
        return true;
      } catch (error) {
        if (systemCode(error) === "EEXIST") return false;
        throw error;
      }
    });
  }

  async get(name: string, options: IoOptions = {}): Promise<Uint8Array | undefined> {
    return this.#read(name, options, (size) => ({ start: 0, length: size }));
  }

  async getRange(
    name: string,
    offset: number,
    lengthBytes: number,
    options: IoOptions = {},
  ): Promise<Uint8Array | undefined> {
    return this.#read(name, options, (size) => {
      const start = Math.min(offset < 0 ? Math.max(0, size + offset) : offset, size);
      return { start, length: Math.min(lengthBytes, size - start) };
    });
  }

  async *list(
    prefix: string,
    options: IoOptions & { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    try {
      yield* listFolder(this.#root, prefix, options.after ?? "", options.signal);
    } catch (error) {
      throw this.#error("listing it", undefined, error, options);
    }
  }

  async delete(name: string, options: IoOptions = {}): Promise<void> {
    checkObjectName(name);
    options.signal?.throwIfAborted();
    try {
      // Folders stay when they become empty: removing them would race with those who are putting objects there.
      await unlink(this.#path(name));
    } catch (error) {
      if (this.#meansNothingThere(error)) return;
      throw this.#error("deleting it", name, error, options);
    }
  }

  async stat(name: string, options: IoOptions = {}): Promise<ObjectInfo | undefined> {
    checkObjectName(name);
    options.signal?.throwIfAborted();
    try {
      const found = await stat(this.#path(name));
      return found.isFile() ? { name, sizeBytes: found.size } : undefined;
    } catch (error) {
      if (this.#meansNothingThere(error)) return undefined;
      throw this.#error("looking it up", name, error, options);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between two calls.
  }

  /** Writes a temporary file and lets `place` give it its name. @returns what `place` returned */
  async #write(
    name: string,
    bytes: Uint8Array,
    options: IoOptions,
    place: (temporary: string, path: string) => Promise<boolean>,
  ): Promise<boolean> {
    checkObjectName(name);
    options.signal?.throwIfAborted();
    const temporary = join(this.#root, TEMPORARY_FOLDER, randomUUID());
    const path = this.#path(name);
    try {
      await this.#writeTemporary(temporary, bytes, options);
      options.signal?.throwIfAborted();
      const placed = await this.#withFolder(dirname(name), () => place(temporary, path));
      if (placed) await syncFolder(dirname(path));
      return placed;
    } catch (error) {
      throw this.#error("writing it", name, error, options);
    } finally {
      // After a rename there is none; whatever else keeps it from going away, the next opening of the store sees to it.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #writeTemporary(temporary: string, bytes: Uint8Array, options: IoOptions): Promise<void> {
    const file = await this.#withFolder(TEMPORARY_FOLDER, () => open(temporary, "wx", FILE_MODE));
    try {
      await file.writeFile(bytes, { signal: options.signal });
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Runs `action`, and again once the folder is made when it was missing. */
  async #withFolder<T>(folder: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      await this.#makeFolder(folder);
      return action();
    }
  }

  /** Never makes the store's own folder: that being gone means something is not mounted. */
  async #makeFolder(folder: string): Promise<void> {
    if (folder === ".") {
      throw new StoreError("UNREACHABLE", `The folder of the store ${this.uri} is gone.`, {
        fields: { store: this.uri },
      });
    }
    try {
      await mkdir(this.#path(folder), { mode: FOLDER_MODE });
    } catch (error) {
      if (systemCode(error) === "EEXIST") return;
      if (systemCode(error) !== "ENOENT") throw error;
      await this.#makeFolder(dirname(folder));
      return this.#makeFolder(folder);
    }
    await syncFolder(dirname(this.#path(folder)));
  }

  async #read(
    name: string,
    options: IoOptions,
    rangeOf: (sizeBytes: number) => { readonly start: number; readonly length: number },
  ): Promise<Uint8Array | undefined> {
    checkObjectName(name);
    options.signal?.throwIfAborted();
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path(name), constants.O_RDONLY);
      const found = await file.stat();
      if (!found.isFile()) return undefined;
      const { start, length } = rangeOf(found.size);
      return await readFully(file, start, length, options);
    } catch (error) {
      if (file === undefined && this.#meansNothingThere(error)) return undefined;
      throw this.#error("reading it", name, error, options);
    } finally {
      await file?.close();
    }
  }

  #path(name: string): string {
    return join(this.#root, name);
  }

  #meansNothingThere(error: unknown): boolean {
    return NOTHING_THERE.has(systemCode(error) ?? "");
  }

  #error(operation: string, object: string | undefined, error: unknown, options: IoOptions): unknown {
    if (options.signal?.aborted === true) return options.signal.reason;
    return error instanceof SharestrataError ? error : localStoreError(operation, this.uri, object, error);
  }
}

/** One read in nearly all cases; the loop is for file systems that give less than they were asked for. */
async function readFully(file: FileHandle, start: number, length: number, options: IoOptions): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    options.signal?.throwIfAborted();
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
