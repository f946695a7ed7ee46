/** The bytes that a file of the target has: which ranges hold any is asked once, and only of these is anything read. */
import type { ShareFileClient } from "@azure/storage-file-share";
import { overlapping } from "../../../core/byte-range.js";
import { AzureFailure } from "../../sources/azure/failures.js";
import { listRanges, type RangeList } from "../../sources/azure/range-list.js";
import type { TargetRequests } from "./target-requests.js";

export class PresentContent {
  readonly #file: ShareFileClient;
  readonly #path: readonly string[];
  readonly #requests: TargetRequests;
  #allocated: Promise<RangeList> | undefined;

  constructor(file: ShareFileClient, path: readonly string[], requests: TargetRequests) {
    this.#file = file;
    this.#path = path;
    this.#requests = requests;
  }

  /** What lies there, zeros behind the file's end. @throws SharestrataError */
  async read(offset: number, lengthBytes: number): Promise<Buffer> {
    const bytes = Buffer.alloc(lengthBytes);
    const allocated = await this.#allocation();
    const end = Math.min(offset + lengthBytes, allocated.sizeBytes);
    if (offset >= end) return bytes;
    const ranges = overlapping(allocated.ranges, { start: offset, end });
    const [first] = ranges;
    const last = ranges.at(-1);
    if (!first || !last) return bytes;
    const from = Math.max(offset, first.start);
    const read = await this.#download(from, Math.min(end, last.end) - from);
    read.copy(bytes, from - offset);
    return bytes;
  }

  /** Of the file as it is now: a listing may lag behind. @throws SharestrataError */
  async sizeBytes(): Promise<number> {
    return (await this.#allocation()).sizeBytes;
  }

  #allocation(): Promise<RangeList> {
    this.#allocated ??= this.#requests.make(this.#path, async (abortSignal) => {
      const allocated = await listRanges(this.#file, abortSignal);
      if (Number.isNaN(allocated.sizeBytes)) {
        throw new AzureFailure("The answer does not say how long the file is", { kind: "malformed" });
      }
      return allocated;
    });
    return this.#allocated;
  }

  #download(offset: number, count: number): Promise<Buffer> {
    return this.#requests.make(this.#path, async (abortSignal) => {
      const { readableStreamBody: body } = await this.#file.download(offset, count, {
        abortSignal,
        maxRetryRequests: 0,
      });
      const pieces: Buffer[] = [];
      for await (const piece of body ?? []) pieces.push(piece as Buffer);
      const bytes = Buffer.concat(pieces);
      // An answer that was cut short is asked for again.
      if (bytes.length !== count)
        throw new AzureFailure("The answer is not the range that was asked for", { kind: "malformed" });
      return bytes;
    });
  }
}
