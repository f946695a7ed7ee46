/**
 * From a source's identities to nodes, for recognising renames: an LMDB environment of its own beside the node tree,
 * because it need not fit in RAM and is rebuilt from the segments with it. A row is a hint: what it says counts only
 * while the node tree agrees, so rows of nodes that are gone do no harm.
 */
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { NodePut } from "../core/node.js";
import type { KnownNode } from "./catalog.js";
import { commit, COMMIT_OPTIONS } from "./commit.js";
import { copyEnvironment } from "./environments.js";
import { knownNodeValue } from "./values.js";

export class Identities implements AsyncDisposable {
  readonly #folder: string;
  readonly #table: RootDatabase<Buffer, Buffer>;

  /** @param folder made when missing */
  constructor(folder: string) {
    this.#folder = folder;
    this.#table = open<Buffer, Buffer>({
      path: folder,
      noSubdir: false,
      encoding: "binary",
      keyEncoding: "binary",
      ...COMMIT_OPTIONS,
    });
  }

  get(sourceId: string): KnownNode | undefined {
    const value = this.#table.get(Buffer.from(sourceId));
    return value && knownNodeValue.decode(value);
  }

  /** Puts that are known already included. @throws SharestrataError `STORE_FULL`, `FAILED` as `commit` */
  async add(puts: readonly NodePut[]): Promise<void> {
    await commit(this.#table, this.#folder, () => {
      for (const { entry } of puts) {
        if (entry.sourceId !== undefined)
          void this.#table.put(Buffer.from(entry.sourceId), knownNodeValue.encode(entry));
      }
    });
  }

  /** Writes a compact copy, as it is now, into an empty folder. @throws SharestrataError `STORE_FULL` */
  copyTo(folder: string): Promise<void> {
    return copyEnvironment(this.#table, join(this.#folder, "data.mdb"), folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#table.close();
  }
}
