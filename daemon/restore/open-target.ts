/** From what the command line says to a `RestoreTarget`: the one place that knows every kind of target there is. */
import { isAbsolute } from "node:path";
import { SharestrataError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { parseAzureUrl } from "../sources/azure/azure-url.js";
import { parseLocalUrl } from "../sources/local/local-source.js";
import { knownCredentials, type SourceSpec } from "../sources/open-source.js";
import type { ServiceStatus } from "../sources/service-status.js";
import { AzureFilesTarget, type AzureTargetOptions } from "./azure/azure-target.js";
import { LocalTarget } from "./local/local-target.js";
import type { RestoreTarget } from "./target.js";

export interface TargetSpec extends Pick<SourceSpec, "endpoint" | "credentials"> {
  /** `azure-files://account/share[/folder]`, `file:///path` or an absolute path. Never holds a secret. */
  readonly url: string;
  /** The last folders of the URL, where it is the snapshot that names them: no link is followed there. Default: none. */
  readonly within?: readonly string[] | undefined;
  /** Whether it lies in the share that was backed up. Default: no. */
  readonly isInSource?: boolean | undefined;
  /** As in `AzureTargetOptions`. */
  readonly create?: AzureTargetOptions["create"];
}

export interface TargetEnvironment {
  readonly logger: Logger;
  /** Told how the service takes what a run asks of it. */
  readonly status?: ServiceStatus | undefined;
  /** Absolute paths of stores and state folders: nothing in them is deleted. */
  readonly protect?: readonly string[] | undefined;
}

/**
 * Looks at nothing yet: opening the target does.
 * @throws SharestrataError `USAGE`, `CONFIG_INVALID`, in one sentence without a secret
 */
export function openTarget(spec: TargetSpec, environment: TargetEnvironment): RestoreTarget {
  const { logger, protect } = environment;
  const { url, within } = spec;
  if (spec.create && !/^azure-files:/i.test(url)) {
    throw new SharestrataError("USAGE", "--create-share is for shares: a local folder is made when it is missing.");
  }
  if (isAbsolute(url)) return new LocalTarget(url, { logger, protect, within });
  if (/^file:/i.test(url)) return new LocalTarget(parseLocalUrl(url), { logger, protect, within });
  if (/^azure-files:/i.test(url)) return openAzure(spec, environment);
  const known = "a local folder, or azure-files://account/share";
  throw new SharestrataError("USAGE", `"${url}" is nothing that files can be put back into: name ${known}.`);
}

function openAzure(
  { url, endpoint, credentials: given, isInSource = false, create }: TargetSpec,
  { logger, status }: TargetEnvironment,
): RestoreTarget {
  const address = parseAzureUrl(url);
  const credentials = given ?? knownCredentials(address.account, endpoint);
  if (credentials === undefined) {
    throw new SharestrataError(
      "CONFIG_INVALID",
      `"${url}" needs credentials: those of a source in the same account, of targets: in the configuration, or of the environment.`,
    );
  }
  return new AzureFilesTarget({ address, endpoint, credentials, isSource: isInSource, create, logger, status });
}
