// The emulator on the command line: runs in the foreground until it is told to end.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { Emulator } from "./emulator.js";

const options = await yargs(hideBin(process.argv))
  .scriptName("azure-files-emulator")
  .usage("$0 [options]\n\nServes the Azure Files REST API on this machine.")
  .option("port", { type: "number", default: 10_004, describe: "port; 0 takes a free one" })
  .option("host", { type: "string", default: "127.0.0.1", describe: "address to listen on" })
  .option("state", { type: "string", describe: "folder that keeps everything over a restart" })
  .strict()
  .version(false)
  .parseAsync();

const emulator = await Emulator.start({
  port: options.port,
  host: options.host,
  ...(options.state !== undefined && { state: options.state }),
});
console.log(
  `Azure Files emulator at ${emulator.endpoint()} account ${emulator.account().name}; connect with "${emulator.connectionString()}"`,
);

const end = (): void => {
  // A second signal finds the same promise; exit code 0 follows once nothing is left to do.
  void emulator.close();
};
process.on("SIGINT", end);
process.on("SIGTERM", end);
