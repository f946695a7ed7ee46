/** Reads a content to its end, before anything is given up for it: what is damaged or lost in the store shows. */

/** @throws what reading it throws; the signal's reason */
export async function readThrough(content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  for await (const _ of content) signal.throwIfAborted();
}
