/**
 * Comparing a snapshot with the source as it is now: of every file that the listing says is what it was, the bytes at the
 * source and those that come out of the store must be the same. That is the one proof that does not rest on what was written
 * down when the file was read: it finds what was read wrongly, and what has changed at the source without a trace.
 */
import type { CatalogEntry, CatalogReader, SnapshotTree } from "../../catalog/catalog.js";
import { pagedList } from "../../catalog/paged-list.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { SharestrataError } from "../../core/errors.js";
import type { ContentId, NodeId } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import type { PassedOver, Snapshot } from "../../core/snapshot.js";
import type { ContentReader } from "../../fs/content/content-reader.js";
import { Xorhasher } from "../../store/content/xorhash.js";
import { isUnchanged } from "../backup/classify.js";
import { NodeSet } from "../backup/node-set.js";
import type { SourceEntry, SourcePath, SourceSession } from "../sources/source.js";
import { isDamage } from "./finding.js";
import { firstDifference } from "./first-difference.js";
import { EVERYTHING, isInSample, type Sample } from "./sample.js";

/** A file of which the source and the store do not have the same. */
export interface Difference {
  readonly path: SourcePath;
  readonly entry: CatalogEntry;
  /**
   * `content`: other bytes from `offset` on. `stored`: what is stored cannot be read. `fingerprint`: the bytes are the same,
   * and the xorhash in the catalog is not theirs.
   */
  readonly what: "content" | "stored" | "fingerprint";
  readonly offset: number | undefined;
  /** One sentence. */
  readonly message: string;
}

export interface CompareOptions {
  readonly session: SourceSession;
  readonly catalog: CatalogReader;
  readonly content: Pick<ContentReader, "stream">;
  readonly snapshot: Snapshot;
  /** Whose bytes are compared. Default: all. */
  readonly sample?: Sample | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDifference: (difference: Difference) => Promise<void>;
  readonly onPassedOver: (passedOver: PassedOver) => Promise<void>;
  /** Called often. */
  readonly onProgress?: ((files: number, bytes: number) => void) | undefined;
}

export interface CompareResult {
  /** What was compared. */
  readonly files: number;
  readonly bytes: number;
  /** Files of the snapshot that are gone, or are no longer what they were as far as the listing tells. */
  readonly changed: number;
  readonly differing: number;
  /** Files and folders that could not be read at the source. */
  readonly passedOver: number;
  /** Contents of the files that differ, for the next backup to store again. */
  readonly lost: ReadonlySet<ContentId>;
}

const LISTINGS_AT_A_TIME = 8;
const FILES_AT_A_TIME = 4;
/** Errors of these codes concern one node. */
const PASSED_OVER = new Set(["FILE_UNREADABLE", "NAME_UNUSABLE"]);

/** @throws SourceError and StoreError when source or store as a whole fail; the signal's reason */
export async function compareWithSource(options: CompareOptions): Promise<CompareResult> {
  const comparison = new Comparison(options);
  try {
    return await comparison.run();
  } finally {
    await comparison.settled();
  }
}

interface Folder {
  readonly nodeId: NodeId;
  readonly path: SourcePath;
}

class Comparison {
  readonly #options: CompareOptions;
  readonly #tree: SnapshotTree;
  readonly #pace: Pace;
  readonly #listings = new BoundedTasks(LISTINGS_AT_A_TIME);
  readonly #files = new BoundedTasks(FILES_AT_A_TIME);
  readonly #stack: Folder[] = [];
  readonly #lost = new Set<ContentId>();
  #compared = 0;
  #bytes = 0;
  #changed = 0;
  #differing = 0;
  #passedOver = 0;

  constructor(options: CompareOptions) {
    this.#options = options;
    this.#tree = options.catalog.view(options.snapshot.number);
    this.#pace = new Pace(options.signal);
  }

  async settled(): Promise<void> {
    await this.#listings.settled();
    await this.#files.settled();
  }

  async run(): Promise<CompareResult> {
    const { root } = this.#tree;
    if (root) this.#stack.push({ nodeId: root.nodeId, path: [] });
    for (;;) {
      const folder = this.#stack.pop();
      if (folder) await this.#listings.run(() => this.#compareFolder(folder));
      else {
        await this.#listings.idle();
        if (this.#stack.length === 0) break;
      }
    }
    await this.#files.idle();
    return {
      files: this.#compared,
      bytes: this.#bytes,
      changed: this.#changed,
      differing: this.#differing,
      passedOver: this.#passedOver,
      lost: this.#lost,
    };
  }

  async #compareFolder({ nodeId, path }: Folder): Promise<void> {
    const { session, signal } = this.#options;
    // By node, as a name costs many times as much, and a folder may have millions.
    const seen = new NodeSet();
    try {
      for await (const page of session.list(path, { signal })) {
        for (const child of page) {
          signal?.throwIfAborted();
          const entry = this.#tree.lookup(nodeId, child.name);
          if (!entry || seen.has(entry.nodeId)) continue;
          seen.add(entry.nodeId);
          const own = [...path, child.name];
          if (child.kind === "unreadable") await this.#passOver(own, child.error);
          else if (entry.kind === "directory" && child.kind === "directory") {
            this.#stack.push({ nodeId: entry.nodeId, path: own });
          } else await this.#compareChild(own, entry, child);
        }
      }
    } catch (error) {
      await this.#passOver(path, error);
      return;
    }
    for (const entry of pagedList(this.#tree, nodeId)) if (!seen.has(entry.nodeId)) await this.#countGone(entry);
  }

  async #compareChild(path: SourcePath, entry: CatalogEntry, child: SourceEntry): Promise<void> {
    if (entry.kind === "directory" || !isUnchanged(entry, child)) {
      await this.#countGone(entry);
      return;
    }
    const { sample = EVERYTHING } = this.#options;
    // Where a link leads is all that there is of it, and its listing has just been compared.
    if (entry.kind !== "file" || !isInSample(sample, "file", entry.nodeId)) return;
    await this.#files.run(() => this.#compareFile(path, entry, child));
  }

  async #compareFile(path: SourcePath, entry: CatalogEntry, child: SourceEntry): Promise<void> {
    const { content, snapshot, signal } = this.#options;
    const hasher = new Xorhasher();
    const tell = (what: Difference["what"], offset: number | undefined, message: string): Promise<void> =>
      this.#differs({ path, entry, what, offset, message });
    try {
      const stored = content.stream(entry.contentId, entry.sizeBytes, { signal });
      const offset = await firstDifference(this.#atSource(path, child, hasher), stored);
      if (offset !== undefined) {
        await tell("content", offset, `From byte ${offset} on the source has other bytes than ${snapshot.name}.`);
      } else if (hasher.digest() !== entry.xorhash) {
        await tell("fingerprint", undefined, "The catalog has another xorhash than that of its bytes.");
      }
    } catch (error) {
      if (isDamage(error)) await tell("stored", undefined, error.message);
      else if (error instanceof SharestrataError && error.code === "FILE_CHANGED") {
        this.#changed++;
        return;
      } else {
        await this.#passOver(path, error);
        return;
      }
    }
    this.#compared++;
  }

  async *#atSource(path: SourcePath, child: SourceEntry, hasher: Xorhasher): AsyncGenerator<Uint8Array> {
    const { session, signal, onProgress } = this.#options;
    for await (const piece of session.read(path, child, { signal })) {
      hasher.update(piece);
      this.#bytes += piece.byteLength;
      onProgress?.(this.#compared, this.#bytes);
      yield piece;
    }
  }

  async #differs(difference: Difference): Promise<void> {
    this.#differing++;
    this.#lost.add(difference.entry.contentId);
    await this.#options.onDifference(difference);
  }

  /** What the snapshot has beneath an entry that the source no longer has as it was. */
  async #countGone(entry: CatalogEntry): Promise<void> {
    if (entry.kind !== "directory") {
      this.#changed++;
      return;
    }
    const rest = [entry.nodeId];
    for (let nodeId = rest.pop(); nodeId !== undefined; nodeId = rest.pop()) {
      for (const child of pagedList(this.#tree, nodeId)) {
        await this.#pace.step();
        if (child.kind === "directory") rest.push(child.nodeId);
        else this.#changed++;
      }
    }
  }

  async #passOver(path: SourcePath, error: unknown): Promise<void> {
    this.#options.signal?.throwIfAborted();
    if (!(error instanceof SharestrataError) || !PASSED_OVER.has(error.code) || path.length === 0) throw error;
    this.#passedOver++;
    await this.#options.onPassedOver({ path, code: error.code, message: error.message });
  }
}
