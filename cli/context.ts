/** What every command is given: the world, the options all commands share, and the configuration when it asks for it. */
import type { Logger } from "../core/logger.js";
import type { Config } from "../daemon/config/config.js";
import type { ConfigSearch } from "../daemon/config/locate.js";
import type { Io } from "./io.js";
import type { Output } from "./output/output.js";
import type { Prompt } from "./prompt.js";

export interface GlobalOptions {
  readonly config: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** undefined: when stderr is a terminal. */
  readonly progress: boolean | undefined;
  /** Files with what opens encrypted shares. */
  readonly passphraseFile: string | undefined;
  readonly keyFile: string | undefined;
}

export interface Context {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly output: Output;
  readonly logger: Logger;
  readonly prompt: Prompt;
}

export function configSearch({ io, options }: Context): ConfigSearch {
  return { option: options.config, env: io.env, cwd: io.cwd };
}

/** @throws SharestrataError `CONFIG_INVALID` */
export async function readConfig(context: Context): Promise<Config> {
  const { loadConfig } = await import("../daemon/config/load.js");
  return loadConfig(configSearch(context));
}
