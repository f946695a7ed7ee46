/**
 * What is in a folder of the target, asked for by name. The first names are asked for singly; of who wants more, the folder is
 * listed once, which tells of five thousand in one request.
 */
import type { ShareDirectoryClient } from "@azure/storage-file-share";
import { listPage } from "../../sources/azure/list-page.js";
import { type AzureNode, azureNode } from "./azure-node.js";
import { azureNameKey, type ShareProtocol } from "./names.js";
import type { TargetRequests } from "./target-requests.js";

const SINGLY = 2;
const PAGE_SIZE = 5000;

export class FolderListing {
  readonly #directory: ShareDirectoryClient;
  readonly #path: readonly string[];
  readonly #protocol: ShareProtocol;
  readonly #requests: TargetRequests;
  #asked = 0;
  #all: Promise<ReadonlyMap<string, AzureNode>> | undefined;

  constructor(
    directory: ShareDirectoryClient,
    path: readonly string[],
    protocol: ShareProtocol,
    requests: TargetRequests,
  ) {
    this.#directory = directory;
    this.#path = path;
    this.#protocol = protocol;
    this.#requests = requests;
  }

  /** @throws SharestrataError */
  async find(name: string): Promise<AzureNode | undefined> {
    const key = azureNameKey(name, this.#protocol);
    if (!this.#all && this.#asked++ < SINGLY) {
      const { children, nextMarker } = await this.#page(undefined, 100, name);
      const found = children.find((node) => azureNameKey(node.name, this.#protocol) === key);
      // Names that begin so stand before it; mostly there are none.
      if (found || nextMarker === undefined) return found;
    }
    this.#all ??= this.#readAll();
    return (await this.#all).get(key);
  }

  async *list(): AsyncGenerator<AzureNode> {
    let marker: string | undefined;
    do {
      const page = await this.#page(marker, PAGE_SIZE);
      yield* page.children;
      marker = page.nextMarker;
    } while (marker !== undefined);
  }

  async #readAll(): Promise<ReadonlyMap<string, AzureNode>> {
    const all = new Map<string, AzureNode>();
    for await (const node of this.list()) all.set(azureNameKey(node.name, this.#protocol), node);
    return all;
  }

  async #page(
    marker: string | undefined,
    pageSize: number,
    prefix?: string,
  ): Promise<{ readonly children: readonly AzureNode[]; readonly nextMarker: string | undefined }> {
    const { children, nextMarker } = await this.#requests.make(this.#path, (abortSignal) =>
      listPage(this.#directory, this.#path, { marker, pageSize, prefix }, abortSignal),
    );
    return { children: children.map(azureNode), nextMarker };
  }
}
