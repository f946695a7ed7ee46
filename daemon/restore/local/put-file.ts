/** Puts one file into a folder: whole or not at all, and never through what lies in its place. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DamagedError } from "../../../core/errors.js";
import type { Putting, PutOutcome } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { appear, removeQuietly } from "./appear.js";
import { type LocalAttributeTools, setAttributes } from "./attributes.js";
import type { HeldFolder } from "./held-folder.js";
import { hasContent } from "./same-content.js";
import { temporaryName } from "./temporary-name.js";

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const PRESENT = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface LocalPlace {
  readonly folder: HeldFolder;
  /** The folder's names from below the target's own. */
  readonly path: readonly string[];
}

/** What is there already with the wanted bytes keeps them, and gets its attributes; anything else is written anew as a whole. */
export async function putFile(
  place: LocalPlace,
  wanted: WantedNode,
  putting: Putting,
  tools: LocalAttributeTools,
): Promise<PutOutcome> {
  const { entry } = wanted;
  const { there, signal } = putting;
  const path = place.folder.pathOf(entry.name);
  const mayKeep = there?.kind === "file" && there.sizeBytes === entry.sizeBytes && !putting.isToBeAlone;
  if (mayKeep && (await hasContent(path, putting.content()))) {
    signal.throwIfAborted();
    await setPresentAttributes(place, wanted, tools);
    putting.onBytes(entry.sizeBytes);
    return { isWritten: false, bytesWritten: 0 };
  }
  signal.throwIfAborted();
  const metadata = await wanted.metadata();
  const temporary = temporaryName();
  const temporaryPath = place.folder.pathOf(temporary);
  await using file = await temporaryFile(temporaryPath);
  let written = 0;
  for await (const bytes of putting.content()) {
    await writeAll(file.handle, bytes);
    written += bytes.byteLength;
    putting.onBytes(bytes.byteLength);
    signal.throwIfAborted();
  }
  if (written !== entry.sizeBytes) {
    throw new DamagedError(`${written} bytes are stored where ${entry.sizeBytes} should be.`, { where: entry.name });
  }
  const setting = { entry, metadata, path: [...place.path, temporary], isOld: false };
  await setAttributes(file.handle, setting, tools);
  await file.handle.close();
  await appear(temporaryPath, path, putting.mayReplace);
  return { isWritten: true, bytesWritten: written };
}

/** Of a file whose content is as it should be. */
export async function setPresentAttributes(
  place: LocalPlace,
  wanted: WantedNode,
  tools: LocalAttributeTools,
): Promise<void> {
  const { entry } = wanted;
  const handle = await open(place.folder.pathOf(entry.name), PRESENT);
  try {
    const setting = { entry, metadata: await wanted.metadata(), path: [...place.path, entry.name], isOld: true };
    await setAttributes(handle, setting, tools);
  } finally {
    await handle.close();
  }
}

/** A file that is gone at the end of the block, unless it was given another name by then. */
async function temporaryFile(path: string): Promise<AsyncDisposable & { handle: FileHandle }> {
  const handle = await open(path, NEW, 0o600);
  return {
    handle,
    async [Symbol.asyncDispose]() {
      // Closed already when all went well.
      await handle.close().catch(() => {});
      await removeQuietly(path);
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    at += (await handle.write(bytes, at, bytes.byteLength - at)).bytesWritten;
  }
}
