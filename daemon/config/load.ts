/** Reads the configuration from its file. */
import { readFile } from "node:fs/promises";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import type { Config } from "./config.js";
import { type ConfigSearch, findConfig } from "./locate.js";
import { parseConfig } from "./parse.js";
import { ConfigError } from "./problems.js";

/**
 * @throws ConfigError when there is something wrong with the file
 * @throws SharestrataError `CONFIG_INVALID` when there is no file
 */
export async function loadConfig(search: ConfigSearch): Promise<Config> {
  const file = findConfig(search);
  const text = await readConfig(file);
  if (text !== undefined) return parseConfig(file, text);
  throw new SharestrataError(
    "CONFIG_INVALID",
    `There is no configuration ${file}: sharestrata init writes a first one.`,
    {
      file,
    },
  );
}

/** @returns undefined when there is no such file */
export async function readConfig(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new ConfigError(file, [{ line: undefined, key: "", text: `cannot be read: ${messageOf(error)}` }], error);
  }
}
