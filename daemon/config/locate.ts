/** Which file is the configuration, and where a configuration keeps its state when it does not say. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SharestrataError } from "../../core/errors.js";

export const CONFIG_VARIABLE = "SHARESTRATA_CONFIG";
const LOCAL_CONFIG = "sharestrata.yaml";
const SYSTEM_CONFIG = "/etc/sharestrata/config.yaml";
const SYSTEM_STATE = "/var/lib/sharestrata";

export interface ConfigSearch {
  /** What `--config` says. */
  readonly option?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The file that is asked for by name, or the first that exists of the usual two; undefined when there is neither. */
function chosenConfig(search: ConfigSearch): string | undefined {
  const named = search.option ?? (search.env[CONFIG_VARIABLE] || undefined);
  if (named !== undefined) return resolve(search.cwd, named);
  return [resolve(search.cwd, LOCAL_CONFIG), SYSTEM_CONFIG].find((file) => existsSync(file));
}

/**
 * The configuration to read; it need not exist when it was asked for by name.
 * @throws SharestrataError `CONFIG_INVALID` when none was named and none is in the usual places
 */
export function findConfig(search: ConfigSearch): string {
  const file = chosenConfig(search);
  if (file !== undefined) return file;
  throw new SharestrataError(
    "CONFIG_INVALID",
    `There is no configuration: neither --config nor $${CONFIG_VARIABLE} names one, and neither ./${LOCAL_CONFIG} nor ` +
      `${SYSTEM_CONFIG} exists; sharestrata init writes a first one.`,
  );
}

/** The configuration that `init` extends or writes: as `findConfig`, and `./sharestrata.yaml` when there is none. */
export function configToWrite(search: ConfigSearch): string {
  return chosenConfig(search) ?? resolve(search.cwd, LOCAL_CONFIG);
}

/** State of a configuration beneath /etc is the system's; any other configuration keeps it beside itself. */
export function defaultStateDir(configFile: string): string {
  return configFile.startsWith("/etc/") ? SYSTEM_STATE : join(dirname(configFile), "state");
}
