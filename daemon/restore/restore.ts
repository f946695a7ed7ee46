/**
 * Puts a directory, file or symlink of a snapshot back into a local folder. Contents of the addressed directory go
 * into the folder; a single file or symlink becomes an entry of it. A file appears under its name only when it is
 * whole (written under another name beside it, then linked or renamed); what was there before stays as it was unless
 * `overwrite` says otherwise; no symbolic link at the target is ever followed (target-directory.ts). One file that
 * cannot be put back is reported and the run goes on.
 */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import type { VersionNumber } from "../../core/ids.js";
import { nameProblem } from "../../core/names.js";
import type { NodeMetadata } from "../../core/node.js";
import type { PassedOver } from "../../core/snapshot.js";
import { DirectoryTask } from "./directory-task.js";
import { pagedList } from "../../catalog/paged-list.js";
import { restoreFile, restoreSymlink, type FileContent, type PutOptions } from "./put-entry.js";
import { TargetDirectory } from "./target-directory.js";

export interface RestoreProgress {
  /** Files and symlinks put back or found to be there. */
  readonly files: number;
  readonly directories: number;
  /** Bytes of those files. */
  readonly bytes: number;
  /** Of `files`: those that were there already, with the same size and time; with `overwrite` with the same bytes too. */
  readonly unchanged: number;
  readonly errors: number;
}

export interface RestoreResult extends RestoreProgress {
  readonly passedOver: readonly PassedOver[];
}

export interface RestoreRequest {
  readonly view: TreeView;
  /** The node that is put back; it belongs to `view`. */
  readonly entry: CatalogEntry;
  /** Path of `entry` below the share's root, for reports. */
  readonly path: readonly string[];
  readonly content: FileContent;
  readonly metadata: { metadataOf(version: VersionNumber): Promise<NodeMetadata> };
  /** Absolute path of the folder; made when missing. */
  readonly target: string;
  /** Whether files that are there and differ are replaced; their bytes are then compared, not size and time alone. */
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  /** Files put back at the same time; 8 by default. */
  readonly concurrency?: number;
  /** Called after every file. */
  readonly onProgress?: (progress: RestoreProgress) => void;
}

/**
 * @throws SharestrataError `STORE_FULL` when the target is full, `FAILED` when the folder cannot be used, `UNREACHABLE`
 * or `ACCESS_DENIED` when the store fails as a whole, the signal's reason when aborted
 */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  return new Restore(request).run();
}

/** After these the next file would fail as well. */
const FATAL = new Set(["STORE_FULL", "UNREACHABLE", "ACCESS_DENIED", "INTERRUPTED"]);

class Restore {
  readonly #request: RestoreRequest;
  readonly #options: PutOptions;
  readonly #leaves: BoundedTasks;
  readonly #stop = new AbortController();
  readonly #passedOver: PassedOver[] = [];
  #files = 0;
  #directories = 0;
  #bytes = 0;
  #unchanged = 0;

  constructor(request: RestoreRequest) {
    this.#request = request;
    this.#leaves = new BoundedTasks(request.concurrency ?? 8);
    const signal = AbortSignal.any([request.signal, this.#stop.signal]);
    this.#options = { overwrite: request.overwrite, signal, asRoot: process.getuid?.() === 0 };
  }

  async run(): Promise<RestoreResult> {
    const { entry, path, target } = this.#request;
    this.#options.signal.throwIfAborted();
    const folder = await TargetDirectory.openRoot(target);
    const isDirectory = entry.kind === "directory";
    const top = new DirectoryTask(folder, isDirectory ? entry : undefined, undefined, path, (task) =>
      this.#finish(task),
    );
    try {
      if (isDirectory) {
        this.#directories++;
        await this.#walk(top);
      } else {
        await this.#leaf(top, entry, path);
      }
      await this.#leaves.idle();
    } catch (error) {
      this.#stop.abort(error);
    }
    await this.#leaves.settled();
    await top.release();
    this.#options.signal.throwIfAborted();
    return { ...this.#progress(), passedOver: this.#passedOver };
  }

  async #walk(directory: DirectoryTask): Promise<void> {
    if (!directory.entry) return;
    for (const entry of pagedList(this.#request.view, directory.entry.nodeId)) {
      this.#options.signal.throwIfAborted();
      const path = [...directory.path, entry.name];
      const problem = nameProblem(entry.name);
      if (problem !== undefined) {
        this.#report(path, new SharestrataError("NAME_UNUSABLE", `The name cannot be put back: ${problem}.`));
      } else if (entry.kind === "directory") {
        await this.#enter(directory, entry, path);
      } else {
        directory.retain();
        await this.#leaves.run(async () => {
          await this.#leaf(directory, entry, path);
          await directory.release();
        });
      }
    }
  }

  async #enter(parent: DirectoryTask, entry: CatalogEntry, path: readonly string[]): Promise<void> {
    let folder: TargetDirectory;
    try {
      folder = await parent.folder.openChild(entry.name, {
        private: entry.posix !== undefined,
        overwrite: this.#options.overwrite,
      });
    } catch (error) {
      this.#report(path, error);
      return;
    }
    this.#directories++;
    parent.retain();
    const task = new DirectoryTask(folder, entry, parent, path, (done) => this.#finish(done));
    try {
      await this.#walk(task);
    } finally {
      await task.release();
    }
  }

  async #leaf(directory: DirectoryTask, entry: CatalogEntry, path: readonly string[]): Promise<void> {
    if (this.#options.signal.aborted) return;
    try {
      const { content, metadata } = this.#request;
      const outcome =
        entry.kind === "symlink"
          ? await restoreSymlink(
              directory.folder,
              entry,
              (await metadata.metadataOf(entry.version)).linkTarget,
              this.#options,
            )
          : await restoreFile(directory.folder, entry, content, this.#options);
      this.#files++;
      this.#bytes += entry.kind === "file" ? entry.sizeBytes : 0;
      if (outcome === "unchanged") this.#unchanged++;
      this.#request.onProgress?.(this.#progress());
    } catch (error) {
      this.#report(path, error);
    }
  }

  /** A directory's own attributes come last: putting anything into it would have changed its time. */
  async #finish(task: DirectoryTask): Promise<void> {
    try {
      if (task.entry && task.folder.isOurs && !this.#options.signal.aborted) {
        await task.folder.setAttributes(task.entry, this.#options.asRoot);
      }
    } catch (error) {
      this.#report(task.path, error);
    } finally {
      await task.folder.close();
    }
  }

  #report(path: readonly string[], error: unknown): void {
    if (this.#options.signal.aborted) return;
    const coded = asRestoreError(error);
    if (FATAL.has(coded.code)) {
      this.#stop.abort(coded);
      return;
    }
    this.#passedOver.push({ path, code: coded.code, message: coded.message });
    this.#request.onProgress?.(this.#progress());
  }

  #progress(): RestoreProgress {
    return {
      files: this.#files,
      directories: this.#directories,
      bytes: this.#bytes,
      unchanged: this.#unchanged,
      errors: this.#passedOver.length,
    };
  }
}

function asRestoreError(error: unknown): SharestrataError {
  if (error instanceof SharestrataError) return error;
  const code = systemCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new SharestrataError("STORE_FULL", "No space is left where files are put back.", {}, error);
  }
  const text = messageOf(error).replace(/\/proc\/self\/fd\/\d+\//g, "");
  return new SharestrataError("FAILED", /[.?!]$/.test(text) ? text : `${text}.`, {}, error);
}
