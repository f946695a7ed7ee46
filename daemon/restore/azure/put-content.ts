/** Writes the content of one file: only where it differs from what is there, and zeros by clearing. */
import type { ShareFileClient } from "@azure/storage-file-share";
import { BoundedTasks } from "../../../core/bounded-tasks.js";
import { DamagedError } from "../../../core/errors.js";
import type { Putting, PutOutcome } from "../target.js";
import { stretchesToWrite } from "./blocks.js";
import type { PresentContent } from "./present-content.js";
import type { TargetRequests } from "./target-requests.js";
import { type Window, windows } from "./windows.js";

/** Each of a file's windows that are under way takes its 4 MiB, and as much again for what is there. */
const WINDOWS_AT_A_TIME = 3;

export interface ContentPutting extends Pick<Putting, "content" | "onBytes"> {
  readonly file: ShareFileClient;
  readonly path: readonly string[];
  readonly sizeBytes: number;
  /** What is there; undefined in a new file, which is all zeros. */
  readonly present: PresentContent | undefined;
  /** Called before the first write, and once: makes the file, or marks it as unfinished. */
  readonly begin: () => Promise<void>;
  readonly requests: TargetRequests;
}

/** @throws DamagedError when the stored bytes are not as many as they should be; SharestrataError; the signal's reason */
export async function putContent(putting: ContentPutting): Promise<PutOutcome> {
  const { sizeBytes, path, requests } = putting;
  const tasks = new BoundedTasks(WINDOWS_AT_A_TIME);
  const totals = { bytesWritten: 0, isWritten: false };
  let seen = 0;
  let begun: Promise<void> | undefined;
  const begin = (): Promise<void> => (begun ??= putting.begin());
  try {
    let held: Window | undefined;
    // One window is held back, so that a file of one is known to be whole before anything of it is written.
    for await (const window of windows(putting.content())) {
      seen += window.bytes.length;
      if (seen > sizeBytes) break;
      const before = held;
      held = window;
      if (before) await tasks.run(() => putWindow(putting, before, begin, totals));
    }
    if (seen !== sizeBytes) {
      const where = `/${path.join("/")}`;
      throw new DamagedError(`${seen} bytes are stored where ${sizeBytes} should be.`, { where });
    }
    const last = held;
    if (last) await tasks.run(() => putWindow(putting, last, begin, totals));
    await tasks.idle();
  } finally {
    await tasks.settled();
  }
  requests.signal.throwIfAborted();
  return totals;
}

async function putWindow(
  { file, path, present, requests, onBytes }: ContentPutting,
  { offset, bytes }: Window,
  begin: () => Promise<void>,
  totals: { bytesWritten: number; isWritten: boolean },
): Promise<void> {
  const there = await present?.read(offset, bytes.length);
  for (const { start, end, isZeros } of stretchesToWrite(bytes, there)) {
    await begin();
    const piece = bytes.subarray(start, end);
    // The time of last write stays what tells that the file is unfinished.
    const options = { fileLastWrittenMode: "Preserve" } as const;
    await requests.make(path, async (abortSignal) => {
      if (isZeros) await file.clearRange(offset + start, piece.length, { ...options, abortSignal });
      else await file.uploadRange(piece, offset + start, piece.length, { ...options, abortSignal });
    });
    totals.isWritten = true;
    if (!isZeros) totals.bytesWritten += piece.length;
  }
  onBytes(bytes.length);
}
