/** `sharestrata key add <share>`: one passphrase or key file more that opens an encrypted share. */
import { formatShareName } from "../../core/names.js";
import { command } from "../command.js";
import { configuredShare, openOptions } from "../open.js";
import { keyJson, newKey, type NewKeyArguments, newKeyOptions } from "./key.js";

export const keyAdd = command({
  usage: "key add <share>",
  summary: "let one more passphrase or key file open an encrypted share",
  description:
    "Adds a passphrase or key file to an encrypted share, which has to be opened with one that it has. Both work from then " +
    "on. Nothing that is stored is written anew.",
  examples: [
    ["key add acme/docs", "asks for both passphrases"],
    ["key add acme/docs --new-key-file /media/safe/acme.key --label safe", "a key file, for the day it is needed"],
  ],
  options: newKeyOptions,
  async run(context, args: NewKeyArguments) {
    const { output } = context;
    const { share } = await configuredShare(context, args.share);
    const make = newKey(context, share, args);
    const { addKey } = await import("../../daemon/keys/share-keys.js");
    const added = await addKey(share, make, await openOptions(context));
    const name = formatShareName(share.name);
    if (output.json) return output.document({ share: name, added: keyJson(added) });
    if (!output.quiet) await output.line(`${name}: key ${added.id} added`);
  },
});
