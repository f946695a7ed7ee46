/** Storing an object that must be new: nothing that somebody else has stored under the name is ever replaced. */
import { SharestrataError } from "../core/errors.js";
import type { IoOptions, ObjectStore } from "./object-store.js";

/**
 * Stores an object unless there is one. An equal one that is there already is taken for our own: an answer that got
 * lost makes a wrapper try again, and the second try finds what the first has stored.
 * @throws SharestrataError `ALREADY_EXISTS` when another object has the name
 */
export async function putNew(
  objects: ObjectStore,
  name: string,
  bytes: Uint8Array,
  options: IoOptions = {},
): Promise<void> {
  if (await objects.putIfAbsent(name, bytes, options)) return;
  const found = await objects.get(name, options);
  if (found !== undefined && Buffer.compare(found, bytes) === 0) return;
  throw new SharestrataError(
    "ALREADY_EXISTS",
    `The object ${name} is in the store ${objects.uri} already: somebody else writes to this share.`,
    { object: name, store: objects.uri },
  );
}
