// The emulator on the command line: runs in the foreground until it is told to end.
import { readFileSync } from "node:fs";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { basicAuthority } from "./auth/basic-authority.js";
import { Emulator } from "./emulator.js";

const options = await yargs(hideBin(process.argv))
  .scriptName("azure-files-emulator")
  .usage("$0 [options]\n\nServes the Azure Files REST API on this machine.")
  .option("port", { type: "number", default: 10_004, describe: "port; 0 takes a free one" })
  .option("host", { type: "string", default: "127.0.0.1", describe: "address to listen on" })
  .option("state", { type: "string", describe: "folder that keeps everything over a restart" })
  .option("cert", { type: "string", implies: "key", describe: "PEM file with a certificate: serves over TLS" })
  .option("key", { type: "string", implies: "cert", describe: "PEM file with the certificate's key" })
  .option("oauth", {
    choices: ["basic"] as const,
    implies: "cert",
    describe: "believes bearer tokens by audience, issuer and time, without looking at who signed them",
  })
  .strict()
  .version(false)
  .parseAsync();

const emulator = await Emulator.start({
  port: options.port,
  host: options.host,
  ...(options.state !== undefined && { state: options.state }),
  ...(options.cert !== undefined &&
    options.key !== undefined && { tls: { cert: readFileSync(options.cert), key: readFileSync(options.key) } }),
  ...(options.oauth === "basic" && { authority: basicAuthority }),
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
