/**
 * Sets shares up: an entry in the configuration and a place in the store. Everything that can be refused is asked
 * first (names, URLs, sign-in, the source itself); then the new configuration is laid beside the old one, the store is
 * made, and the configuration takes its place, so that whatever fails leaves neither a half-written file nor an entry
 * for a share that the store does not know.
 */
import type { Clock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { openObjectStore } from "../../store/open-store.js";
import type { KeySecret } from "../../store/crypto/key-slot.js";
import { readShare } from "../../store/shares/read-share.js";
import { ShareStore } from "../../store/share-store.js";
import type { ShareSettings as ContentSettings } from "../../store/shares/share-settings.js";
import type { Config, ShareSettings } from "../config/config.js";
import { findShare } from "../config/config.js";
import { readConfig } from "../config/load.js";
import { parseConfig } from "../config/parse.js";
import type { Environment } from "../config/secrets.js";
import { stageFile, withShare } from "../config/write.js";
import { openShareSource } from "./open-source.js";

export interface InitRequest {
  /** The configuration to extend, or to write first. */
  readonly file: string;
  readonly name: ShareName;
  /** undefined: as the configuration has it. Relative paths are absolute already. */
  readonly source: string | undefined;
  readonly store: string | undefined;
  /** Keys of the source that say how it is signed in to; undefined: what the configuration or the environment has. */
  readonly signIn?: Readonly<Record<string, unknown>> | undefined;
  /** Asked for the first key of a share that is to be encrypted, once nothing else is missing; undefined: it is not to be. */
  readonly lock: ((share: ShareSettings) => Promise<KeySecret>) | undefined;
  /** How contents are to be stored: fixed when the store does not hold the share yet. */
  readonly settings: Partial<ContentSettings>;
  readonly env: Environment;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface InitResult {
  readonly file: string;
  readonly share: ShareSettings;
  /** Whether the configuration was written. */
  readonly configured: boolean;
  /** Whether the store already held the share: its snapshots are found again. */
  readonly adopted: boolean;
  readonly encrypted: boolean;
}

/**
 * @throws SharestrataError `ALREADY_EXISTS` when the share is configured and in the store; `USAGE` when the
 * configuration says otherwise than the request; what the source's `check` and the store throw
 */
export async function initialise(request: InitRequest): Promise<InitResult> {
  const { file, name, signal } = request;
  const text = await readConfig(file);
  const existing = text === undefined ? undefined : parseConfig(file, text);
  const configured = existing && isConfigured(existing, name);
  const next = configured ? text : withShare(file, text, { ...required(request, existing), signIn: request.signIn });
  const config = configured ? existing : parseConfig(file, next ?? "");
  const share = findShare(config, name);
  if (configured) expectSame(request, share, file);

  const source = await openShareSource(share, request);
  await source.check({ signal });
  const found = await inStore(share, request);
  const adopted = found !== undefined;
  if (found && !found.encrypted && request.lock) {
    throw new SharestrataError(
      "ALREADY_EXISTS",
      `The store ${share.store} already holds ${formatShareName(name)}, which is not encrypted and cannot become so.`,
      { share: formatShareName(name), store: share.store },
    );
  }
  if (adopted && configured) {
    throw new SharestrataError(
      "ALREADY_EXISTS",
      `${formatShareName(name)} is set up already, in ${file} and in the store ${share.store}.`,
      { share: formatShareName(name), file, store: share.store },
    );
  }
  const secret = found ? undefined : await request.lock?.(share);
  const staged = configured ? undefined : await stageFile(file, next ?? "");
  try {
    if (!adopted) await createShare(share, secret, request);
    await staged?.commit();
  } finally {
    await staged?.discard();
  }
  const encrypted = found ? found.encrypted : request.lock !== undefined;
  return { file, share, configured: !configured, adopted, encrypted };
}

function isConfigured(config: Config, name: ShareName): boolean {
  return config.shares.some((share) => formatShareName(share.name) === formatShareName(name));
}

function required(
  { name, source, store }: InitRequest,
  existing: Config | undefined,
): { readonly name: ShareName; readonly source: string; readonly store: string } {
  const missing = [source === undefined ? "--source" : "", store === undefined ? "--store" : ""].filter(
    (option) => option !== "",
  );
  if (source !== undefined && store !== undefined) return { name, source, store };
  const where = existing
    ? `${existing.file} does not configure ${formatShareName(name)} yet`
    : "there is no configuration yet";
  throw new SharestrataError("USAGE", `${missing.join(" and ")} must be given, because ${where}.`);
}

/** What is configured is not changed by `init`: a share that moves to another store is a decision of its own. */
function expectSame(request: InitRequest, share: ShareSettings, file: string): void {
  const asked = parseConfig(
    file,
    withShare(file, undefined, {
      name: share.name,
      source: request.source ?? share.source.url,
      store: request.store ?? share.store,
    }),
  ).shares[0];
  if (request.signIn) {
    throw new SharestrataError(
      "ALREADY_EXISTS",
      `${file}:${share.line}: ${formatShareName(share.name)} is configured already; edit the file to change how it is signed in to.`,
      { share: formatShareName(share.name), file, line: share.line },
    );
  }
  for (const [option, now, wanted] of [
    ["source", share.source.url, asked?.source.url],
    ["store", share.store, asked?.store],
  ] as const) {
    if (now === wanted) continue;
    const name = formatShareName(share.name);
    throw new SharestrataError(
      "ALREADY_EXISTS",
      `${file}:${share.line}: ${name} is configured already, with the ${option} ${now}; edit the file to change it.`,
      { share: name, file, line: share.line },
    );
  }
}

/**
 * @returns undefined when it is not there
 * @throws SharestrataError `ALREADY_EXISTS` when it is, with other settings than are asked for
 */
async function inStore(
  share: ShareSettings,
  { settings, signal }: InitRequest,
): Promise<{ readonly encrypted: boolean } | undefined> {
  try {
    await using objects = await openObjectStore(share.store, { signal });
    const { record } = await readShare(objects, share.name, { signal });
    expectSettings(share, record.settings, settings);
    return { encrypted: record.keyCheck !== undefined };
  } catch (error) {
    if (error instanceof SharestrataError && error.code === "STORE_UNINITIALISED") return undefined;
    throw error;
  }
}

function expectSettings(share: ShareSettings, found: ContentSettings, asked: Partial<ContentSettings>): void {
  for (const key of Object.keys(asked) as (keyof ContentSettings)[]) {
    if (asked[key] === undefined || asked[key] === found[key]) continue;
    const name = formatShareName(share.name);
    throw new SharestrataError(
      "ALREADY_EXISTS",
      `The store ${share.store} holds ${name} already, with ${key} ${found[key]}, which is fixed: leave the option out.`,
      { share: name, store: share.store },
    );
  }
}

async function createShare(
  share: ShareSettings,
  secret: KeySecret | undefined,
  { settings, clock, signal }: InitRequest,
): Promise<void> {
  await using objects = await openObjectStore(share.store, { create: true, signal });
  await ShareStore.create(objects, share.name, settings, { clock, signal, lock: secret && { secret } });
}
