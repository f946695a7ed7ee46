/** Where a restore goes: what `--to` and `--in-place` say, as a URL. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SharestrataError } from "../../core/errors.js";
import type { SourceSettings } from "../../daemon/config/config.js";
import { absoluteUrl, sourceUrl, sourceUrlProblem } from "../../daemon/config/urls.js";

export interface RestorePlace {
  readonly url: string;
  /** As in `SourceSettings`. */
  readonly endpoint: string | undefined;
  /** The last folders of the URL, where it is the snapshot that names them and not whoever asks. */
  readonly within: readonly string[];
  /** The folder that the source has been backed up from, without what of it is restored. */
  readonly isSource: boolean;
  /** Whether it is an Azure Files share as a whole. */
  readonly isShare: boolean;
}

/**
 * @param within the folder of the share that is put back, from below its root
 * @throws SharestrataError `USAGE`
 */
export function restorePlace(
  { to, inPlace = false }: { readonly to?: string | undefined; readonly inPlace?: boolean | undefined },
  source: SourceSettings,
  within: readonly string[],
  cwd: string,
): RestorePlace {
  if ((to !== undefined) === inPlace) {
    throw new SharestrataError("USAGE", "Say where files are put back: --to, or --in-place for where they came from.");
  }
  const home = urlWithin(source.url, within);
  if (to === undefined) {
    return { url: home, within, endpoint: source.endpoint, isSource: true, isShare: isShare(home) };
  }
  const problem = /^[a-z][a-z0-9+.-]*:/i.test(to) ? sourceUrlProblem(to) : undefined;
  if (problem !== undefined) throw new SharestrataError("USAGE", `--to: ${problem}.`);
  const { url, endpoint } = /^[a-z][a-z0-9+.-]*:/i.test(to)
    ? sourceUrl(to, cwd)
    : { url: pathToFileURL(resolve(cwd, to)).href, endpoint: undefined };
  return { url, within: [], endpoint, isSource: trimmed(url) === trimmed(home), isShare: isShare(url) };
}

function urlWithin(url: string, within: readonly string[]): string {
  if (within.length === 0) return url;
  return absoluteUrl(`${trimmed(url)}/${within.map(encodeURIComponent).join("/")}`, "/");
}

function isShare(url: string): boolean {
  return /^azure-files:\/\/[^/]+\/[^/]+$/.test(trimmed(url));
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
