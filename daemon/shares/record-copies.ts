/**
 * Copies, in the state folder, of the small records of a share without which the rest cannot be read: what the share is,
 * and its manifests. One that is lost in the store is put back by the next backup. Segments and contents are too much to be kept
 * twice: a lost segment is made up for by a checkpoint, a lost content by what is still on the share.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemCode } from "../../core/errors.js";
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
      throw error;
    }
  }

  /** Keeps what the store has under a name now. The caller has verified it. */
  async keep(objects: ObjectStore, name: string, options: IoOptions = {}): Promise<void> {
    const bytes = await objects.get(name, options);
    if (bytes === undefined) return;
    const file = this.#fileOf(name);
    const own = `${file}.${process.pid}`;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(own, bytes, { mode: 0o600 });
    await rename(own, file);
  }

  #fileOf(name: string): string {
    return join(this.#folder, name);
  }
}
