/**
 * What the other shares of a tenant need of one that shares its contents with them: all that the store holds, configured here or
 * not. Each is folded from its own journal; what its running or interrupted backup has journalled counts as well.
 */
import { systemClock } from "../../core/clock.js";
import { messageOf, SharestrataError } from "../../core/errors.js";
import type { ContentId } from "../../core/ids.js";
import { silentLogger } from "../../core/logger.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { Pace } from "../../core/pace.js";
import { openObjectStore } from "../../store/open-store.js";
import { sharesOf } from "../../store/shares/tenant-shares.js";
import { References } from "../prune/references.js";
import { seeLease } from "../prune/running-backup.js";
import type { TenantUse } from "../prune/tenant-use.js";
import type { OpenShareReader } from "./open-share.js";
import { settingsOf, type SiblingsParts } from "./siblings.js";

/** @param parts of the share that is needed */
export function tenantUse(parts: SiblingsParts): TenantUse {
  return {
    async collect(add, isLast) {
      for await (const reader of readers(parts)) {
        // Behind the opening: a backup that begins later knows every prune record that the catalog has.
        if (reader === undefined || (isLast && (await isRunning(reader, parts)))) return false;
        if (!(await collectFrom(reader, parts, add))) return false;
      }
      return true;
    },
    async isAnyRunning() {
      for await (const reader of readers(parts)) {
        // Of one that cannot be opened all that is published counts as needed, whatever it does.
        if (reader !== undefined && (await isRunning(reader, parts))) return true;
      }
      return false;
    },
  };
}

async function isRunning({ store }: OpenShareReader, { options }: SiblingsParts): Promise<boolean> {
  const { signal, logger = silentLogger } = options;
  return (await seeLease({ store, clock: systemClock, logger, signal, mayTake: true })).isRunning;
}

/** What lies under a share's name without a record and without snapshots needs nothing. */
const isNoShare = (error: unknown): boolean =>
  error instanceof SharestrataError && error.code === "STORE_UNINITIALISED";

/** The other shares that have their contents in common with this one, one open at a time; undefined for one that cannot be opened. */
async function* readers(parts: SiblingsParts): AsyncGenerator<OpenShareReader | undefined> {
  for (const name of await siblingsOf(parts)) {
    const reader = await opened(name, parts);
    if (reader === "none") continue;
    try {
      if (reader?.store.settings.dedupScope !== "share") yield reader;
    } finally {
      await reader?.[Symbol.asyncDispose]();
    }
  }
}

async function siblingsOf({ share, options: { signal } }: SiblingsParts): Promise<readonly ShareName[]> {
  await using objects = await openObjectStore(share.store, { signal });
  const names: ShareName[] = [];
  for await (const name of sharesOf(objects, share.name.tenant, { signal })) {
    if (name.share !== share.name.share) names.push(name);
  }
  return names;
}

async function opened(
  name: ShareName,
  { config, share, options, openReader }: SiblingsParts,
): Promise<OpenShareReader | "none" | undefined> {
  try {
    return await openReader(config, settingsOf(config, share, name.share), options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isNoShare(error)) return "none";
    const { logger = silentLogger } = options;
    const fields = { share: formatShareName(name), reason: messageOf(error) };
    logger.warn(fields, "what this share needs of others cannot be told, so all that is published is kept");
    return undefined;
  }
}

/** @returns false when its catalog has not got a record of its own prunes, of which nobody says what they mean for it */
async function collectFrom(
  { catalog, store }: OpenShareReader,
  { share, options: { signal } }: SiblingsParts,
  add: (contentId: ContentId) => void,
): Promise<boolean> {
  const snapshots = catalog.snapshots();
  const newest = snapshots.at(-1)?.number ?? 0;
  const references = new References();
  const pace = new Pace(signal);
  // Segments first, as in a prune: what is published meanwhile is then in the one or the other.
  await references.addSegments(store, newest, { signal });
  await references.addEntries(catalog, snapshots, newest, pace);
  await references.addParts(catalog, pace);
  for (const { contentId, owner } of catalog.foreign()) {
    const pause = pace.step();
    if (pause) await pause;
    if (owner.share !== share.name.share) continue;
    // What nothing reaches and no prune has condemned is found again by the next backup that reads equal bytes.
    if (references.contents.has(contentId) || !catalog.isCondemned(contentId)) add(owner.contentId);
  }
  for (const owner of references.foreign) if (owner.share === share.name.share) add(owner.contentId);
  return (await store.prunes.numbers(catalog.prune() ?? 0, { signal })).length === 0;
}
