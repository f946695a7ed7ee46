/**
 * Looks whether what the configuration says works when it is tried: each source is asked what it allows, and each store is written to.
 * Nothing stays of it, and what is wrong with one share keeps no other from being looked at.
 */
import { randomUUID } from "node:crypto";
import { type ErrorCode, messageOf, SharestrataError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { formatShareName } from "../../core/names.js";
import { openObjectStore } from "../../store/open-store.js";
import type { Config, ShareSettings } from "../config/config.js";
import type { Environment } from "../config/secrets.js";
import type { Keys } from "../keys/keys.js";
import { type Abilities, type AbilityVerdict, YES } from "../sources/probe.js";
import { checkShare } from "./check.js";
import { openShareSource } from "./open-source.js";
import { openShareStore } from "./open-store.js";

export interface OnlineVerdict {
  readonly share: string;
  readonly abilities: Abilities;
  /** Whether the share's store is there, opens, and can be written to. */
  readonly store: AbilityVerdict;
  /** What a backup would fail of, or what was asked for besides; undefined when nothing. */
  readonly problem: { readonly code: ErrorCode; readonly message: string } | undefined;
}

export interface OnlineCheck {
  readonly env: Environment;
  readonly keys: Keys;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Abilities that a share counts as wrong without, besides those that every backup needs. */
  readonly required: readonly ("snapshot" | "restore")[];
}

const EVERY_BACKUP = ["signIn", "list", "read"] as const;

/** One share after the other, in the configuration's order. */
export async function checkOnline(config: Config, check: OnlineCheck): Promise<readonly OnlineVerdict[]> {
  const verdicts: OnlineVerdict[] = [];
  for (const share of config.shares) {
    check.signal.throwIfAborted();
    const offline = await checkShare(config, share, check.env, check.keys, check.signal);
    const abilities = await abilitiesOf(share, check);
    const store = await storeVerdict(share, check);
    const problem = offline ?? problemOf(abilities, store, check.required);
    verdicts.push({ share: formatShareName(share.name), abilities, store, problem });
  }
  return verdicts;
}

async function abilitiesOf(share: ShareSettings, { env, logger, signal }: OnlineCheck): Promise<Abilities> {
  try {
    const source = await openShareSource(share, { env, logger, isForReading: true });
    return (await source.probe?.({ signal })) ?? {};
  } catch (error) {
    signal.throwIfAborted();
    const failed = verdictOf(error);
    return share.source.url.startsWith("file:") ? { list: failed } : { signIn: failed };
  }
}

/** An object of its own is written, read and deleted; no command looks at objects of such names. */
async function storeVerdict(share: ShareSettings, { keys, signal }: OnlineCheck): Promise<AbilityVerdict> {
  const bytes = Buffer.from("sharestrata config check --online");
  try {
    await using objects = await openObjectStore(share.store, { signal });
    await openShareStore(objects, share, { signal, keys });
    const name = `${formatShareName(share.name)}/probe-${randomUUID()}`;
    try {
      await objects.put(name, bytes, { signal });
      const found = await objects.get(name, { signal });
      if (found === undefined || !bytes.equals(found)) {
        throw new SharestrataError(
          "DAMAGED",
          `The store ${objects.uri} gives back something else than is written to it.`,
        );
      }
    } finally {
      await objects.delete(name);
    }
    return YES;
  } catch (error) {
    signal.throwIfAborted();
    return verdictOf(error);
  }
}

function verdictOf(error: unknown): AbilityVerdict {
  const code = error instanceof SharestrataError ? error.code : "INTERNAL";
  return { can: "no", code, message: messageOf(error) };
}

function problemOf(
  abilities: Abilities,
  store: AbilityVerdict,
  required: OnlineCheck["required"],
): OnlineVerdict["problem"] {
  const needed = [...EVERY_BACKUP, ...required].map((ability) => abilities[ability]);
  const failed = [...needed, store].find((verdict) => verdict !== undefined && verdict.can !== "yes");
  return failed && { code: failed.code ?? "FAILED", message: failed.message ?? "It cannot be told." };
}
