/** The bytes that a file of the target has: which ranges hold any is asked once, and only of these is anything read. */
import type { ShareFileClient } from "@azure/storage-file-share";
import { type ByteRanges, joined } from "../../../core/byte-range.js";
import { AzureFailure } from "../../sources/azure/failures.js";
import type { TargetRequests } from "./target-requests.js";

export class PresentContent {
  readonly #file: ShareFileClient;
  readonly #path: readonly string[];
  readonly #sizeBytes: number;
  readonly #requests: TargetRequests;
  #ranges: Promise<ByteRanges> | undefined;

  /** @param sizeBytes of the file as it is */
  constructor(file: ShareFileClient, path: readonly string[], sizeBytes: number, requests: TargetRequests) {
    this.#file = file;
    this.#path = path;
    this.#sizeBytes = sizeBytes;
    this.#requests = requests;
  }

  /** What lies there, zeros behind the file's end. @throws SharestrataError */
  async read(offset: number, lengthBytes: number): Promise<Buffer> {
    const bytes = Buffer.alloc(lengthBytes);
    const end = Math.min(offset + lengthBytes, this.#sizeBytes);
    if (offset >= end) return bytes;
    const ranges = (await this.#allocated()).filter((range) => range.start < end && range.end > offset);
    const [first] = ranges;
    const last = ranges.at(-1);
    if (!first || !last) return bytes;
    const from = Math.max(offset, first.start);
    const read = await this.#download(from, Math.min(end, last.end) - from);
    read.copy(bytes, from - offset);
    return bytes;
  }

  #allocated(): Promise<ByteRanges> {
    this.#ranges ??= this.#requests.make(this.#path, async (abortSignal) => {
      const { rangeList } = await this.#file.getRangeList({ abortSignal });
      // `end` is the last byte.
      return joined(rangeList.map(({ start, end }) => ({ start, end: end + 1 })));
    });
    return this.#ranges;
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
