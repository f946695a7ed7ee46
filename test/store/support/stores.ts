// Stores for tests, each in a temporary folder that goes when the test has ended.
import { onTestFinished } from "vitest";
import { systemClock } from "../../../core/clock.js";
import type { ShareName } from "../../../core/names.js";
import { LocalStore } from "../../../store/backends/local-store.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { CHEAP, keyFile } from "./keys.js";
import { ShareStore } from "../../../store/share-store.js";
import type { ShareSettings } from "../../../store/shares/share-settings.js";
import { temporaryDirectory } from "../../support/tmp.js";

export const SHARE: ShareName = { tenant: "acme", share: "docs" };

/** Small chunks, so that small contents have several. */
export const SMALL_CHUNKS: Partial<ShareSettings> = {
  chunkMinBytes: 1024,
  chunkAverageBytes: 4096,
  chunkMaxBytes: 16 * 1024,
};

/** The path of a folder that lives as long as the test. */
export async function folderForTest(): Promise<string> {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

export async function localStore(): Promise<ObjectStore> {
  return LocalStore.open(await folderForTest());
}

export async function newShare(objects?: ObjectStore, share = SHARE, isEncrypted = false): Promise<ShareStore> {
  const lock = isEncrypted ? { secret: keyFile(1), cost: CHEAP } : undefined;
  return ShareStore.create(objects ?? (await localStore()), share, SMALL_CHUNKS, { clock: systemClock, lock });
}
