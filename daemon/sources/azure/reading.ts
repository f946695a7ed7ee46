/**
 * Reads one file, or a range of it, as one stream, and vouches for it: every answer must be of the same ETag, speak of a file of the listed
 * size, and all bytes must arrive. A stream that breaks is taken up where it broke.
 *
 * In a share snapshot the ETag is pinned by the first answer. A live file must still be the one that was listed, and
 * is asked once more after its last byte: a write during the last answer would otherwise go unnoticed.
 */
import type { ShareFileClient } from "@azure/storage-file-share";
import type { ByteRange } from "../../../core/byte-range.js";
import type { SourceEntry } from "../source.js";
import { AzureFailure, failureOf } from "./failures.js";
import { bareEtag } from "./listing.js";
import { Pauses, retrying, type Pace, type RetryPolicy } from "./retry.js";

/** Breaks of one file in all: a connection that gives a few bytes each time is no connection. */
const MOST_BREAKS = 100;

/** The file is not, or no longer, what was listed. */
export class ContentChanged extends Error {
  override readonly name = "ContentChanged";
}

export interface FileReading {
  readonly file: ShareFileClient;
  readonly entry: SourceEntry;
  /** Within the file. */
  readonly range: ByteRange;
  /** Whether `file` is in a share snapshot. */
  readonly frozen: boolean;
  readonly policy: RetryPolicy;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
  readonly onRetry?: ((failure: AzureFailure, pauseMs: number) => void) | undefined;
}

/**
 * @throws ContentChanged, AzureFailure, or the signal's reason
 */
export async function* readFile(reading: FileReading): AsyncGenerator<Uint8Array, void, undefined> {
  const { entry, range, frozen, pace, policy, signal } = reading;
  const { end } = range;
  let etag = frozen ? undefined : bareEtag(entry.metadata.etag);
  let pauses = new Pauses(policy, pace);
  let offset = range.start;
  let breaks = 0;
  // An empty file has no range that could be asked for.
  while (offset < end) {
    const answer = await openBody(reading, offset);
    etag ??= answer.etag;
    if (answer.etag !== etag || answer.totalBytes !== entry.sizeBytes) {
      answer.body.destroy();
      throw new ContentChanged();
    }
    try {
      for await (const piece of piecesOf(answer.body, policy.silenceMs, signal)) {
        offset += piece.length;
        if (offset > end) throw new ContentChanged();
        pauses = new Pauses(policy, pace);
        yield piece;
      }
      if (offset < end) throw new AzureFailure("The connection ended early", { kind: "network", code: "ECONNRESET" });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ContentChanged) throw error;
      const failure = brokenOff(error, pace);
      breaks += 1;
      const pauseMs = breaks > MOST_BREAKS ? undefined : pauses.next(failure);
      if (pauseMs === undefined) throw failure;
      reading.onRetry?.(failure, pauseMs);
      await pace.sleep(pauseMs, signal);
    }
  }
  if (!frozen && end > range.start && (await currentEtag(reading)) !== etag) throw new ContentChanged();
}

interface Body {
  readonly body: NodeJS.ReadableStream & { destroy(error?: Error): unknown };
  readonly etag: string | undefined;
  /** Of the whole file. */
  readonly totalBytes: number;
}

function openBody({ file, range, ...retry }: FileReading, offset: number): Promise<Body> {
  const count = range.end - offset;
  return retrying(async (abortSignal) => {
    const answer = await file.download(offset, count, { abortSignal, maxRetryRequests: 0 });
    const body = answer.readableStreamBody;
    if (body === undefined) throw new AzureFailure("The answer has no body", { kind: "malformed" });
    const totalBytes = totalOf(answer, offset, count);
    if (totalBytes === undefined) {
      (body as Body["body"]).destroy();
      throw new AzureFailure("The answer is not the range that was asked for", { kind: "malformed" });
    }
    return { body, etag: bareEtag(answer.etag), totalBytes };
  }, retry);
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
function brokenOff(error: unknown, pace: Pace): AzureFailure {
  const failure = failureOf(error, pace.nowMs());
  if (failure.kind !== "malformed") return failure;
  return new AzureFailure("The connection broke off in the middle of the file", {
    kind: "network",
    code: "ECONNRESET",
  });
}
