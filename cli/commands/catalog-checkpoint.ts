/** `sharestrata catalog checkpoint <share>`: the catalog into the store, for a quick start elsewhere. */
import { formatShareName } from "../../core/names.js";
import { command } from "../command.js";
import { configuredShare, openOptions } from "../open.js";
import { formatBytes } from "../output/format.js";

export const catalogCheckpoint = command({
  usage: "catalog checkpoint <share>",
  summary: "put a checkpoint of a catalog into the store",
  description:
    "Writes the catalog as of the newest snapshot into the store, so that a catalog can be built from it elsewhere " +
    "without reading the journals of all backups. Backups do so themselves when enough has changed; the newest two are kept. " +
    "One that the newest snapshot has already is verified from end to end, and replaced when it is damaged.",
  examples: [["catalog checkpoint acme/docs", "before moving to another machine"]],
  interrupted: "No checkpoint was made.",
  options: (yargs) => yargs.positional("share", { type: "string", demandOption: true, describe: "tenant/share" }),
  async run(context, { share: text }) {
    const { io, logger, output } = context;
    const { config, share } = await configuredShare(context, text);
    const { openShareWriter } = await import("../../daemon/shares/open-share.js");
    const { makeCheckpoint } = await import("../../daemon/checkpoints/make-checkpoint.js");
    await using opened = await openShareWriter(config, share, await openOptions(context));
    const { snapshot, written, storedBytes } = await makeCheckpoint({ ...opened, logger }, io.signal);
    const name = formatShareName(share.name);
    if (output.json) return await output.document({ share: name, snapshot, written, bytes: storedBytes });
    if (output.quiet) return;
    await output.line(
      written
        ? `${name}: checkpoint of snapshot ${snapshot} written, ${formatBytes(storedBytes)}`
        : `${name}: snapshot ${snapshot} has a checkpoint already`,
    );
  },
});
