/** `sharestrata key list <share>`: what opens an encrypted share. Nothing has to be opened for that. */
import { ERROR_CODES } from "../../core/errors.js";
import { formatShareName } from "../../core/names.js";
import { command } from "../command.js";
import { configuredShare } from "../open.js";
import { formatLocalTime, printable } from "../output/format.js";
import { left, plainTable } from "../output/table.js";
import { keyJson } from "./key.js";

export const keyList = command({
  usage: "key list <share>",
  summary: "list what opens an encrypted share",
  description:
    "Lists the keys of an encrypted share: each is a passphrase or a key file, any one of which opens it. No passphrase is " +
    "needed to see that. A key that cannot be read is told; the status is 14 then.",
  examples: [["key list acme/docs", "ids, kinds and labels"]],
  options: (yargs) => yargs.positional("share", { type: "string", demandOption: true, describe: "tenant/share" }),
  async run(context, { share: text }) {
    const { io, output } = context;
    const { share } = await configuredShare(context, text);
    const { listKeys } = await import("../../daemon/keys/share-keys.js");
    const { slots, unreadable } = await listKeys(share, { signal: io.signal });
    const sorted = slots.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    if (output.json) {
      const problems = unreadable.map(({ code, message }) => ({ code, message }));
      await output.document({ share: formatShareName(share.name), keys: sorted.map(keyJson), unreadable: problems });
    } else {
      const rows = sorted.map(({ id, kind, label, createdAt }) => [
        id,
        kind === "passphrase" ? "passphrase" : "key file",
        formatLocalTime(createdAt),
        printable(label),
      ]);
      await output.line(plainTable(["Key", "Kind", "Created", "Label"].map(left), rows));
      for (const { message } of unreadable) output.complain(`sharestrata: ${printable(message)}`);
    }
    return unreadable[0] ? ERROR_CODES[unreadable[0].code].exitStatus : 0;
  },
});
