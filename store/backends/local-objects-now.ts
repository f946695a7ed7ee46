/**
 * Objects of a local store, read on a thread that has nothing else to do. The file read last stays open, since blobs of one bundle
 * are read in a row; at most that one keeps its room on the disk when a prune deletes it. Bytes are read into one buffer,
 * which grows to the largest object and no further than that.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../core/errors.js";
import { Leftovers } from "../content/leftovers.js";
import type { ObjectsNow } from "../objects-now.js";
import { checkObjectName } from "./object-name.js";

const NOTHING_THERE = new Set(["ENOENT", "ENOTDIR"]);
/** For small files, for chunks of the default sizes, and for any. */
const BUFFER_STEPS = [256 * 1024, 16 * 1024 * 1024, 80 * 1024 * 1024];

interface OpenedFile {
  readonly name: string;
  readonly descriptor: number;
  readonly sizeBytes: number;
}

export class LocalObjectsNow implements ObjectsNow {
  readonly #root: string;
  #last: OpenedFile | undefined;
  #buffer = Buffer.alloc(0);
  readonly #leftovers = new Leftovers();

  /** @param root absolute path of the store's folder */
  constructor(root: string) {
    this.#root = root;
  }

  get(name: string): Uint8Array | undefined {
    const file = this.#open(name);
    return file && this.#read(file, 0, file.sizeBytes);
  }

  getRange(name: string, offset: number, lengthBytes: number): Uint8Array | undefined {
    const file = this.#open(name);
    if (!file) return undefined;
    const { sizeBytes } = file;
    const start = Math.min(offset < 0 ? Math.max(0, sizeBytes + offset) : offset, sizeBytes);
    return this.#read(file, start, Math.min(lengthBytes, sizeBytes - start));
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #open(name: string): OpenedFile | undefined {
    if (this.#last?.name === name) return this.#last;
    checkObjectName(name);
    this.#close();
    let descriptor: number;
    try {
      descriptor = openSync(join(this.#root, name), constants.O_RDONLY);
    } catch (error) {
      if (NOTHING_THERE.has(systemCode(error) ?? "")) return undefined;
      throw error;
    }
    const found = fstatSync(descriptor);
    if (found.isFile()) return (this.#last = { name, descriptor, sizeBytes: found.size });
    closeSync(descriptor);
    return undefined;
  }

  #read({ descriptor }: OpenedFile, start: number, length: number): Uint8Array {
    if (this.#buffer.length < length) this.#grow(length);
    let filled = 0;
    while (filled < length) {
      const bytesRead = readSync(descriptor, this.#buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return this.#buffer.subarray(0, filled);
  }

  /** In few steps: what is outgrown is given back at once, and pages that nothing is read into cost nothing. */
  #grow(length: number): void {
    this.#leftovers.keep(this.#buffer);
    this.#leftovers.discard();
    const step = BUFFER_STEPS.find((bytes) => bytes >= length);
    this.#buffer = Buffer.allocUnsafeSlow(step ?? length);
  }

  #close(): void {
    const last = this.#last;
    this.#last = undefined;
    if (last) closeSync(last.descriptor);
  }
}
