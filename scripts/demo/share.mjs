// Owns the other side of the demo: people working in an Azure Files share. They use Microsoft's SDK, as every program does.
import { ShareServiceClient, StorageSharedKeyCredential, newPipeline } from "@azure/storage-file-share";
import { emulator, sourceShare } from "./contract.mjs";

const atATime = 16;

export class DemoShare {
  #share;

  /** @param {string} endpoint @param {string} key */
  constructor(endpoint, key) {
    const pipeline = newPipeline(new StorageSharedKeyCredential(emulator.account, key));
    pipeline.factories.unshift(keepAccountInRenames(new URL(endpoint).pathname));
    // Without it the service drops a dot at the end of a name.
    this.#share = new ShareServiceClient(endpoint, pipeline, {
      allowTrailingDot: true,
      allowSourceTrailingDot: true,
    }).getShareClient(sourceShare);
  }

  /** @param {{folders: string[], files: Map<string, Buffer>}} state folders from the root down */
  async fill({ folders, files }) {
    await this.#share.create();
    for (const folder of folders) await this.#share.getDirectoryClient(folder).create();
    await this.#upload(files);
  }

  /**
   * @param {{changed: Map<string, Buffer>, added: Map<string, Buffer>, deleted: string[], renamed: {from: string, to: string}}} edits
   */
  async edit({ changed, added, deleted, renamed }) {
    await this.#upload(new Map([...changed, ...added]));
    for (const path of deleted) await this.#file(path).delete();
    await this.#share.getDirectoryClient(renamed.from).rename(renamed.to);
  }

  /** @param {Map<string, Buffer>} files */
  async #upload(files) {
    const waiting = [...files];
    const worker = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [path, bytes] = next;
        const file = this.#file(path);
        if (bytes.length === 0) await file.create(0);
        else await file.uploadData(bytes);
      }
    };
    await Promise.all(Array.from({ length: atATime }, worker));
  }

  /** @param {string} path */
  #file(path) {
    const slash = path.lastIndexOf("/");
    const folder = slash < 0 ? this.#share.rootDirectoryClient : this.#share.getDirectoryClient(path.slice(0, slash));
    return folder.getFileClient(path.slice(slash + 1));
  }
}

/**
 * Where the account is part of the path, as it is with every emulator, the SDK leaves it out of a rename's destination.
 * @param {string} accountPath such as /devstoreaccount1
 */
function keepAccountInRenames(accountPath) {
  return {
    create: (/** @type {any} */ next) => ({
      shouldLog: () => false,
      log: () => {},
      sendRequest: (/** @type {any} */ request) => {
        const url = new URL(request.url);
        if (url.searchParams.get("comp") === "rename" && !url.pathname.startsWith(`${accountPath}/`)) {
          request.url = `${url.origin}${accountPath}${url.pathname}${url.search}`;
        }
        return next.sendRequest(request);
      },
    }),
  };
}
