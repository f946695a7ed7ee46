/** The source of a share as the configuration describes it, signed in to. */
import { hostname } from "node:os";
import type { Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { ShareSettings } from "../config/config.js";
import { type Environment, resolveCredentials } from "../config/secrets.js";
import { openSource } from "../sources/open-source.js";
import type { Source } from "../sources/source.js";

export interface OpenSourceOptions {
  readonly env: Environment;
  readonly logger: Logger;
  /**
   * Whether it is only looked at: beside a backup, whose share snapshots are then left alone. Default: no.
   */
  readonly isForReading?: boolean | undefined;
}

/** @throws SharestrataError `CONFIG_INVALID` when a secret is not there, `USAGE` when the URL cannot be understood */
export async function openShareSource(
  { name, source, store }: ShareSettings,
  { env, logger, isForReading = false }: OpenSourceOptions,
): Promise<Source> {
  const { url, endpoint, changedRanges, trustWriteTimes, operationsPerSecond, requestsAtOnce } = source;
  const limits = { operationsPerSecond, requestsAtOnce };
  const credentials = await resolveCredentials(source, env);
  // A store in a folder is another one on every machine.
  const place = store.startsWith("file:") ? `${hostname()}:${store}` : store;
  const backups = `${place}#${formatShareName(name)}`;
  return isForReading
    ? openSource({ url, endpoint, credentials, ...limits }, { logger, owner: `${backups}#reading` })
    : openSource({ url, endpoint, credentials, changedRanges, trustWriteTimes, ...limits }, { logger, owner: backups });
}
