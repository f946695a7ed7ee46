/**
 * Reads one file, or a range of it, as one stream, and vouches for it: every answer must be of the same ETag, speak of a file of the listed
 * size, and all bytes must arrive. A stream that breaks is taken up where it broke.
 *
 * In a share snapshot the ETag is pinned by the first answer. A live file must still be the one that was listed, and
 * is asked once more after its last byte: a write during the last answer would otherwise go unnoticed.
 */
import type { FileDownloadResponseModel, ShareFileClient } from "@azure/storage-file-share";
import type { ByteRange } from "../../../core/byte-range.js";
import type { SourceEntry } from "../source.js";
import { AzureFailure, failureOf } from "./failures.js";
import { bareEtag } from "./listing.js";
import { Pauses } from "./pauses.js";
import { retrying, type RetryOptions } from "./retry.js";
import type { Timing } from "./timing.js";

/** Breaks of one file in all: a connection that gives a few bytes each time is no connection. */
const MOST_BREAKS = 100;

/** The file is not, or no longer, what was listed. */
export class ContentChanged extends Error {
  override readonly name = "ContentChanged";
}

export interface FileReading extends RetryOptions {
  readonly file: ShareFileClient;
  readonly entry: SourceEntry;
  /** Within the file. */
  readonly range: ByteRange;
  /** Whether `file` is in a share snapshot. */
  readonly frozen: boolean;
  /** Called with each answer that is of the file, before its bytes: its headers say what the file's properties say. */
  readonly onAnswer?: ((answer: FileDownloadResponseModel) => void) | undefined;
}

/**
 * @throws ContentChanged, AzureFailure, or the signal's reason
 */
export async function* readFile(reading: FileReading): AsyncGenerator<Uint8Array, void, undefined> {
  const { entry, range, frozen, timing, policy, signal } = reading;
  const { end } = range;
  let etag = frozen ? undefined : bareEtag(entry.metadata.etag);
  // One budget for all answers that the file takes.
  const pauses = new Pauses(reading);
  let offset = range.start;
  let breaks = 0;
  // An empty file has no range that could be asked for.
  while (offset < end) {
    const answer = await openBody(reading, offset, etag, pauses);
    etag ??= answer.etag;
    if (!answer.isOfFile) {
      answer.body.destroy();
      throw new ContentChanged();
    }
    try {
      for await (const piece of piecesOf(answer.body, policy.silenceMs, signal)) {
        offset += piece.length;
        if (offset > end) throw new AzureFailure("The answer is longer than it says", { kind: "malformed" });
        pauses.renew();
        yield piece;
      }
      if (offset < end) throw new AzureFailure("The connection ended early", { kind: "network", code: "ECONNRESET" });
    } catch (error) {
      signal?.throwIfAborted();
      const failure = brokenOff(error, timing);
      breaks += 1;
      if (breaks > MOST_BREAKS || offset > end) throw failure;
      await pauses.after(failure);
    }
  }
  if (!frozen && end > range.start && (await currentEtag(reading)) !== etag) throw new ContentChanged();
}

interface Body {
  readonly body: NodeJS.ReadableStream & { destroy(error?: Error): unknown };
  readonly etag: string | undefined;
  /** Whether it is of the file that is being read. */
  readonly isOfFile: boolean;
}

function openBody(reading: FileReading, offset: number, etag: string | undefined, pauses: Pauses): Promise<Body> {
  const { file, entry, range, frozen } = reading;
  const count = range.end - offset;
  const open = async (abortSignal: AbortSignal): Promise<Body> => {
    const answer = await file.download(offset, count, { abortSignal, maxRetryRequests: 0 });
    const body = answer.readableStreamBody as Body["body"] | undefined;
    if (body === undefined) throw new AzureFailure("The answer has no body", { kind: "malformed" });
    const own = bareEtag(answer.etag);
    const totalBytes = totalOf(answer, offset, count);
    const isOfFile = totalBytes === entry.sizeBytes && (etag === undefined || own === etag);
    if (isOfFile) reading.onAnswer?.(answer);
    if (totalBytes !== undefined && (isOfFile || !frozen)) return { body, etag: own, isOfFile };
    body.destroy();
    // In a share snapshot no file changes: it is the answer that is wrong, and the next one may be right.
    const wanted = totalBytes === undefined ? "the range that was asked for" : "of the file that was listed";
    throw new AzureFailure(`The answer is not ${wanted}`, { kind: "malformed" });
  };
  return retrying(open, reading, pauses);
}

// `bytes 0-99/1234`; an answer with the whole file has its length alone. undefined: not what was asked for.
function totalOf(
  answer: { readonly contentRange?: string; readonly contentLength?: number },
  offset: number,
  count: number,
): number | undefined {
  if (answer.contentRange === undefined) return offset === 0 ? answer.contentLength : undefined;
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.contentRange) ?? [];
  const isRange = Number(start) === offset && answer.contentLength !== undefined && answer.contentLength <= count;
  return isRange ? Number(total) : undefined;
}

function currentEtag({ file, ...retry }: FileReading): Promise<string | undefined> {
  return retrying(async (abortSignal) => bareEtag((await file.getProperties({ abortSignal })).etag), retry);
}

async function* piecesOf(
  body: Body["body"],
  silenceMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const stop = () => {
    body.destroy(new Error("aborted"));
  };
  signal?.addEventListener("abort", stop, { once: true });
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await withinSilence(body, silenceMs, () => pieces.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    body.destroy();
  }
}

// Only the waiting for bytes is timed: a slow reader is nobody's fault.
async function withinSilence<T>(body: Body["body"], silenceMs: number, next: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    body.destroy(new AzureFailure("The connection fell silent", { kind: "network", code: "TIMEOUT" }));
  }, silenceMs);
  try {
    return await next();
  } finally {
    clearTimeout(timer);
  }
}

// What the stream throws when it breaks is the SDK's own wording; that it broke is all there is to know.
function brokenOff(error: unknown, timing: Timing): AzureFailure {
  if (error instanceof AzureFailure) return error;
  const failure = failureOf(error, timing.nowMs());
  if (failure.kind !== "malformed") return failure;
  return new AzureFailure("The connection broke off in the middle of the file", {
    kind: "network",
    code: "ECONNRESET",
  });
}
