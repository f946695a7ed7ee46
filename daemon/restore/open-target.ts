/** From what the command line says to a `RestoreTarget`: the one place that knows every kind of target there is. */
import { isAbsolute } from "node:path";
import { SharestrataError } from "../../core/errors.js";
import type { Logger } from "../../core/logger.js";
import { parseLocalUrl } from "../sources/local/local-source.js";
import { LocalTarget } from "./local/local-target.js";
import type { RestoreTarget } from "./target.js";

export interface TargetSpec {
  /** `file:///path` or an absolute path. Never holds a secret. */
  readonly url: string;
}

export interface TargetEnvironment {
  readonly logger: Logger;
  /** Absolute paths of stores and state folders: nothing in them is deleted. */
  readonly protect?: readonly string[] | undefined;
}

/**
 * Looks at nothing yet: opening the target does.
 * @throws SharestrataError `USAGE`
 */
export function openTarget({ url }: TargetSpec, { logger, protect }: TargetEnvironment): RestoreTarget {
  if (isAbsolute(url)) return new LocalTarget(url, { logger, protect });
  if (/^file:/i.test(url)) return new LocalTarget(parseLocalUrl(url), { logger, protect });
  throw new SharestrataError("USAGE", `"${url}" is nothing that files can be put back into: name a local folder.`);
}
