/** Passphrases and key files as they are found, made into what opens a share. No message here holds what was found. */
import { readFile } from "node:fs/promises";
import { messageOf, SharestrataError, systemCode } from "../../core/errors.js";
import { Secret } from "../../core/secret.js";
import type { KeySecret } from "../../store/crypto/key-slot.js";

/** As many as the key that comes from it has. */
const KEY_FILE_LEAST_BYTES = 32;

/**
 * @param found a character a byte (latin1); a line break at the end does not count
 * @param where for messages: `the file /etc/…`
 * @throws SharestrataError `CONFIG_INVALID` when it is empty or no UTF-8
 */
export function passphraseFrom(found: Secret, where: string): KeySecret {
  const bytes = Buffer.from(found.reveal(), "latin1");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusable(where, "is no UTF-8, which a passphrase is: use a key file instead");
  }
  const passphrase = text.replace(/\r?\n$/, "");
  if (passphrase === "") throw unusable(where, "is empty, and no passphrase");
  return { kind: "passphrase", passphrase: new Secret(passphrase) };
}

/**
 * @param found every byte counts, also a line break at the end
 * @throws SharestrataError `CONFIG_INVALID` when it is too short to be hard to guess
 */
export function keyFileFrom(found: Secret, where: string): KeySecret {
  if (found.reveal().length >= KEY_FILE_LEAST_BYTES) return { kind: "key-file", content: found };
  throw unusable(
    where,
    `is shorter than ${KEY_FILE_LEAST_BYTES} bytes, and no key file: openssl rand -hex 32 makes one`,
  );
}

/** @throws SharestrataError `CONFIG_INVALID` when it cannot be read, or is nothing of the kind */
export async function secretFromFile(kind: KeySecret["kind"], path: string): Promise<KeySecret> {
  const found = await readSecretFile(path);
  return kind === "passphrase" ? passphraseFrom(found, `the file ${path}`) : keyFileFrom(found, `the file ${path}`);
}

async function readSecretFile(path: string): Promise<Secret> {
  try {
    return new Secret(await readFile(path, "latin1"));
  } catch (error) {
    const code = systemCode(error);
    const what =
      code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read: ${messageOf(error)}`;
    throw unusable(`the file ${path}`, what, error);
  }
}

function unusable(where: string, what: string, cause?: unknown): SharestrataError {
  return new SharestrataError(
    "CONFIG_INVALID",
    `${where.charAt(0).toUpperCase()}${where.slice(1)} ${what}.`,
    {},
    cause,
  );
}
