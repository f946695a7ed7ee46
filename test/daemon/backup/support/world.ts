/**
 * Everything a backup needs, for real: a local folder as source, a local store with its operations counted, a catalog
 * in LMDB. A world can be closed and opened again, as a new process would find it.
 */
import { mkdir, rm } from "node:fs/promises";
import type { Catalog, TreeView } from "../../../../catalog/catalog.js";
import { openDedupIndex, type DedupIndex } from "../../../../catalog/dedup-index.js";
import { openCatalog } from "../../../../catalog/lmdb-catalog.js";
import type { Clock } from "../../../../core/clock.js";
import type { NodeId } from "../../../../core/ids.js";
import { silentLogger } from "../../../../core/logger.js";
import { timeFromMs, timeToMs } from "../../../../core/time.js";
import { runBackup, type BackupOptions, type BackupResult } from "../../../../daemon/backup/run-backup.js";
import { openSource } from "../../../../daemon/sources/open-source.js";
import type { Source } from "../../../../daemon/sources/source.js";
import { BlobCache } from "../../../../fs/content/blob-cache.js";
import { ContentReader } from "../../../../fs/content/content-reader.js";
import { LocalStore } from "../../../../store/backends/local-store.js";
import { BlobReader } from "../../../../store/blob-reader.js";
import { unlockWith } from "../../../../store/crypto/unlock.js";
import type { ObjectStore } from "../../../../store/object-store.js";
import { ShareStore } from "../../../../store/share-store.js";
import type { ShareSettings } from "../../../../store/shares/share-settings.js";
import { CountingStore } from "../../../../store/wrappers/counting-store.js";
import { keyFile } from "../../../store/support/keys.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../../support/tmp.js";
import type { TreeEntry, TreeModel } from "../../../support/tree.js";

export const share = { tenant: "acme", share: "docs" };

/** A clock that moves on by a second whenever it is asked. */
export function tickingClock(startMs = Date.UTC(2026, 10, 20, 10)): Clock {
  let ms = startMs;
  return { now: () => timeFromMs((ms += 1000)) };
}

export interface WorldOptions {
  /** Wraps the source of every backup. */
  readonly source?: (source: Source) => Source;
  /** Wraps the store, beneath the counting. */
  readonly store?: (store: ObjectStore) => ObjectStore;
  /** When the world's time begins: two stores made at one time are taken for the same. */
  readonly startMs?: number;
  /** How the share is written. Default: as the share's defaults, with small chunks. */
  readonly settings?: Partial<ShareSettings>;
  /** Default: false. */
  readonly isEncrypted?: boolean;
}

interface Parts {
  readonly objects: CountingStore;
  readonly store: ShareStore;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
}

export class World implements AsyncDisposable {
  readonly directory: TemporaryDirectory;
  readonly sourceFolder: string;
  readonly stateFolder: string;
  readonly storeFolder: string;
  readonly clock: Clock;
  #options: WorldOptions;
  #open: Parts | undefined;

  private constructor(directory: TemporaryDirectory, options: WorldOptions) {
    this.directory = directory;
    this.sourceFolder = directory.join("source");
    this.stateFolder = directory.join("state");
    this.storeFolder = directory.join("store");
    this.clock = tickingClock(options.startMs);
    this.#options = options;
  }

  static async create(options: WorldOptions = {}): Promise<World> {
    const world = new World(await temporaryDirectory(), options);
    await mkdir(world.sourceFolder);
    const objects = await LocalStore.open(world.directory.join("store"), { create: true });
    await ShareStore.create(
      objects,
      share,
      options.settings ?? { chunkMinBytes: 64 * 1024, chunkAverageBytes: 128 * 1024, chunkMaxBytes: 512 * 1024 },
      { clock: world.clock, lock: options.isEncrypted === true ? { secret: keyFile(1) } : undefined },
    );
    await objects[Symbol.asyncDispose]();
    await world.reopen();
    return world;
  }

  /** Ends everything as the end of a process would, and opens it again. */
  async reopen(options: WorldOptions = this.#options): Promise<void> {
    await this.#close();
    this.#options = options;
    const local = await LocalStore.open(this.directory.join("store"));
    const objects = new CountingStore(options.store ? options.store(local) : local);
    const store = await ShareStore.open(objects, share, { unlock: unlockWith(keyFile(1)) });
    const catalog = openCatalog(`${this.stateFolder}/catalog`);
    const dedup = openDedupIndex(`${this.stateFolder}/catalog/dedup`, () => catalog.next().content);
    this.#open = { objects, store, catalog, dedup };
  }

  /** As after a disk failure: catalog and dedup index are gone, the store is there. */
  async loseState(): Promise<void> {
    await this.#close();
    await rm(this.stateFolder, { recursive: true });
    await this.reopen();
  }

  get objects(): CountingStore {
    return this.#parts.objects;
  }
  get store(): ShareStore {
    return this.#parts.store;
  }
  get catalog(): Catalog {
    return this.#parts.catalog;
  }
  get dedup(): DedupIndex {
    return this.#parts.dedup;
  }

  get parts(): Pick<BackupOptions, "store" | "catalog" | "dedup"> {
    return this.#parts;
  }

  /** Closed while `work` changes what lies on the disk. */
  async whileClosed(work: () => Promise<void>): Promise<void> {
    await this.#close();
    await work();
    await this.reopen();
  }

  async backup(options: Partial<BackupOptions> = {}): Promise<BackupResult> {
    const source = openSource({ url: `file://${this.sourceFolder}` }, { logger: silentLogger });
    const { store, catalog, dedup } = this.#parts;
    const wrapped = this.#options.source ? this.#options.source(source) : source;
    return runBackup({
      share,
      source: wrapped,
      store,
      catalog,
      dedup,
      clock: this.clock,
      logger: silentLogger,
      ...options,
    });
  }

  /** What a snapshot holds, read back through catalog and store. */
  async read(tree: TreeView): Promise<TreeModel> {
    const content = new ContentReader({
      share,
      catalog: this.catalog,
      blobs: new BlobReader({ store: this.store }),
      cache: new BlobCache(),
    });
    const found = new Map<string, TreeEntry>();
    const visit = async (directory: NodeId, path: string): Promise<void> => {
      for (const entry of tree.list(directory)) {
        const own = path === "" ? entry.name : `${path}/${entry.name}`;
        const mtimeMs = timeToMs(entry.mtimeNs);
        if (entry.kind === "directory") {
          found.set(own, { kind: "directory", mtimeMs });
          await visit(entry.nodeId, own);
        } else if (entry.kind === "file") {
          const bytes = await content.read(entry.contentId, entry.sizeBytes, 0, entry.sizeBytes);
          found.set(own, { kind: "file", bytes, mtimeMs });
        } else {
          const position = this.catalog.segmentOf(entry.version);
          const batch = position && (await this.store.getSegment(position.snapshot, position.segment));
          const target = batch?.puts[position?.index ?? -1]?.metadata.linkTarget ?? "";
          found.set(own, { kind: "symlink", target, mtimeMs });
        }
      }
    };
    if (tree.root) await visit(tree.root.nodeId, "");
    return found;
  }

  get #parts(): Parts {
    if (!this.#open) throw new Error("the world is closed");
    return this.#open;
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.catalog[Symbol.asyncDispose]();
    await open?.dedup[Symbol.asyncDispose]();
    await open?.objects[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.directory[Symbol.asyncDispose]();
  }
}
