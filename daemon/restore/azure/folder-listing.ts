/**
 * What is in a folder of the target, asked for by name. The first names are asked for singly; of who wants more, the folder is
 * listed once, which tells of five thousand in one request. Of a folder that is too large to be held, a part is: the names that begin as
 * the wanted one does, as many letters of it as it takes. Who asks for names in order asks for each part once, or, where the order is that
 * of bytes and the service does not mind case, once for each case.
 */
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import { listPage } from "../../sources/azure/list-page.js";
import { type AzureNode, azureNode } from "./azure-node.js";
import { azureNameKey, type ShareProtocol } from "./names.js";
import { OverfullPrefixes } from "./overfull-prefixes.js";
import type { TargetRequests } from "./target-requests.js";

const SINGLY = 2;
/** Of a page that is asked for one name, and those that begin with it. */
const SINGLE_SIZE = 100;
const PAGE_SIZE = 5000;
/** Of one part: some 6 MB. */
const MOST_PAGES = 2;
/** Whoever asks is at work on a few names at a time, and may have a foot on either side of a border. */
const PARTS_KEPT = 2;

/** Everything whose name begins alike. */
interface Part {
  /** The key of how they begin. */
  readonly prefixKey: string;
  readonly nodes: ReadonlyMap<string, AzureNode>;
}

interface Page {
  readonly children: readonly AzureNode[];
  readonly nextMarker: string | undefined;
}

export interface FolderListingOptions {
  /** Entries of a page, 5000 unless told: what the service gives at most. */
  readonly pageSize?: number | undefined;
}

export class FolderListing {
  readonly #directory: ShareDirectoryClient;
  readonly #path: readonly string[];
  readonly #protocol: ShareProtocol;
  readonly #requests: TargetRequests;
  readonly #pageSize: number;
  #asked = 0;
  /** The latest last. */
  #parts: readonly Part[] = [];
  #search: Promise<unknown> | undefined;
  readonly #overfull = new OverfullPrefixes();

  constructor(
    directory: ShareDirectoryClient,
    path: readonly string[],
    protocol: ShareProtocol,
    requests: TargetRequests,
    { pageSize = PAGE_SIZE }: FolderListingOptions = {},
  ) {
    this.#directory = directory;
    this.#path = path;
    this.#protocol = protocol;
    this.#requests = requests;
    this.#pageSize = pageSize;
  }

  /** @throws SharestrataError */
  async find(name: string): Promise<AzureNode | undefined> {
    const key = azureNameKey(name, this.#protocol);
    if (this.#parts.length === 0 && !this.#search && this.#asked++ < SINGLY) {
      const { children, nextMarker } = await this.#page(undefined, SINGLE_SIZE, name);
      const found = children.find((node) => this.#keyOf(node) === key);
      // Names that begin so stand before it; mostly there are none.
      if (found || nextMarker === undefined) return found;
    }
    for (;;) {
      const part = this.#parts.find(({ prefixKey }) => key.startsWith(prefixKey));
      if (part) return part.nodes.get(key);
      if (this.#search) {
        // Mostly it is for what is wanted here as well; its failure is told to who began it.
        await this.#search.catch(() => {});
        continue;
      }
      const search = this.#find(name, key);
      this.#search = search;
      try {
        return await search;
      } finally {
        this.#search = undefined;
      }
    }
  }

  async *list(): AsyncGenerator<AzureNode> {
    yield* this.#beginningWith("");
  }

  /** Finds the part that a name is in, and keeps it. */
  async #find(name: string, key: string): Promise<AzureNode | undefined> {
    for (;;) {
      const length = this.#overfull.lengthFor(name, key);
      // More begin with the whole name than are held.
      if (length === undefined) return this.#among(name, key);
      const prefix = name.slice(0, length);
      const nodes = new Map<string, AzureNode>();
      const nextMarker = await this.#readPart(prefix, nodes);
      if (nextMarker === undefined) {
        this.#parts = [...this.#parts.slice(1 - PARTS_KEPT), { prefixKey: key.slice(0, length), nodes }];
        return nodes.get(key);
      }
      this.#overfull.add(key.slice(0, length), nodes.keys());
    }
  }

  /** @returns undefined when that was all */
  async #readPart(prefix: string, nodes: Map<string, AzureNode>): Promise<string | undefined> {
    let marker: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await this.#page(marker, this.#pageSize, prefix);
      for (const node of page.children) nodes.set(this.#keyOf(node), node);
      marker = page.nextMarker;
      if (marker === undefined) break;
    }
    return marker;
  }

  async #among(name: string, key: string): Promise<AzureNode | undefined> {
    for await (const node of this.#beginningWith(name)) if (this.#keyOf(node) === key) return node;
    return undefined;
  }

  async *#beginningWith(prefix: string): AsyncGenerator<AzureNode> {
    let marker: string | undefined;
    do {
      const page = await this.#page(marker, this.#pageSize, prefix);
      yield* page.children;
      marker = page.nextMarker;
    } while (marker !== undefined);
  }

  #keyOf({ name }: AzureNode): string {
    return azureNameKey(name, this.#protocol);
  }

  async #page(marker: string | undefined, pageSize: number, prefix: string): Promise<Page> {
    const request = { marker, pageSize, ...(prefix !== "" && { prefix }) };
    const { children, nextMarker } = await this.#requests.make(this.#path, (abortSignal) =>
      listPage(this.#directory, this.#path, request, abortSignal),
    );
    return { children: children.map(azureNode), nextMarker };
  }
}
