/** Where commands get the keys of encrypted shares from: the command line's options, the world, and the person at the terminal. */
import { resolve } from "node:path";
import { SharestrataError } from "../core/errors.js";
import type { SecretPlaces } from "../daemon/keys/find-secret.js";
import type { Keyring } from "../daemon/keys/keyring.js";
import type { Context } from "./context.js";

/** Options that name files with keys. */
export interface KeyOptions {
  readonly passphraseFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** @throws SharestrataError `USAGE` when the options name both a passphrase and a key file */
export async function keysOf(context: Context): Promise<Keyring> {
  const places = secretPlaces(context, context.options);
  const { Keyring: Ring } = await import("../daemon/keys/keyring.js");
  return new Ring(places);
}

/** @param names of the two options, for the message @throws SharestrataError `USAGE` */
export function secretPlaces(
  { io, prompt }: Context,
  { passphraseFile, keyFile }: KeyOptions,
  names = "--passphrase-file and --key-file",
): SecretPlaces {
  if (passphraseFile !== undefined && keyFile !== undefined) {
    throw new SharestrataError("USAGE", `${names}: give one of them, not both.`);
  }
  return {
    passphraseFile: passphraseFile === undefined ? undefined : resolve(io.cwd, passphraseFile),
    keyFile: keyFile === undefined ? undefined : resolve(io.cwd, keyFile),
    env: io.env,
    ask: io.stdin?.isTTY === true ? prompt.ask : undefined,
  };
}
