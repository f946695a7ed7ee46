/** The passphrase or key file that a share is to be opened with from now on. */
import { SharestrataError } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import type { Secret } from "../../core/secret.js";
import type { KeySecret } from "../../store/crypto/key-slot.js";
import type { ShareSettings } from "../config/config.js";
import { findSecret, type SecretPlaces } from "./find-secret.js";
import { secretFromFile } from "./key-secret.js";

/**
 * For a share that is made: looked for in the same places as later, and asked for twice where a person is asked.
 * @throws as `findSecret`; SharestrataError `USAGE` when the two differ
 */
export function firstSecret(
  share: Pick<ShareSettings, "name" | "encryption">,
  places: SecretPlaces,
): Promise<KeySecret> {
  const { ask } = places;
  return findSecret(share, ask ? { ...places, ask: () => askTwice(share, ask) } : places);
}

/**
 * For a further key: from what the command line says, or a person; never from where the present one is found.
 * @throws SharestrataError `KEY_REQUIRED` when there is neither; `CONFIG_INVALID`, `USAGE`
 */
export async function furtherSecret(
  share: Pick<ShareSettings, "name">,
  { passphraseFile, keyFile, ask }: Omit<SecretPlaces, "env">,
): Promise<KeySecret> {
  if (passphraseFile === undefined && keyFile === undefined && !ask) {
    const name = formatShareName(share.name);
    const message = `The new key of ${name} is missing: give it by --new-passphrase-file or --new-key-file.`;
    throw new SharestrataError("KEY_REQUIRED", message, { share: name });
  }
  if (keyFile !== undefined) return secretFromFile("key-file", keyFile);
  if (passphraseFile !== undefined) return secretFromFile("passphrase", passphraseFile);
  return firstSecret({ ...share, encryption: undefined }, { env: {}, ask });
}

async function askTwice(
  { name }: Pick<ShareSettings, "name">,
  ask: (question: string) => Promise<Secret>,
): Promise<Secret> {
  const share = formatShareName(name);
  const [first, second] = [await ask(`New passphrase of ${share}: `), await ask("The same again: ")];
  if (first.reveal() === second.reveal()) return first;
  throw new SharestrataError("USAGE", "The two passphrases differ, so neither was taken.", { share });
}
