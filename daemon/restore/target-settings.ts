/** How a target is signed in to: as the configuration says of it, as the source of the same account is, or as the environment says. */
import type { Config, ShareSettings, SourceSettings } from "../config/config.js";
import { type Environment, resolveCredentials } from "../config/secrets.js";
import type { TargetSpec } from "./open-target.js";

export interface TargetPlace {
  /** `azure-files://account/share[/folder]` or `file:///path`. */
  readonly url: string;
  /** undefined: that of a source in the same account, or the public cloud's. */
  readonly endpoint: string | undefined;
}

/**
 * @param share that is restored: its own source comes first
 * @throws SharestrataError `CONFIG_INVALID` when a secret that the configuration names is not there
 */
export async function targetSpec(
  config: Config,
  share: ShareSettings,
  { url, endpoint }: TargetPlace,
  env: Environment,
): Promise<TargetSpec> {
  if (!url.startsWith("azure-files:")) return { url };
  const sources = [share, ...config.shares].map(({ source }) => source);
  const like = nearest([...(config.targets ?? []), ...sources], url, endpoint);
  const settings: SourceSettings = {
    url,
    endpoint: endpoint ?? like?.endpoint,
    signIn: like?.signIn,
    changedRanges: false,
    trustWriteTimes: false,
  };
  const credentials = await resolveCredentials(settings, env);
  const isInSource = shareOf(share.source.url) === shareOf(url) && like?.endpoint === share.source.endpoint;
  return { url, endpoint: settings.endpoint, credentials, isInSource };
}

/** What is said of the same share, or else of the same account, first of targets and then of sources. What signs in at one endpoint is not shown to another. */
function nearest(
  sources: readonly SourceSettings[],
  url: string,
  endpoint: string | undefined,
): SourceSettings | undefined {
  const there = sources.filter(
    (source) => source.url.startsWith("azure-files:") && (endpoint === undefined || source.endpoint === endpoint),
  );
  return (
    there.find((source) => shareOf(source.url) === shareOf(url)) ??
    there.find((source) => accountOf(source.url) === accountOf(url))
  );
}

function accountOf(url: string): string {
  return url.split("/")[2] ?? "";
}

function shareOf(url: string): string {
  return url.split("/").slice(2, 4).join("/");
}
