/** `sharestrata umount DIR`: takes a mount away, alive or dead. */
import { resolve } from "node:path";
import { command } from "../command.js";

export const umount = command({
  usage: "umount <dir>",
  summary: "unmount snapshots",
  description: "Takes the mount at DIR away; the process that served it ends by itself.",
  examples: [
    ["umount /mnt/docs", "unless somebody is using it"],
    ["umount --lazy /mnt/docs", "now, even if it is in use"],
  ],
  options: (yargs) =>
    yargs
      .positional("dir", { type: "string", demandOption: true, describe: "where it is mounted" })
      .option("lazy", { type: "boolean", default: false, describe: "detach a mount that is in use" }),
  async run({ io, output }, { dir, lazy }) {
    const { unmountAt } = await import("../../fs/transports/unmount.js");
    await unmountAt(resolve(io.cwd, dir), { lazy });
    if (output.json) await output.document({ unmounted: resolve(io.cwd, dir) });
  },
});
