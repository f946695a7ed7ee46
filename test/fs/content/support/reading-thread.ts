// A thread of thread-share.test.ts: reads a file in order as one of several, the next stretch whenever it is done with one.
import { parentPort, workerData } from "node:worker_threads";
import type { ContentId } from "../../../../core/ids.js";
import type { ShareRecipe } from "../../../../fs/content/share-recipe.js";
import { openRecipe, ThreadReading } from "../../../../fs/content/thread-share.js";

export interface ReadingOrder {
  readonly recipe: ShareRecipe;
  readonly contentId: ContentId;
  readonly sizeBytes: number;
  readonly stretchBytes: number;
  /** The next stretch. */
  readonly next: Int32Array;
  /** Where the bytes go that were read. */
  readonly target: SharedArrayBuffer;
}

const { recipe, contentId, sizeBytes, stretchBytes, next, target } = workerData as ReadingOrder;
const share = openRecipe(recipe, await ThreadReading.begin());
let missed = 0;
for (;;) {
  const offset = Atomics.add(next, 0, 1) * stretchBytes;
  if (offset >= sizeBytes) break;
  const pieces = share.readNow(contentId, sizeBytes, offset, stretchBytes);
  if (!pieces) missed++;
  let at = offset;
  for (const piece of pieces ?? []) {
    new Uint8Array(target, at, piece.length).set(piece);
    at += piece.length;
  }
  share.rest();
}
await share.close();
parentPort?.postMessage(missed);
