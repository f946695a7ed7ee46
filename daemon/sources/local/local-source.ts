/**
 * A directory of this machine as a source. There is no frozen state to read from, so every file is checked against
 * its listing before and after it is read. Symbolic links are kept, never followed; file systems mounted beneath the
 * root belong to it, as they do for cp.
 */
import { opendirSync } from "node:fs";
import { readlink, stat } from "node:fs/promises";
import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SharestrataError, SourceError } from "../../../core/errors.js";
import type { Logger } from "../../../core/logger.js";
import type { NodeMetadata } from "../../../core/node.js";
import { displayPath } from "../display-path.js";
import type { Source, SourceChild, SourceEntry, SourceOptions, SourcePath, SourceSession } from "../source.js";
import { entryOf } from "./entry.js";
import { nodeFailure, rootFailure } from "./failures.js";
import { listLocal } from "./listing.js";
import { readLocal } from "./reading.js";
import { PerlXattrReader, type XattrReader } from "./xattrs.js";

export interface LocalSourceOptions {
  readonly logger: Logger;
  /** Where extended attributes come from; a helper process of the session's own by default. */
  readonly xattrs?: (logger: Logger) => XattrReader;
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
    await openRoot(this.root, options);
  }

  async open(options?: SourceOptions): Promise<SourceSession> {
    const device = await openRoot(this.root, options);
    const { logger, xattrs = (log) => new PerlXattrReader(log) } = this.#options;
    return new LocalSession(this.root, device, xattrs(logger));
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

/** @returns the root's device; throws when the root is missing or cannot be listed */
async function openRoot(root: string, options: SourceOptions | undefined): Promise<bigint> {
  options?.signal?.throwIfAborted();
  try {
    // The root itself may be a symbolic link: whoever configured it meant what it points to.
    const stats = await stat(root, { bigint: true });
    if (!stats.isDirectory()) {
      throw new SourceError("SOURCE_UNKNOWN", `${root} is not a folder.`, { fields: { path: root } });
    }
    opendirSync(root).closeSync();
    return stats.dev;
  } catch (error) {
    throw error instanceof SourceError ? error : rootFailure(root, error);
  }
}

class LocalSession implements SourceSession {
  readonly consistent = false;
  readonly #root: string;
  readonly #device: bigint;
  readonly #xattrs: XattrReader;

  constructor(root: string, device: bigint, xattrs: XattrReader) {
    this.#root = root;
    this.#device = device;
    this.#xattrs = xattrs;
  }

  async root(options?: SourceOptions): Promise<SourceEntry> {
    options?.signal?.throwIfAborted();
    try {
      return entryOf("", "directory", await stat(this.#root, { bigint: true }), this.#device);
    } catch (error) {
      throw rootFailure(this.#root, error);
    }
  }

  list(path: SourcePath, options?: SourceOptions): AsyncIterable<readonly SourceChild[]> {
    return listLocal({ directory: this.#fileOf(path), path, rootDevice: this.#device }, options?.signal);
  }

  async describe(path: SourcePath, entry: SourceEntry, options?: SourceOptions): Promise<NodeMetadata> {
    options?.signal?.throwIfAborted();
    if (entry.kind === "symlink") return { ...entry.metadata, linkTarget: await this.#targetOf(path) };
    try {
      const xattrs = await this.#xattrs.read(this.#fileOf(path));
      return xattrs === undefined || xattrs.length === 0 ? entry.metadata : { ...entry.metadata, xattrs };
    } catch (error) {
      throw nodeFailure(path, error);
    }
  }

  read(path: SourcePath, entry: SourceEntry, options?: SourceOptions): AsyncIterable<Uint8Array> {
    return readLocal(this.#fileOf(path), path, entry, options?.signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#xattrs[Symbol.asyncDispose]());
  }

  #fileOf(path: SourcePath): string {
    return join(this.#root, ...path);
  }

  async #targetOf(path: SourcePath): Promise<string> {
    let target: Buffer;
    try {
      target = await readlink(this.#fileOf(path), { encoding: "buffer" });
    } catch (error) {
      throw nodeFailure(path, error);
    }
    if (isUtf8(target)) return target.toString("utf8");
    const where = displayPath(path);
    throw new SourceError("FILE_UNREADABLE", `${where} cannot be kept: the target of the link is not valid UTF-8.`, {
      fields: { path: where },
    });
  }
}
