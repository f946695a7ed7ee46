// The emulator on the command line: runs in the foreground until it is told to end.
import { readFileSync } from "node:fs";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import type { AccountOptions } from "./account.js";
import { AccountsFileError, readAccountsFile } from "./accounts-file.js";
import { basicAuthority } from "./auth/basic-authority.js";
import { Emulator } from "./emulator.js";

const options = await yargs(hideBin(process.argv))
  .scriptName("azure-files-emulator")
  .usage("$0 [options]\n\nServes the Azure Files REST API on this machine.")
  .option("port", { type: "number", default: 10_004, describe: "port; 0 takes a free one" })
  .option("host", { type: "string", default: "127.0.0.1", describe: "address to listen on" })
  .option("accounts", { type: "string", describe: "YAML or JSON file of the accounts to serve" })
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

const accounts = readAccounts(options.accounts);
const emulator = await Emulator.start({
  port: options.port,
  host: options.host,
  ...(accounts && { accounts }),
  ...(options.state !== undefined && { state: options.state }),
  ...(options.cert !== undefined &&
    options.key !== undefined && { tls: { cert: readFileSync(options.cert), key: readFileSync(options.key) } }),
  ...(options.oauth === "basic" && { authority: basicAuthority }),
});
for (const { name } of accounts ?? [emulator.account()]) {
  console.log(
    `Azure Files emulator at ${emulator.endpoint(name)} account ${name}; connect with "${emulator.connectionString(name)}"`,
  );
}

/** Ends the process with one sentence, and status 2, when the file is not what it should be. */
function readAccounts(path: string | undefined): AccountOptions[] | undefined {
  if (path === undefined) return undefined;
  try {
    return readAccountsFile(path);
  } catch (error) {
    if (!(error instanceof AccountsFileError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const end = (): void => {
  // A second signal finds the same promise; exit code 0 follows once nothing is left to do.
  void emulator.close();
};
process.on("SIGINT", end);
process.on("SIGTERM", end);
