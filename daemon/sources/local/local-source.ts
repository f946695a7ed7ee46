/**
 * A directory of this machine as a source. There is no frozen state to read from, so every file is checked against
 * its listing after it is read, and a long one before as well. Symbolic links are kept, never followed, also not those that take a
 * folder's place while the backup runs (held-directories.ts); file systems mounted beneath the root belong to it, as
 * they do for cp.
 */
import { isUtf8 } from "node:buffer";
import { type BigIntStats, fstatSync, opendirSync, readlinkSync } from "node:fs";
import { stat } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ByteRange } from "../../../core/byte-range.js";
import { SharestrataError, SourceError } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { NodeMetadata } from "../../../core/node.js";
import { displayPath } from "../display-path.js";
import type { FileTicket } from "../../../store/content/workers/file-reader.js";
import type {
  ReadingByWorker,
  Source,
  SourceChild,
  SourceEntry,
  SourceOptions,
  SourcePath,
  SourceSession,
} from "../source.js";
import { entryOf } from "./entry.js";
import { nodeFailure, rootFailure } from "./failures.js";
import { HeldDirectories } from "./held-directories.js";
import { FolderXattrs } from "./folder-xattrs.js";
import { listLocal } from "./listing.js";
import { readLocal } from "./reading.js";
import { StatSpeed } from "./stat-speed.js";
import { reader, type LocalRequest } from "./worker-reader.js";
import type { Abilities } from "../probe.js";
import { probeFolder } from "./probe.js";
import { PerlXattrReader, type XattrReader } from "./xattrs.js";

export interface LocalSourceOptions {
  readonly logger: Logger;
  /** Where extended attributes come from; a helper process of the session's own by default. */
  readonly xattrs?: (logger: Logger, rootDescriptor: number) => XattrReader;
  /** Where this process finds its descriptors as files; /proc/self/fd by default. */
  readonly descriptors?: string;
}

export class LocalSource implements Source {
  readonly uri: string;
  /** Absolute. */
  readonly root: string;
  readonly #options: LocalSourceOptions;

  /** @param root absolute */
  constructor(root: string, options: LocalSourceOptions) {
    this.root = root;
    this.uri = pathToFileURL(root).href;
    this.#options = options;
  }

  async check(options?: SourceOptions): Promise<void> {
    await checkRoot(this.root, options);
  }

  probe(options?: SourceOptions): Promise<Abilities> {
    options?.signal?.throwIfAborted();
    return probeFolder(this.root);
  }

  async open(options?: SourceOptions): Promise<SourceSession> {
    await checkRoot(this.root, options);
    const { logger, descriptors, xattrs = (log, root) => new PerlXattrReader(log, root) } = this.#options;
    const directories = openRoot(this.root, descriptors);
    return new LocalSession(this.root, directories, xattrs(logger, directories.rootDescriptor));
  }
}

/**
 * `file:///srv/data` → `/srv/data`.
 * @throws SharestrataError `USAGE`
 */
export function parseLocalUrl(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.search === "" && parsed.hash === "") {
      const path = fileURLToPath(parsed);
      return path.length > 1 ? path.replace(/\/+$/, "") : path;
    }
  } catch {
    // Whatever is wrong with it, the sentence below says what to write instead.
  }
  throw new SharestrataError(
    "USAGE",
    `"${url}" does not name a folder of this machine: write file:///path, with "%20" for a space, "%23" for "#", "%3F" for "?" and "%25" for "%".`,
  );
}

/** Throws when the root is missing or cannot be listed. */
async function checkRoot(root: string, options: SourceOptions | undefined): Promise<void> {
  options?.signal?.throwIfAborted();
  try {
    // The root itself may be a symbolic link: whoever configured it meant what it points to.
    const stats = await stat(root, { bigint: true });
    if (!stats.isDirectory()) {
      throw new SourceError("SOURCE_UNKNOWN", `${root} is not a folder.`, { fields: { path: root } });
    }
    opendirSync(root).closeSync();
  } catch (error) {
    throw error instanceof SourceError ? error : rootFailure(root, error);
  }
}

function openRoot(root: string, descriptors: string | undefined): HeldDirectories {
  try {
    return new HeldDirectories(root, descriptors);
  } catch (error) {
    throw rootFailure(root, error);
  }
}

class LocalSession implements SourceSession {
  readonly consistent = false;
  readonly #root: string;
  readonly #directories: HeldDirectories;
  readonly #device: bigint;
  readonly #xattrs: FolderXattrs;
  readonly #speed = new StatSpeed();
  readonly byWorker: ReadingByWorker = {
    module: { url: new URL("./worker-reader.js", import.meta.url).href, reader },
    ticket: (path, entry) => this.#ticket(path, entry),
  };

  constructor(root: string, directories: HeldDirectories, xattrs: XattrReader) {
    this.#root = root;
    this.#directories = directories;
    this.#device = this.#rootStats().dev;
    this.#xattrs = new FolderXattrs(xattrs);
  }

  root(options?: SourceOptions): Promise<SourceEntry> {
    return new Promise((resolve) => {
      options?.signal?.throwIfAborted();
      resolve(entryOf("", "directory", this.#rootStats(), this.#device));
    });
  }

  async *list(path: SourcePath, options?: SourceOptions): AsyncIterable<readonly SourceChild[]> {
    const folder = { path, rootDevice: this.#device, speed: this.#speed };
    for await (const page of listLocal(this.#directories, folder, options?.signal)) {
      this.#xattrs.listed(path, page.length);
      yield page;
    }
  }

  async describe(path: SourcePath, entry: SourceEntry, options?: SourceOptions): Promise<NodeMetadata> {
    options?.signal?.throwIfAborted();
    if (entry.kind === "symlink") return { ...entry.metadata, linkTarget: this.#targetOf(path) };
    try {
      const read = this.#xattrs.read(path);
      const xattrs = read instanceof Promise ? await read : read;
      return xattrs === undefined || xattrs.length === 0 ? entry.metadata : { ...entry.metadata, xattrs };
    } catch (error) {
      throw nodeFailure(path, error);
    }
  }

  read(path: SourcePath, entry: SourceEntry, options?: SourceOptions): AsyncIterable<Uint8Array> {
    return this.readRange(path, entry, { start: 0, end: entry.sizeBytes }, options);
  }

  readRange(
    path: SourcePath,
    entry: SourceEntry,
    range: ByteRange,
    options?: SourceOptions,
  ): AsyncIterable<Uint8Array> {
    return readLocal(this.#directories, path, entry, range, options?.signal);
  }

  #ticket(path: SourcePath, { sizeBytes, mtimeNs, signature }: SourceEntry): FileTicket {
    const use = this.#directories.use(path.slice(0, -1), path);
    const request: LocalRequest = [use.forWorkers, path.at(-1) ?? ".", sizeBytes, mtimeNs, signature];
    return { request, [Symbol.dispose]: () => use[Symbol.dispose]() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#xattrs[Symbol.asyncDispose]();
    this.#directories[Symbol.dispose]();
  }

  #rootStats(): BigIntStats {
    try {
      return fstatSync(this.#directories.rootDescriptor, { bigint: true });
    } catch (error) {
      throw rootFailure(this.#root, error);
    }
  }

  #targetOf(path: SourcePath): string {
    const target = this.#readLink(path);
    if (isUtf8(target)) return target.toString("utf8");
    const where = displayPath(path);
    throw new SourceError("FILE_UNREADABLE", `${where} cannot be kept: the target of the link is not valid UTF-8.`, {
      fields: { path: where },
    });
  }

  // Synchronously, as files are opened: the listing has just brought its inode into memory.
  #readLink(path: SourcePath): Buffer {
    using directory = this.#directories.use(path.slice(0, -1), path);
    try {
      return readlinkSync(directory.at(path.at(-1) ?? "."), { encoding: "buffer" });
    } catch (error) {
      throw nodeFailure(path, error);
    }
  }
}
