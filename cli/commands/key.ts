/** What the `key` commands share: the new key, as the command line or a person gives it. */
import type { Argv } from "yargs";
import { systemClock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import { formatTime } from "../../core/time.js";
import type { NewKey } from "../../daemon/keys/share-keys.js";
import type { ShareSettings } from "../../daemon/config/config.js";
import type { KeySlot } from "../../store/crypto/key-slot.js";
import type { Context } from "../context.js";
import { secretPlaces } from "../keys.js";

export interface NewKeyArguments {
  readonly share: string;
  readonly newPassphraseFile?: string | undefined;
  readonly newKeyFile?: string | undefined;
  readonly label?: string | undefined;
}

export const newKeyOptions = (yargs: Argv) =>
  yargs
    .positional("share", { type: "string", demandOption: true, describe: "tenant/share" })
    .option("new-passphrase-file", { type: "string", requiresArg: true, describe: "file with the new passphrase" })
    .option("new-key-file", { type: "string", requiresArg: true, describe: "the new key file" })
    .option("label", { type: "string", requiresArg: true, describe: "what to call the new key; not encrypted" });

const LONGEST_LABEL = 100;
const UNPRINTABLE = /\p{C}/u;

/** @throws SharestrataError `USAGE` at once; the function it returns: `KEY_REQUIRED`, `CONFIG_INVALID`, `USAGE` */
export function newKey(context: Context, share: ShareSettings, args: NewKeyArguments): () => Promise<NewKey> {
  const { label = "" } = args;
  if (label.length > LONGEST_LABEL || UNPRINTABLE.test(label)) {
    throw new SharestrataError("USAGE", `--label takes up to ${LONGEST_LABEL} printable characters.`);
  }
  const places = secretPlaces(
    context,
    { passphraseFile: args.newPassphraseFile, keyFile: args.newKeyFile },
    "--new-passphrase-file and --new-key-file",
  );
  return async () => {
    const { furtherSecret } = await import("../../daemon/keys/new-secret.js");
    return { secret: await furtherSecret(share, places), label, clock: systemClock };
  };
}

export function keyJson({ id, kind, label, createdAt }: KeySlot): Record<string, unknown> {
  return { id, kind, label: label === "" ? null : label, created: formatTime(createdAt) };
}
