/**
 * Copies, in the state folder, of the small records of a share without which the rest cannot be read: what the share is,
 * its keys (as they lie in the store: sealed with a passphrase or a key file), and its manifests. One that is lost in the store is put back by the next backup. Segments and contents are too much to be kept
 * twice: a lost segment is made up for by a checkpoint, a lost content by what is still on the share.
 */
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import type { IoOptions, ObjectStore } from "../../store/object-store.js";

export class RecordCopies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns the copy of an object, undefined when there is none */
  async get(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#fileOf(name));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw this.#refused(error);
    }
  }

  /** Of the copy of an object, undefined when there is none; the copy is not read. */
  async sizeOf(name: string): Promise<number | undefined> {
    try {
      return (await stat(this.#fileOf(name))).size;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw this.#refused(error);
    }
  }

  /** Names of the copies that begin with `prefix`, which ends with a slash. */
  async list(prefix: string): Promise<readonly string[]> {
    try {
      return (await readdir(this.#fileOf(prefix))).map((name) => prefix + name).toSorted();
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw this.#refused(error);
    }
  }

  async drop(name: string): Promise<void> {
    await rm(this.#fileOf(name), { force: true });
  }

  async dropAll(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Keeps what the store has under a name now. The caller has verified it. */
  async keep(objects: ObjectStore, name: string, options: IoOptions = {}): Promise<void> {
    const bytes = await objects.get(name, options);
    const kept = await this.get(name);
    if (bytes === undefined || (kept && Buffer.compare(kept, bytes) === 0)) return;
    const file = this.#fileOf(name);
    const own = `${file}.${process.pid}`;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(own, bytes, { mode: 0o600 });
    await rename(own, file);
  }

  /** An error of the system as one that says what cannot be done. */
  #refused(error: unknown): SharestrataError {
    const code = systemCode(error);
    const isDenied = code === "EACCES" || code === "EPERM";
    const message = `The copies of small records in ${this.#folder} cannot be read: ${isDenied ? "permission denied" : messageOf(error)}.`;
    return new SharestrataError(isDenied ? "ACCESS_DENIED" : "FAILED", message, { where: this.#folder }, error);
  }

  #fileOf(name: string): string {
    return join(this.#folder, name);
  }
}
