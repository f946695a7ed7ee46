/** From what a configuration says to a `Source`: the one place that knows every kind of source there is. */
import { hostname } from "node:os";
import type { Clock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { AzureFilesSource } from "./azure/azure-source.js";
import { endpointOf, isLoopback, parseAzureUrl } from "./azure/azure-url.js";
import { type AzureCredentials, developmentCredentials, DEVELOPMENT_ACCOUNT } from "./azure/credentials.js";
import { DEFAULT_LIMITS } from "./azure/request-throttle.js";
import type { ServiceStatus } from "./service-status.js";
import { LocalSource, parseLocalUrl } from "./local/local-source.js";
import type { Source } from "./source.js";

export interface SourceSpec {
  /** `azure-files://account/share[/folder]` or `file:///path`. Never holds a secret. */
  readonly url: string;
  /** Instead of `https://account.file.core.windows.net`. */
  readonly endpoint?: string | undefined;
  readonly credentials?: AzureCredentials | undefined;
  /** As in `AzureSourceOptions`; a folder of this machine cannot say which ranges have changed. */
  readonly changedRanges?: boolean | undefined;
  /** As in `AzureSourceOptions`. */
  readonly trustWriteTimes?: boolean | undefined;
  /** As in `ThrottleLimits`, of which a folder of this machine has none. */
  readonly operationsPerSecond?: number | undefined;
  readonly requestsAtOnce?: number | undefined;
}

export interface SourceEnvironment {
  readonly logger: Logger;
  /** As in `AzureSourceOptions`; a folder of this machine has nothing to say. */
  readonly status?: ServiceStatus | undefined;
  readonly clock?: Clock | undefined;
  /**
   * Whose backups these are: a text of the store and share, of which at most one backup runs at a time. Share snapshots
   * that a killed run of the same owner has left are deleted. This machine's name by default.
   */
  readonly owner?: string | undefined;
  /** As in `AzureSourceOptions`. */
  readonly leftoverAgeMs?: number | undefined;
  /** As in `AzureSourceOptions`. */
  readonly probeOwner?: string | undefined;
}

type Opener = (spec: SourceSpec, environment: SourceEnvironment) => Source;

const SCHEMES: ReadonlyMap<string, Opener> = new Map([
  ["azure-files", openAzure],
  ["file", openLocal],
]);

/**
 * Reads nothing yet: `check` and `open` of the source do.
 * @throws SharestrataError `USAGE` or `CONFIG_INVALID`, in one sentence without a secret
 */
export function openSource(spec: SourceSpec, environment: SourceEnvironment): Source {
  refuseSecrets(spec.url, "url");
  if (spec.endpoint !== undefined) refuseSecrets(spec.endpoint, "endpoint");
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(spec.url)?.[1]?.toLowerCase() ?? "";
  const opener = SCHEMES.get(scheme);
  if (opener === undefined) {
    const known = "azure-files://account/share and file:///path";
    throw new SharestrataError("USAGE", `"${spec.url}" is no source Sharestrata knows: it can read ${known}.`);
  }
  return opener(spec, environment);
}

// The URL is shown in messages, logs and snapshots: what is in it is no secret any more. So it is not shown here either.
function refuseSecrets(text: string, which: string): void {
  if (!/[?&;]sig=/i.test(text) && !/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(text)) return;
  throw new SharestrataError(
    "USAGE",
    `The ${which} of the source holds a secret (a SAS token or a password): give it as the source's credentials, from a file, an environment variable or a systemd credential.`,
  );
}

function openLocal(spec: SourceSpec, { logger }: SourceEnvironment): Source {
  if (spec.credentials !== undefined || spec.endpoint !== undefined) {
    throw new SharestrataError(
      "USAGE",
      `"${spec.url}" is a folder of this machine: it takes no credentials and no endpoint.`,
    );
  }
  return new LocalSource(parseLocalUrl(spec.url), { logger });
}

function openAzure(spec: SourceSpec, environment: SourceEnvironment): Source {
  const target = parseAzureUrl(spec.url);
  const credentials = spec.credentials ?? knownCredentials(target.account, spec.endpoint);
  if (credentials === undefined) {
    throw new SharestrataError(
      "CONFIG_INVALID",
      `"${spec.url}" needs credentials: an account key, a SAS token, a connection string, or an identity of Entra ID (entra: default).`,
    );
  }
  const { logger, status, clock, owner = hostname(), leftoverAgeMs, probeOwner } = environment;
  const { endpoint, changedRanges, trustWriteTimes } = spec;
  const limits = {
    operationsPerSecond: spec.operationsPerSecond ?? DEFAULT_LIMITS.operationsPerSecond,
    requestsAtOnce: spec.requestsAtOnce ?? DEFAULT_LIMITS.requestsAtOnce,
  };
  return new AzureFilesSource({
    target,
    endpoint,
    credentials,
    owner,
    leftoverAgeMs,
    probeOwner,
    changedRanges,
    trustWriteTimes,
    limits,
    logger,
    status,
    clock,
  });
}

/** Those of the development account: its key is public, but it is only ever sent to this machine. */
export function knownCredentials(account: string, endpoint: string | undefined): AzureCredentials | undefined {
  const local = endpoint !== undefined && isLoopback(endpointOf(account, endpoint));
  return account === DEVELOPMENT_ACCOUNT && local ? developmentCredentials() : undefined;
}
