/**
 * Puts one file into a share. A new one is made with its full size, all zeros and marked as unfinished, is filled, and gets its
 * properties in one last request: no listing ever shows a half file as a finished one. One that is there keeps its identity, and
 * is marked before its first byte changes.
 */
import type { ShareFileClient } from "@azure/storage-file-share";
import { SharestrataError } from "../../../core/errors.js";
import { readThrough } from "../read-through.js";
import { asRestoreError, isFatal } from "../restore-errors.js";
import type { Putting, PutOutcome, TargetNode } from "../target.js";
import type { WantedNode } from "../wanted.js";
import type { ShareProtocol } from "./names.js";
import type { PermissionKeys } from "./permission-keys.js";
import { PresentContent } from "./present-content.js";
import {
  attributesText,
  finalProperties,
  httpHeaders,
  permissionOf,
  posixProperties,
  timeText,
  userMetadata,
} from "./properties.js";
import { putContent } from "./put-content.js";
import type { TargetRequests } from "./target-requests.js";
import { UNFINISHED_NS } from "./unfinished.js";
import { WINDOW_BYTES } from "./windows.js";

export interface AzurePlace {
  readonly file: ShareFileClient;
  /** From below the target's own folder. */
  readonly path: readonly string[];
  readonly protocol: ShareProtocol;
  readonly keys: PermissionKeys;
  readonly requests: TargetRequests;
}

export async function putFile(
  place: AzurePlace,
  wanted: WantedNode,
  { there, content, onBytes, mayReplace }: Putting,
): Promise<PutOutcome> {
  const { file, path, requests } = place;
  const { sizeBytes } = wanted.entry;
  let isBegun = false;
  let isMade = false;
  const begin = async (): Promise<void> => {
    if (there) {
      await markUnfinished(place, sizeBytes);
    } else {
      if (!mayReplace) await expectNothing(place);
      await makeFile(place, wanted);
      isMade = true;
    }
    isBegun = true;
  };
  const present = there && new PresentContent(file, path, requests);
  try {
    // What is there is lost with the first window that is written, so the last one has to be known to be good.
    if (present && sizeBytes > WINDOW_BYTES) await readThrough(content(), requests.signal);
    const outcome = await putContent({ file, path, sizeBytes, present, content, onBytes, begin, requests });
    // A size alone, or nothing but zeros, was no reason to write.
    const isOtherSize = (await present?.sizeBytes()) !== sizeBytes;
    if (!isBegun && isOtherSize) await begin();
    await finishFile(place, wanted, there);
    return { ...outcome, isWritten: outcome.isWritten || isOtherSize };
  } catch (error) {
    // A run that ends here is taken up again, and this file with it; one that goes on leaves nothing unfinished behind.
    if (isMade && !requests.signal.aborted && !isFatal(asRestoreError(error))) await removeQuietly(place);
    throw error;
  }
}

/** Thrown instead of writing. */
class Differs extends Error {}

/** Whether a file that is there has the wanted bytes. Nothing is written. @throws DamagedError, StoreError, SharestrataError */
export async function holdsContent(
  { file, path, requests }: AzurePlace,
  { entry: { sizeBytes } }: WantedNode,
  content: Putting["content"],
): Promise<boolean> {
  const present = new PresentContent(file, path, requests);
  if ((await present.sizeBytes()) !== sizeBytes) return false;
  const begin = (): Promise<void> => Promise.reject(new Differs());
  try {
    await putContent({ file, path, sizeBytes, present, content, onBytes: () => {}, begin, requests });
    return true;
  } catch (error) {
    if (error instanceof Differs) return false;
    throw error;
  }
}

/** Everything but the content. Properties come last, as everything else moves the time of change. */
export async function finishFile(place: AzurePlace, wanted: WantedNode, there: TargetNode | undefined): Promise<void> {
  const { file, path, requests, keys, protocol } = place;
  const metadata = await wanted.metadata();
  const permission = await permissionOf(wanted, keys, protocol);
  if (there) {
    await requests.make(path, async (abortSignal) => {
      await file.setMetadata(userMetadata(metadata), { abortSignal });
    });
  }
  const properties = finalProperties(wanted, metadata, there ? permission : undefined, protocol);
  await requests.make(path, async (abortSignal) => {
    await file.setProperties({ ...properties, fileHttpHeaders: httpHeaders(metadata), abortSignal });
  });
}

async function makeFile({ file, path, requests, keys, protocol }: AzurePlace, wanted: WantedNode): Promise<void> {
  const metadata = await wanted.metadata();
  const permission = await permissionOf(wanted, keys, protocol);
  const { posix, sizeBytes } = wanted.entry;
  await requests.make(path, async (abortSignal) => {
    await file.create(sizeBytes, {
      lastWriteTime: timeText(UNFINISHED_NS),
      metadata: userMetadata(metadata),
      ...permission,
      ...(protocol === "nfs" && posix && { posixProperties: posixProperties({ ...posix, mode: posix.mode & 0o700 }) }),
      abortSignal,
    });
  });
}

/** Also takes away what would keep it from being written. */
async function markUnfinished({ file, path, requests, protocol }: AzurePlace, sizeBytes: number): Promise<void> {
  const writable = protocol === "smb" ? { fileAttributes: attributesText("None") } : {};
  const properties = { lastWriteTime: timeText(UNFINISHED_NS), ...writable };
  await requests.make(path, async (abortSignal) => {
    await file.setProperties({ ...properties, abortSignal });
  });
  await requests.make(path, async (abortSignal) => {
    await file.resize(sizeBytes, { abortSignal });
  });
}

/** The service makes a file in the place of one that is there, so it is asked first. */
async function expectNothing({ file, path, requests }: AzurePlace): Promise<void> {
  const isThere = await requests.make<boolean>(
    path,
    async (abortSignal) => {
      await file.getProperties({ abortSignal });
      return true;
    },
    { accept: (failure) => (failure.status === 404 ? { value: false } : undefined) },
  );
  if (!isThere) return;
  throw new SharestrataError("ALREADY_EXISTS", "It has come to be there meanwhile; --overwrite replaces it.");
}

async function removeQuietly({ file, path, requests }: AzurePlace): Promise<void> {
  try {
    await requests.make(path, async (abortSignal) => {
      await file.delete({ abortSignal });
    });
  } catch {
    // The error that led here is the one to tell; what is left can be told from a finished file.
  }
}
