// A tree as restore sees one, made by hand, so that it can hold what no catalog should.
import type { CatalogEntry, TreeView } from "../../../../catalog/catalog.js";
import {
  type ContentId,
  type NodeId,
  ROOT_NODE,
  type SnapshotNumber,
  type VersionNumber,
} from "../../../../core/ids.js";
import type { NodeMetadata, PermissionDescriptor } from "../../../../core/node.js";
import { timeFromMs, type TimeNs } from "../../../../core/time.js";
import type { FileContent, MetadataSource } from "../../../../daemon/restore/wanted.js";

export type Content = string | Uint8Array | Error | (() => AsyncGenerator<Uint8Array>);

export interface Node {
  readonly file?: Content;
  readonly size?: number;
  readonly link?: string;
  readonly posix?: CatalogEntry["posix"];
  readonly in?: Readonly<Record<string, Node>>;
  /** Default: `MTIME`. */
  readonly mtimeNs?: TimeNs;
  /** An error: it is lost. */
  readonly metadata?: NodeMetadata | Error;
}

export const MTIME = timeFromMs(Date.UTC(2020, 1, 2, 3, 4, 5, 678));

export class FakeTree implements TreeView, FileContent, MetadataSource {
  readonly root: CatalogEntry;
  /** How often a content was asked for. */
  streamed = 0;
  readonly #contents = new Map<number, Content>();
  /** Equal texts are one content, as in a store. */
  readonly #texts = new Map<string, number>();
  readonly #children = new Map<number, CatalogEntry[]>();
  readonly #metadata = new Map<number, NodeMetadata | Error>();
  #next = ROOT_NODE as number;

  /** @param descriptors what permission keys stand for */
  constructor(
    tree: Node,
    private readonly descriptors: Readonly<Record<string, PermissionDescriptor>> = {},
  ) {
    this.root = this.#add("", 0 as NodeId, tree);
  }

  #add(name: string, parentId: NodeId, node: Node): CatalogEntry {
    const id = this.#next++;
    const kind = node.in ? "directory" : node.link === undefined ? "file" : "symlink";
    const { file } = node;
    const length = typeof file === "string" ? Buffer.byteLength(file) : file instanceof Uint8Array ? file.length : 0;
    const known = typeof file === "string" ? this.#texts.get(file) : undefined;
    const contentId = known ?? id;
    if (file !== undefined) this.#contents.set(contentId, file);
    if (typeof file === "string") this.#texts.set(file, contentId);
    const linkTarget = node.link === undefined ? {} : { linkTarget: node.link };
    this.#metadata.set(id, node.metadata instanceof Error ? node.metadata : { ...node.metadata, ...linkTarget });
    const entry: CatalogEntry = {
      nodeId: id as NodeId,
      parentId,
      name,
      kind,
      sizeBytes: node.size ?? length,
      mtimeNs: node.mtimeNs ?? MTIME,
      xorhash: 0n,
      signature: 0,
      contentId: contentId as ContentId,
      posix: node.posix,
      since: 1 as SnapshotNumber,
      version: id as VersionNumber,
    };
    const children = Object.entries(node.in ?? {});
    this.#children.set(
      id,
      children.map(([childName, child]) => this.#add(childName, entry.nodeId, child)),
    );
    return entry;
  }

  lookup(parentId: NodeId, name: string): CatalogEntry | undefined {
    return this.#children.get(parentId)?.find((entry) => entry.name === name);
  }

  *list(parentId: NodeId, after?: string): IterableIterator<CatalogEntry> {
    const entries = this.#children.get(parentId) ?? [];
    yield* entries.slice(after === undefined ? 0 : entries.findIndex((entry) => entry.name === after) + 1);
  }

  pathOf(nodeId: NodeId): readonly string[] | undefined {
    if (nodeId === this.root.nodeId) return [];
    for (const entries of this.#children.values()) {
      const entry = entries.find((one) => one.nodeId === nodeId);
      if (entry) return [...(this.pathOf(entry.parentId) ?? []), entry.name];
    }
    return undefined;
  }

  async *stream(contentId: ContentId): AsyncGenerator<Uint8Array> {
    this.streamed++;
    const content = this.#contents.get(contentId);
    if (content instanceof Error) throw content;
    if (typeof content === "function") yield* content();
    else yield Buffer.from(content ?? "");
  }

  metadataOf(version: VersionNumber): Promise<NodeMetadata> {
    const metadata = this.#metadata.get(version) ?? {};
    return metadata instanceof Error ? Promise.reject(metadata) : Promise.resolve(metadata);
  }

  descriptorOf(permissionKey: string): Promise<PermissionDescriptor | undefined> {
    return Promise.resolve(this.descriptors[permissionKey]);
  }
}
