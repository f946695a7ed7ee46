/**
 * From the SHA-256 of a content to its id: an LMDB environment of its own in the catalog's folder, because it need not
 * fit in RAM and can be rebuilt from the segments at any time. It is filled after a segment is applied, so an id that
 * it knows is always one that is durable; what a kill keeps out of it is merely stored again.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { ContentId } from "../core/ids.js";
import type { ContentRecord } from "../core/node.js";
import { commit, COMMIT_OPTIONS } from "./commit.js";
import { copyEnvironment } from "./environments.js";
import { numberKey, keyNumber } from "./keys.js";

/**
 * What a digest was taken of: a blob's bytes, or the digests of a list's parts. They never answer for each other, or
 * a file made of digests could pass for the content that those digests describe.
 */
export type DigestKind = "blob" | "list";

export interface DedupIndex extends AsyncDisposable {
  /** @param sha256 32 bytes @returns undefined also for an id that the catalog has not handed out */
  get(kind: DigestKind, sha256: Uint8Array): ContentId | undefined;
  /** Remembers contents, those that are known already included. @throws SharestrataError `STORE_FULL`, `FAILED` */
  add(contents: readonly ContentRecord[]): Promise<void>;
  /** Writes a compact copy, as it is now, into an empty folder. @throws SharestrataError `STORE_FULL` */
  copyTo(folder: string): Promise<void>;
}

/**
 * @param folder made when missing. It lies within the catalog's, so that neither outlives the other: an id means
 * something only in the catalog that has handed it out
 * @param limit the first content id that the catalog has not handed out; it only ever grows
 */
export function openDedupIndex(folder: string, limit: () => ContentId): DedupIndex {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const table = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    ...COMMIT_OPTIONS,
  });
  return new LmdbDedupIndex(folder, table, limit);
}

class LmdbDedupIndex implements DedupIndex {
  readonly #folder: string;
  readonly #table: RootDatabase<Buffer, Buffer>;
  readonly #limit: () => ContentId;
  /** Ids below are known to be handed out. */
  #below = 0;

  constructor(folder: string, table: RootDatabase<Buffer, Buffer>, limit: () => ContentId) {
    this.#folder = folder;
    this.#table = table;
    this.#limit = limit;
  }

  get(kind: DigestKind, sha256: Uint8Array): ContentId | undefined {
    const value = this.#table.get(digestKey(kind, sha256));
    if (!value) return undefined;
    const contentId = keyNumber(value, 0, "dedup index") as ContentId;
    if (contentId >= this.#below) this.#below = this.#limit();
    return contentId < this.#below ? contentId : undefined;
  }

  async add(contents: readonly ContentRecord[]): Promise<void> {
    if (contents.length === 0) return;
    await commit(this.#table, this.#folder, () => {
      for (const { kind, sha256, contentId } of contents) {
        const key = digestKey(kind === "list" ? "list" : "blob", sha256);
        void this.#table.put(key, numberKey(contentId));
      }
    });
  }

  copyTo(folder: string): Promise<void> {
    return copyEnvironment(this.#table, join(this.#folder, "data.mdb"), folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#table.close();
  }
}

function digestKey(kind: DigestKind, sha256: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(kind === "list" ? 1 : 0), sha256]);
}
