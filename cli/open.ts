/** What most commands begin with: an address from the command line, and the share it names opened for reading. */
import { type Address, parseAddress } from "../core/address.js";
import { SharestrataError } from "../core/errors.js";
import { formatShareName, parseShareName } from "../core/names.js";
import type { Config, ShareSettings } from "../daemon/config/config.js";
import type { OpenOptions, OpenShareReader } from "../daemon/shares/open-share.js";
import { type Context, readConfig } from "./context.js";
import { keysOf } from "./keys.js";

export interface ConfiguredShare {
  readonly config: Config;
  readonly share: ShareSettings;
}

/**
 * @param text `tenant/share`; anything more is an address, which is not what is wanted
 * @throws SharestrataError `USAGE`, `CONFIG_INVALID`, `SHARE_UNKNOWN`
 */
export async function configuredShare(context: Context, text: string): Promise<ConfiguredShare> {
  const name = parseShareName(text);
  const config = await readConfig(context);
  const { findShare } = await import("../daemon/config/config.js");
  return { config, share: findShare(config, name) };
}

/** @throws SharestrataError `CONFIG_INVALID`, `SHARE_UNKNOWN`, and what `openShareReader` throws */
export async function openForReading(context: Context, name: Address["share"]): Promise<OpenShareReader> {
  const { config, share } = await configuredShare(context, formatShareName(name));
  const { openShareReader } = await import("../daemon/shares/open-share.js");
  return openShareReader(config, share, await openOptions(context));
}

/** What opening a share takes. @throws SharestrataError `USAGE` */
export async function openOptions(context: Context): Promise<OpenOptions> {
  return { signal: context.io.signal, logger: context.logger, keys: await keysOf(context) };
}

/** @throws SharestrataError `USAGE` */
export function addressArgument(text: string): Address {
  if (text.startsWith("/") || text.startsWith("./")) {
    throw new SharestrataError(
      "USAGE",
      `"${text}" is a local path, where an address is needed: tenant/share@snapshot:path.`,
    );
  }
  return parseAddress(text);
}
