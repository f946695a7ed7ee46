/** One folder of a share that is restored into. */
import type { ShareClient, ShareDirectoryClient, ShareFileClient } from "@azure/storage-file-share";
import { SharestrataError } from "../../../core/errors.js";
import { readThrough } from "../read-through.js";
import type { Closeness, Difference, Putting, PutOutcome, Replacing, TargetFolder, TargetNode } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { expectReadableName, listedDifferences } from "./azure-node.js";
import { FolderListing } from "./folder-listing.js";
import { describeNfsNode, putHardLink, putSymlink } from "./nfs.js";
import type { ShareProtocol } from "./names.js";
import type { PermissionKeys } from "./permission-keys.js";
import {
  attributesText,
  finalProperties,
  permissionOf,
  posixProperties,
  timeText,
  userMetadata,
} from "./properties.js";
import { type AzurePlace, finishFile, holdsContent, putFile } from "./put-file.js";
import type { TargetRequests } from "./target-requests.js";
import { UNFINISHED_NS } from "./unfinished.js";

/** What all folders of one target have in common. */
export interface AzureTools {
  readonly share: ShareClient;
  /** From below the share's root. */
  readonly folder: readonly string[];
  readonly protocol: ShareProtocol;
  readonly requests: TargetRequests;
  readonly keys: PermissionKeys;
  /** Whether the target is the share that was backed up. */
  readonly isSource: boolean;
}

export class AzureFolder implements TargetFolder {
  readonly #tools: AzureTools;
  /** From below the target's own folder. */
  readonly #path: readonly string[];
  readonly #listing: FolderListing;

  constructor(
    tools: AzureTools,
    path: readonly string[],
    readonly isOurs: boolean,
    readonly isNew: boolean,
  ) {
    this.#tools = tools;
    this.#path = path;
    this.#listing = new FolderListing(this.#directory(), path, tools.protocol, tools.requests);
  }

  async claim(): Promise<void> {
    await this.#tools.requests.make(this.#path, async (abortSignal) => {
      await this.#directory().setProperties({ creationTime: timeText(UNFINISHED_NS), abortSignal });
    });
  }

  async find(name: string): Promise<TargetNode | undefined> {
    // What this run has put here nobody asks for again.
    if (this.isNew) return undefined;
    const node = await this.#listing.find(name);
    return node && this.#described(node);
  }

  async *list(): AsyncIterable<TargetNode> {
    for await (const node of this.#listing.list()) yield await this.#described(node);
  }

  async enter(wanted: WantedNode, there: TargetNode | undefined): Promise<AzureFolder> {
    const path = [...this.#path, wanted.entry.name];
    if (there) return new AzureFolder(this.#tools, path, there.isUnfinished, false);
    const isMade = await makeDirectory(this.#tools, path, wanted);
    return new AzureFolder(this.#tools, path, true, isMade);
  }

  enterToEmpty(node: TargetNode): Promise<AzureFolder> {
    return Promise.resolve(new AzureFolder(this.#tools, [...this.#path, node.name], false, false));
  }

  async differences(wanted: WantedNode, there: TargetNode, closeness: Closeness): Promise<readonly Difference[]> {
    const { entry } = wanted;
    const { protocol, isSource } = this.#tools;
    const metadata = await wanted.metadata();
    if (entry.kind === "symlink") return metadata.linkTarget === there.linkTarget ? [] : ["link target"];
    const listed = listedDifferences(wanted, metadata, there, isSource);
    if (closeness === "content") return listed.filter((difference) => difference === "size" || difference === "time");
    if (protocol !== "nfs" || !entry.posix || !there.posix) return listed;
    const { mode, uid, gid } = entry.posix;
    return [
      ...listed,
      ...(mode === there.posix.mode ? [] : (["mode"] as const)),
      ...(uid === there.posix.uid && gid === there.posix.gid ? [] : (["owner"] as const)),
      ...(there.linkId !== undefined && (metadata.linkCount ?? 1) === 1 ? (["links"] as const) : []),
    ];
  }

  async putFile(wanted: WantedNode, putting: Putting): Promise<PutOutcome> {
    const { there, content, onBytes, isToBeAlone } = putting;
    const place = this.#place(wanted.entry.name);
    if (!there) return putFile(place, wanted, putting);
    // What differs by the case of its name alone can be given its own in no other way than by going.
    const mayStay = there.kind === "file" && there.name === wanted.entry.name && !isToBeAlone;
    if (mayStay && there.linkId === undefined) return putFile(place, wanted, putting);
    // What is written into a file is written under all of its names, also those that lie outside of what is put back: one that has
    // the right bytes keeps them, any other is made anew.
    if (mayStay && !there.isUnfinished && (await holdsContent(place, wanted, content))) {
      await finishFile(place, wanted, there);
      onBytes(wanted.entry.sizeBytes);
      return { bytesWritten: 0, isWritten: false };
    }
    // It is gone for good, so what comes in its place has to be known to be whole.
    await readThrough(content(), this.#tools.requests.signal);
    await wanted.metadata();
    await this.remove(there);
    return putFile(place, wanted, { ...putting, there: undefined });
  }

  expectSymlinks(): void {
    if (this.#tools.protocol === "nfs") return;
    const message = "An SMB share has no symbolic links over REST, so this one cannot be put back there.";
    throw new SharestrataError("FILE_UNWRITABLE", message);
  }

  async putSymlink(wanted: WantedNode, linkTarget: string, { there }: Replacing): Promise<void> {
    this.expectSymlinks();
    if (there) await this.remove(there);
    await putSymlink(this.#place(wanted.entry.name), wanted, linkTarget);
  }

  async putLink(wanted: WantedNode, path: readonly string[], { there }: Replacing): Promise<void> {
    if (there) await this.remove(there);
    const place = this.#place(wanted.entry.name);
    await putHardLink(place, [...this.#tools.folder, ...path]);
    // One more name is a change of the file, and its time of change is to be the one it had.
    await finishFile(place, wanted, undefined);
  }

  setAttributes(wanted: WantedNode, there: TargetNode): Promise<void> {
    if (there.kind !== "file") return Promise.resolve();
    return finishFile(this.#place(there.name), wanted, there);
  }

  async remove(node: TargetNode): Promise<void> {
    expectReadableName(node);
    const { requests } = this.#tools;
    const path = [...this.#path, node.name];
    const isReadOnly = /\bReadOnly\b/.test(node.attributes ?? "");
    const client = node.kind === "directory" ? this.#directory(node.name) : this.#file(node.name);
    if (isReadOnly) {
      await requests.make(path, async (abortSignal) => {
        await client.setProperties({ fileAttributes: attributesText("None"), abortSignal });
      });
    }
    await requests.make(
      path,
      async (abortSignal) => {
        await client.delete({ abortSignal });
      },
      { accept: (failure) => (failure.status === 404 ? { value: undefined } : undefined) },
    );
  }

  async finish(wanted: WantedNode): Promise<void> {
    const { protocol, keys, requests } = this.#tools;
    const metadata = await wanted.metadata();
    const directory = this.#directory();
    const permission = await permissionOf(wanted, keys, protocol);
    if (!this.isNew) {
      await requests.make(this.#path, async (abortSignal) => {
        await directory.setMetadata(userMetadata(metadata), { abortSignal });
      });
    }
    const properties = finalProperties(wanted, metadata, this.isNew ? undefined : permission, protocol);
    await requests.make(this.#path, async (abortSignal) => {
      await directory.setProperties({ ...properties, abortSignal });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #described(node: TargetNode): Promise<TargetNode> | TargetNode {
    if (this.#tools.protocol !== "nfs" || node.kind === "other") return node;
    const path = [...this.#path, node.name];
    const client = node.kind === "directory" ? this.#directory(node.name) : this.#file(node.name);
    return describeNfsNode(node, client, this.#file(node.name), path, this.#tools.requests);
  }

  #place(name: string): AzurePlace {
    const { protocol, keys, requests } = this.#tools;
    return { file: this.#file(name), path: [...this.#path, name], protocol, keys, requests };
  }

  #file(name: string): ShareFileClient {
    return this.#tools.share.rootDirectoryClient.getFileClient(this.#fullPath(name));
  }

  #directory(name?: string): ShareDirectoryClient {
    return this.#tools.share.getDirectoryClient(this.#fullPath(name));
  }

  #fullPath(name: string | undefined): string {
    return [...this.#tools.folder, ...this.#path, ...(name === undefined ? [] : [name])].join("/");
  }
}

/** @returns whether nothing can be in it: one that somebody made meanwhile is taken as it is */
async function makeDirectory(tools: AzureTools, path: readonly string[], wanted: WantedNode): Promise<boolean> {
  const { share, folder, protocol, keys, requests } = tools;
  const metadata = await wanted.metadata();
  const permission = await permissionOf(wanted, keys, protocol);
  const { posix } = wanted.entry;
  const directory = share.getDirectoryClient([...folder, ...path].join("/"));
  return requests.make<boolean>(
    path,
    async (abortSignal) => {
      await directory.create({
        creationTime: timeText(UNFINISHED_NS),
        metadata: userMetadata(metadata),
        ...permission,
        ...(protocol === "nfs" && posix && { posixProperties: posixProperties(posix) }),
        abortSignal,
      });
      return true;
    },
    { accept: ({ code }, isRepeated) => (code === "ResourceAlreadyExists" ? { value: isRepeated } : undefined) },
  );
}
