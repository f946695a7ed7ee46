/** Looks whether what the configuration says can work on this machine: without the network, and changing nothing. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type ErrorCode, messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import { openObjectStore } from "../../store/open-store.js";
import type { Config, ShareSettings } from "../config/config.js";
import type { Keys } from "../keys/keys.js";
import { openShareStore } from "./open-store.js";
import { type Environment, resolveCredentials } from "../config/secrets.js";

export interface ShareVerdict {
  readonly share: string;
  /** undefined when nothing is wrong. */
  readonly problem: { readonly code: ErrorCode; readonly message: string } | undefined;
}

/** Each share's first problem: state folder, secrets, local source, store, what opens it. */
export async function checkShares(
  config: Config,
  env: Environment,
  keys: Keys,
  signal: AbortSignal,
): Promise<readonly ShareVerdict[]> {
  const verdicts: ShareVerdict[] = [];
  for (const share of config.shares) {
    signal.throwIfAborted();
    verdicts.push({ share: formatShareName(share.name), problem: await checkShare(config, share, env, keys, signal) });
  }
  return verdicts;
}

/** The first problem of one share; undefined when nothing is wrong. */
export async function checkShare(
  config: Config,
  share: ShareSettings,
  env: Environment,
  keys: Keys,
  signal: AbortSignal,
): Promise<ShareVerdict["problem"]> {
  try {
    await expectWritable(config.stateDir, "state folder");
    await resolveCredentials(share.source, env);
    await expectLocalSource(share);
    await using objects = await openObjectStore(share.store, { signal });
    await openShareStore(objects, share, { signal, keys });
    if (share.store.startsWith("file:")) await expectWritable(fileURLToPath(share.store), "store");
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return { code: error instanceof SharestrataError ? error.code : "INTERNAL", message: messageOf(error) };
  }
}

/** A folder that is missing counts as writable when it can be made. */
async function expectWritable(folder: string, what: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await access(path, constants.W_OK | constants.X_OK);
      return;
    } catch (error) {
      if (systemCode(error) === "ENOENT" && path !== dirname(path)) continue;
      throw new SharestrataError(
        "ACCESS_DENIED",
        `The ${what} ${folder} cannot be written to: ${messageOf(error)}.`,
        { folder },
        error,
      );
    }
  }
}

async function expectLocalSource({ source }: ShareSettings): Promise<void> {
  if (!source.url.startsWith("file:")) return;
  const folder = fileURLToPath(source.url);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new SharestrataError("SOURCE_UNKNOWN", `The source ${folder} is not there, or is no folder.`, { folder });
  }
}
