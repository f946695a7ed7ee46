/** The source of a share as the configuration describes it, signed in to. */
import { hostname } from "node:os";
import type { Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import type { ShareStore } from "../../store/share-store.js";
import type { ShareSettings } from "../config/config.js";
import { type Environment, resolveCredentials } from "../config/secrets.js";
import { openSource } from "../sources/open-source.js";
import type { ServiceStatus } from "../sources/service-status.js";
import type { Source } from "../sources/source.js";

export interface OpenSourceOptions {
  readonly env: Environment;
  readonly logger: Logger;
  /** As in `SourceEnvironment`. */
  readonly status?: ServiceStatus | undefined;
  /** Whose backups are made; the source of a backup has to have it, as share snapshots belong to it. */
  readonly backupsOf?: Pick<ShareStore, "share" | "createdAt"> | undefined;
  /**
   * Whether it is only looked at: beside a backup, whose share snapshots are then left alone. Default: no.
   */
  readonly isForReading?: boolean | undefined;
}

/** Readings have no lease that keeps them apart: only what none of them can still be reading is a leftover. */
const READING_LEFTOVER_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/** @throws SharestrataError `CONFIG_INVALID` when a secret is not there, `USAGE` when the URL cannot be understood */
export async function openShareSource(
  { name, source, store }: ShareSettings,
  { env, logger, status, backupsOf, isForReading = false }: OpenSourceOptions,
): Promise<Source> {
  const { url, endpoint, changedRanges, trustWriteTimes, operationsPerSecond, requestsAtOnce } = source;
  const limits = { operationsPerSecond, requestsAtOnce };
  const credentials = await resolveCredentials(source, env);
  const place = `${hostname()}:${store}#${formatShareName(name)}`;
  const probeOwner = `${place}#probe`;
  if (!isForReading) {
    const owner = backupsOf ? `${formatShareName(backupsOf.share)} ${backupsOf.createdAt}` : `${hostname()}:${store}`;
    return openSource(
      { url, endpoint, credentials, changedRanges, trustWriteTimes, ...limits },
      { logger, status, owner, probeOwner },
    );
  }
  const owner = `${place}#reading`;
  return openSource(
    { url, endpoint, credentials, ...limits },
    { logger, status, owner, probeOwner, leftoverAgeMs: READING_LEFTOVER_AGE_MS },
  );
}
