/** `sharestrata key rotate <share>`: another passphrase or key file in the place of the one that opens the share. */
import { formatShareName } from "../../core/names.js";
import { command } from "../command.js";
import { configuredShare, openOptions } from "../open.js";
import { keyJson, newKey, type NewKeyArguments, newKeyOptions } from "./key.js";

export const keyRotate = command({
  usage: "key rotate <share>",
  summary: "replace the passphrase or key file that opens an encrypted share",
  description:
    "Adds a new passphrase or key file and removes the one that the share was opened with. Nothing that is stored is " +
    "written anew: whoever has kept a copy of the old key object, and knows its passphrase, can still read the share.",
  examples: [
    ["key rotate acme/docs", "asks for the passphrase and a new one"],
    ["key rotate acme/docs --passphrase-file old --new-passphrase-file new", "without a terminal"],
  ],
  interrupted: "The old key still opens the share; sharestrata key list shows whether a new one does, too.",
  options: newKeyOptions,
  async run(context, args: NewKeyArguments) {
    const { output } = context;
    const { share } = await configuredShare(context, args.share);
    const make = newKey(context, share, args);
    const { rotateKey } = await import("../../daemon/keys/share-keys.js");
    const { added, removed } = await rotateKey(share, make, await openOptions(context));
    const name = formatShareName(share.name);
    if (output.json) return output.document({ share: name, added: keyJson(added), removed });
    if (!output.quiet) await output.line(`${name}: key ${added.id} has taken the place of ${removed}`);
  },
});
