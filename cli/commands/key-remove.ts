/** `sharestrata key remove <share> <id>`: a passphrase or key file opens the share no longer. */
import { formatShareName } from "../../core/names.js";
import { command } from "../command.js";
import { configuredShare, openOptions } from "../open.js";

export const keyRemove = command({
  usage: "key remove <share> <id>",
  summary: "keep a passphrase or key file from opening an encrypted share",
  description:
    "Removes a key of an encrypted share, which has to be opened with any that it has. The last one is never removed. " +
    "Whoever has kept a copy of the key object, and knows its passphrase, can still read the share.",
  examples: [["key remove acme/docs 4c1f09a2b7d3e865", "an id from key list"]],
  options: (yargs) =>
    yargs
      .positional("share", { type: "string", demandOption: true, describe: "tenant/share" })
      .positional("id", { type: "string", demandOption: true, describe: "id of the key, from key list" }),
  async run(context, { share: text, id }) {
    const { output } = context;
    const { share } = await configuredShare(context, text);
    const { removeKey } = await import("../../daemon/keys/share-keys.js");
    await removeKey(share, id, await openOptions(context));
    const name = formatShareName(share.name);
    if (output.json) return output.document({ share: name, removed: id });
    if (!output.quiet) await output.line(`${name}: key ${id} removed`);
  },
});
