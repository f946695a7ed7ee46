// Owns making a real catalog and a real store out of described trees, one snapshot after another, without the daemon's
// backup: what the mount is tested with must not depend on what finds and cuts files. Paths are identities here: a
// renamed file is a new node.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Catalog } from "../../../catalog/catalog.js";
import { openCatalog, openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { systemClock } from "../../../core/clock.js";
import { EMPTY_CONTENT, NO_NODE, ROOT_NODE, type ContentId, type NodeId, type PruneNumber } from "../../../core/ids.js";
import { snapshotName, type ShareName } from "../../../core/names.js";
import type {
  NodeKind,
  NodeMetadata,
  NodePut,
  NodeRemoval,
  PermissionRecord,
  PosixAttributes,
} from "../../../core/node.js";
import type { BackupCounters, Snapshot } from "../../../core/snapshot.js";
import { timeFromMs, type TimeNs } from "../../../core/time.js";
import type { BlobCache } from "../../../fs/content/blob-cache.js";
import { mountedShare } from "../../../fs/mounted-share.js";
import type { MountedShare } from "../../../fs/shares.js";
import { ContentStoreWriter } from "../../../store/content-store-writer.js";
import type { PendingContent } from "../../../store/content-writer.js";
import { openObjectStore } from "../../../store/open-store.js";
import { unlockWith } from "../../../store/crypto/unlock.js";
import { ShareStore } from "../../../store/share-store.js";
import { nameOf, parentOf, topDown, type TreeEntry, type TreeModel } from "../../support/tree/model.js";
import { keyFile } from "../../store/support/keys.js";
import { RemoteLikeStore } from "./remote-like-store.js";

/** What a tree model does not say and a source may know. */
export interface NodeExtras {
  readonly posix?: PosixAttributes;
  readonly mtimeNs?: TimeNs;
  readonly metadata?: NodeMetadata;
}

/**
 * How the store is: a local folder, the same with an encrypted share in it, or one whose answers come late, in another order
 * and in buffers of their own, as over a network.
 */
export type BuiltStore = "plain" | "encrypted" | "remote";

export interface SnapshotOptions {
  /** By path; "" is the root. */
  readonly extras?: ReadonlyMap<string, NodeExtras>;
  /** Default: none. */
  readonly permissions?: readonly PermissionRecord[];
}

const CHUNK_BYTES = 1024 * 1024;
const NO_COUNTERS: BackupCounters = {
  files: 0,
  directories: 0,
  bytes: 0,
  added: 0,
  modified: 0,
  renamed: 0,
  deleted: 0,
  unchanged: 0,
  errors: 0,
  bytesRead: 0,
  bytesStored: 0,
};

interface KnownNode {
  readonly nodeId: NodeId;
  readonly kind: NodeKind;
  /** Equal as long as nothing about the node changed. */
  readonly state: string;
}

export class ShareBuilder implements AsyncDisposable {
  readonly #catalog: Catalog;
  readonly #store: ShareStore;
  readonly #writer: ContentStoreWriter;
  /** By SHA-256 in hexadecimal. */
  readonly #contents = new Map<string, PendingContent>();
  #nodes = new Map<string, KnownNode>();
  /** The first snapshot is begun at this moment, each further one a minute later. */
  #timeMs = Date.UTC(2026, 10, 20, 10, 0, 0);

  /** @param folder where catalog and store go; also `openBuiltShare`'s */
  static async create(folder: string, share: ShareName, kind: BuiltStore = "plain"): Promise<ShareBuilder> {
    const objects = await openObjectStore(storeUri(folder), { create: true });
    const lock = kind === "encrypted" ? { secret: KEY } : undefined;
    const store = await ShareStore.create(objects, share, {}, { clock: systemClock, lock });
    return new ShareBuilder(openCatalog(catalogFolder(folder, share)), store);
  }

  private constructor(catalog: Catalog, store: ShareStore) {
    this.#catalog = catalog;
    this.#store = store;
    const { content, bundle } = catalog.next();
    this.#writer = new ContentStoreWriter({ store, nextContentId: content, nextBundleId: bundle });
  }

  /** Stores and publishes the tree as the next snapshot. */
  async snapshot(tree: TreeModel, { extras = new Map(), permissions }: SnapshotOptions = {}): Promise<Snapshot> {
    const begun = await this.#catalog.begin();
    const { node, version } = this.#catalog.next();
    let nextNode = Math.max(node, ROOT_NODE);
    // All contents first: small ones are stored when their bundle is closed, and not before.
    const contents = new Map<string, PendingContent>();
    for (const [path, entry] of tree) contents.set(path, await this.#add(entry));
    await this.#writer.flush();
    await Promise.all(Array.from(contents.values(), ({ stored }) => stored));
    const nodes = new Map<string, KnownNode>();
    const puts: NodePut[] = [];
    const root: TreeEntry = { kind: "directory", mtimeMs: this.#timeMs };
    for (const [path, entry] of [["", root] as const, ...topDown(tree)]) {
      const content = (await contents.get(path)?.stored) ?? EMPTY_CONTENT;
      const extra = extras.get(path) ?? {};
      const state = stateOf(path === "" ? { kind: "directory", mtimeMs: 0 } : entry, content, extra);
      const known = this.#nodes.get(path);
      const nodeId = known?.kind === entry.kind ? known.nodeId : (nextNode++ as NodeId);
      nodes.set(path, { nodeId, kind: entry.kind, state });
      if (known?.nodeId === nodeId && known.state === state) continue;
      const parentId = path === "" ? NO_NODE : (nodes.get(parentOf(path))?.nodeId ?? NO_NODE);
      puts.push(putOf(path, entry, { nodeId, parentId, content, extra, state }));
    }
    const removals: NodeRemoval[] = [];
    for (const [path, { nodeId }] of this.#nodes) {
      if (nodes.get(path)?.nodeId === nodeId) continue;
      removals.push({ nodeId, parentId: this.#nodes.get(parentOf(path))?.nodeId ?? NO_NODE, name: nameOf(path) });
    }
    const batch = { firstVersion: version, ...this.#writer.takeStored(), permissions, removals, puts };
    await this.#store.putSegment(begun.number, 0, batch);
    await this.#catalog.apply(begun.number, 0, batch);
    this.#nodes = nodes;
    const snapshot = this.#describe(begun.number, new Set(this.#catalog.snapshots().map(({ name }) => name)));
    await this.#catalog.publish(snapshot);
    this.#timeMs += 60_000;
    return snapshot;
  }

  /** Takes a snapshot away from the catalog, as a prune does; what only it needs stays in the store. */
  async prune(snapshot: Snapshot): Promise<void> {
    const { content, bundle } = this.#catalog.next();
    await this.#catalog.applyPrune({
      number: ((this.#catalog.prune() ?? 0) + 1) as PruneNumber,
      after: this.#catalog.snapshots().at(-1)?.number,
      writtenAt: timeFromMs(this.#timeMs),
      fencing: undefined,
      nextContentId: content,
      nextBundleId: bundle,
      removals: [{ snapshot: snapshot.number, reason: "a test wants it gone" }],
      rewritten: [],
      condemned: [],
      bundles: [],
      blobs: [],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
    await this.#catalog[Symbol.asyncDispose]();
    await this.#store.objects[Symbol.asyncDispose]();
  }

  async #add(entry: TreeEntry): Promise<PendingContent> {
    if (entry.kind !== "file" || entry.bytes.length === 0) return { stored: Promise.resolve(EMPTY_CONTENT) };
    const { bytes } = entry;
    const sha256 = digest(bytes);
    const key = sha256.toString("hex");
    let content = this.#contents.get(key);
    if (!content) {
      const large = bytes.length > CHUNK_BYTES;
      content = large ? { stored: this.#addList(bytes) } : await this.#writer.addSmall(bytes, sha256);
      this.#contents.set(key, content);
    }
    return content;
  }

  async #addList(bytes: Uint8Array): Promise<ContentId> {
    const parts = [];
    const digests: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
      const chunk = bytes.subarray(start, start + CHUNK_BYTES);
      digests.push(digest(chunk));
      const pending = await this.#writer.addChunk(chunk, digest(chunk));
      parts.push({ contentId: await pending.stored, sizeBytes: chunk.length });
    }
    return this.#writer.addList(parts, Buffer.concat(digests));
  }

  #describe(number: Snapshot["number"], taken: ReadonlySet<string>): Snapshot {
    const time = timeFromMs(this.#timeMs);
    const name = snapshotName(time, (text) => taken.has(text));
    const totals = this.#catalog.totals();
    const status = "complete";
    return { number, name, startedAt: time, finishedAt: time, status, tags: [], ...totals, counters: NO_COUNTERS };
  }
}

/** What `ShareBuilder` made, as a mount would open it: read-only, from any process. */
export async function openBuiltShare(
  folder: string,
  share: ShareName,
  cache: BlobCache,
  kind: BuiltStore = "plain",
): Promise<MountedShare> {
  const local = await openObjectStore(storeUri(folder));
  const objects = kind === "remote" ? new RemoteLikeStore(local) : local;
  const store = await ShareStore.open(objects, share, { unlock: unlockWith(KEY) });
  const release = async (): Promise<void> => {
    await objects[Symbol.asyncDispose]();
  };
  const catalog = openCatalogReader(catalogFolder(folder, share));
  const close = async (): Promise<void> => {
    await catalog[Symbol.asyncDispose]();
    await release();
  };
  return mountedShare({ catalog, store, cache, close });
}

const KEY = keyFile(7);
const storeUri = (folder: string): string => pathToFileURL(join(folder, "store")).href;
const catalogFolder = (folder: string, { tenant, share }: ShareName): string => join(folder, "state", tenant, share);
const digest = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

interface PutParts {
  readonly nodeId: NodeId;
  readonly parentId: NodeId;
  readonly content: ContentId;
  readonly extra: NodeExtras;
  readonly state: string;
}

function putOf(path: string, entry: TreeEntry, { nodeId, parentId, content, extra, state }: PutParts): NodePut {
  const target = entry.kind === "symlink" ? { linkTarget: entry.target } : {};
  return {
    entry: {
      nodeId,
      parentId,
      name: nameOf(path),
      kind: entry.kind,
      sizeBytes: sizeOf(entry),
      mtimeNs: extra.mtimeNs ?? timeFromMs(entry.mtimeMs),
      xorhash: entry.kind === "file" && entry.bytes.length > 0 ? digest(entry.bytes).readBigUInt64LE(0) : 0n,
      signature: digest(Buffer.from(state)).readUInt32LE(0),
      contentId: content,
      posix: extra.posix,
      sourceId: undefined,
    },
    metadata: { ...target, ...extra.metadata },
    movedFrom: undefined,
  };
}

function sizeOf(entry: TreeEntry): number {
  if (entry.kind === "file") return entry.bytes.length;
  return entry.kind === "symlink" ? Buffer.byteLength(entry.target) : 0;
}

function stateOf(entry: TreeEntry, content: ContentId, extra: NodeExtras): string {
  const target = entry.kind === "symlink" ? entry.target : "";
  const text = [entry.kind, entry.mtimeMs, sizeOf(entry), content, target, extra.mtimeNs, extra.posix, extra.metadata];
  return JSON.stringify(text, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}
