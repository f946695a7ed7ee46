/** Brings a tree and its edits to an Azure Files share, through the unmodified SDK as any program would. */
import type { ShareClient, ShareFileClient } from "@azure/storage-file-share";
import pMap from "p-map";
import type { Emulator } from "../../emulator/emulator.js";
import { hostStyleClient, serviceClient } from "../../emulator/tests/fixture.js";
import {
  applyEdit,
  isWithin,
  nameOf,
  parentOf,
  topDown,
  type Edit,
  type FileEntry,
  type TreeModel,
  type TreePath,
} from "../../support/tree.js";

const AT_A_TIME = 8;

export class AzureTree {
  readonly #share: ShareClient;
  /** The SDK renames rightly only where the account is in the host's name. */
  readonly #renaming: ShareClient;

  private constructor(share: ShareClient, renaming: ShareClient) {
    this.#share = share;
    this.#renaming = renaming;
  }

  /** Creates the share and fills it. The tree has directories and files. */
  static async create(emulator: Emulator, shareName: string, tree: TreeModel): Promise<AzureTree> {
    // Without it the service drops a dot at the end of a name.
    const dots = { allowTrailingDot: true, allowSourceTrailingDot: true };
    const share = serviceClient(emulator, undefined, dots).getShareClient(shareName);
    await share.create();
    const azure = new AzureTree(share, hostStyleClient(emulator, dots).getShareClient(shareName));
    const entries = topDown(tree);
    for (const [path, entry] of entries) if (entry.kind === "directory") await azure.#makeDirectory(path);
    const files = entries.flatMap(([path, entry]) => (entry.kind === "file" ? [{ path, entry }] : []));
    await pMap(files, ({ path, entry }) => azure.#write(path, entry), { concurrency: AT_A_TIME });
    return azure;
  }

  /** @returns the tree after the edits */
  async apply(tree: TreeModel, edits: readonly Edit[]): Promise<TreeModel> {
    let current = tree;
    for (const edit of edits) {
      const next = applyEdit(current, edit);
      await this.#apply(current, next, edit);
      current = next;
    }
    return current;
  }

  async #apply(before: TreeModel, after: TreeModel, edit: Edit): Promise<void> {
    if (edit.kind === "rename") {
      const entry = before.get(edit.from);
      if (entry?.kind === "directory") await this.#renaming.getDirectoryClient(edit.from).rename(edit.to);
      else await fileIn(this.#renaming, edit.from).rename(edit.to);
    } else if (edit.kind === "delete") {
      const gone = topDown(before).filter(([path]) => isWithin(path, edit.path));
      for (const [path, entry] of gone.toReversed()) {
        if (entry.kind === "directory") await this.#share.getDirectoryClient(path).delete();
        else await fileIn(this.#share, path).delete();
      }
    } else {
      const entry = after.get(edit.path);
      if (entry?.kind === "directory") await this.#makeDirectory(edit.path);
      else if (entry?.kind === "file") await this.#write(edit.path, entry);
    }
  }

  async #makeDirectory(path: TreePath): Promise<void> {
    await this.#share.getDirectoryClient(path).create();
  }

  async #write(path: TreePath, { bytes, mtimeMs }: FileEntry): Promise<void> {
    const file = fileIn(this.#share, path);
    if (bytes.length === 0) await file.create(0);
    else await file.uploadData(Buffer.from(bytes));
    await file.setProperties({ lastWriteTime: new Date(mtimeMs) });
  }
}

function fileIn(share: ShareClient, path: TreePath): ShareFileClient {
  const folder = parentOf(path);
  const directory = folder === "" ? share.rootDirectoryClient : share.getDirectoryClient(folder);
  return directory.getFileClient(nameOf(path));
}
