/**
 * Where the passphrase or key file of a share is looked for. The first place that has something is taken, also when it turns
 * out to be wrong: a mistake there should be seen, not passed over.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import { Secret } from "../../core/secret.js";
import type { KeySecret } from "../../store/crypto/key-slot.js";
import type { ShareSettings } from "../config/config.js";
import { type Environment, readWhole } from "../config/secrets.js";
import { keyFileFrom, passphraseFrom, secretFromFile } from "./key-secret.js";

export const PASSPHRASE_VARIABLE = "SHARESTRATA_PASSPHRASE";
export const PASSPHRASE_CREDENTIAL = "sharestrata-passphrase";

/** What whoever started this has to offer. */
export interface SecretPlaces {
  /** Of the command line; absolute. At most one of the two. */
  readonly passphraseFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly env: Environment;
  /** Asks a person; undefined where there is none. */
  readonly ask?: ((question: string) => Promise<Secret>) | undefined;
}

/**
 * What a share is opened with.
 * @throws SharestrataError `KEY_REQUIRED` when there is nothing; `CONFIG_INVALID` when what is named is not there
 */
export async function findSecret(
  { name, encryption }: Pick<ShareSettings, "name" | "encryption">,
  places: SecretPlaces,
): Promise<KeySecret> {
  const { passphraseFile, keyFile, env, ask } = places;
  if (passphraseFile !== undefined) return secretFromFile("passphrase", passphraseFile);
  if (keyFile !== undefined) return secretFromFile("key-file", keyFile);
  if (encryption) {
    const found = await readWhole(encryption.secret, env);
    const where = `what ${encryption.secret.key} names`;
    return encryption.kind === "passphrase" ? passphraseFrom(found, where) : keyFileFrom(found, where);
  }
  const offered = await fromEnvironment(name, env);
  if (offered) return offered;
  const share = formatShareName(name);
  if (ask) return passphraseFrom(latin1(await ask(`Passphrase of ${share}: `)), "what was typed");
  throw new SharestrataError(
    "KEY_REQUIRED",
    `The share ${share} is encrypted: give its passphrase by --passphrase-file, encryption in the configuration, a systemd ` +
      `credential ${PASSPHRASE_CREDENTIAL} or $${PASSPHRASE_VARIABLE}, or its key by --key-file.`,
    { share },
  );
}

/** @returns undefined when neither systemd nor the environment has a passphrase */
export async function fromEnvironment(name: ShareName, env: Environment): Promise<KeySecret | undefined> {
  const folder = env["CREDENTIALS_DIRECTORY"];
  for (const credential of folder ? credentialsOf(name) : []) {
    const found = await readCredential(join(folder ?? "", credential));
    if (found) return passphraseFrom(found, `the credential ${credential}`);
  }
  const text = env[PASSPHRASE_VARIABLE];
  return text === undefined ? undefined : passphraseFrom(latin1(new Secret(text)), `$${PASSPHRASE_VARIABLE}`);
}

/** The share's own first. It ends like the instance of its unit, as systemd-escape writes it: `%i`. */
function credentialsOf({ tenant, share }: ShareName): readonly string[] {
  const escaped = [tenant, share].map((part) => part.replaceAll("-", "\\x2d")).join("-");
  return [`${PASSPHRASE_CREDENTIAL}-${escaped}`, PASSPHRASE_CREDENTIAL];
}

async function readCredential(path: string): Promise<Secret | undefined> {
  try {
    return new Secret(await readFile(path, "latin1"));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new SharestrataError(
      "CONFIG_INVALID",
      `The credential ${path} cannot be read: ${messageOf(error)}.`,
      {},
      error,
    );
  }
}

const latin1 = (text: Secret): Secret => new Secret(Buffer.from(text.reveal()).toString("latin1"));
