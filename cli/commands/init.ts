/** `sharestrata init`: sets a share up, in the configuration and in its store. */
import { resolve } from "node:path";
import { systemClock } from "../../core/clock.js";
import { formatShareName, parseShareName, type ShareName } from "../../core/names.js";
import { configToWrite } from "../../daemon/config/locate.js";
import type { InitRequest } from "../../daemon/shares/initialise.js";
import { absoluteUrl, sourceUrlProblem, storeUrlProblem } from "../../daemon/config/urls.js";
import { SharestrataError } from "../../core/errors.js";
import { DEDUP_SCOPES, type DedupScope } from "../../store/shares/share-settings.js";
import { parseSignIn } from "../arguments/sign-in.js";
import { parseContentSettings, type ContentOptions } from "../arguments/content-settings.js";
import { command } from "../command.js";
import { type Context, configSearch } from "../context.js";
import { secretPlaces } from "../keys.js";

interface InitArguments extends ContentOptions {
  readonly share: string;
  readonly source?: string | undefined;
  readonly store?: string | undefined;
  readonly auth?: string | undefined;
  readonly encrypt: boolean;
  readonly dedupScope?: DedupScope | undefined;
}

export const init = command({
  usage: "init",
  summary: "set a share up: its configuration and its store",
  description:
    "Writes a first configuration, or adds a share to one (comments are kept), and prepares the store. The source is " +
    "looked at first; when anything fails, nothing is changed. Secrets are never taken from the command line: put them " +
    "into the environment or a file (docs/configuration.md). A store that already holds the share is taken over with " +
    "its snapshots. --source and --store may be left out when the configuration has the share already.",
  examples: [
    [
      "init --share acme/docs --source azure-files://acmefiles/docs --store file:///srv/backup",
      "into ./sharestrata.yaml",
    ],
    [
      "init --share acme/docs --source azure-files://acmefiles/docs --auth 'entra: {managedIdentity: true}' --store /srv/backup",
      "signs in as this machine in Azure",
    ],
    ["init --share acme/hr --source /srv/hr --store /srv/backup --encrypt", "asks for a passphrase"],
    [
      "init --config /etc/sharestrata/config.yaml --share acme/home --source file:///home --store file:///srv/backup",
      "",
    ],
  ],
  options: (yargs) =>
    yargs
      .option("share", { type: "string", demandOption: true, requiresArg: true, describe: "tenant/share" })
      .option("source", { type: "string", requiresArg: true, describe: "azure-files://ACCOUNT/SHARE or file:///PATH" })
      .option("auth", {
        type: "string",
        requiresArg: true,
        describe: "how to sign in, as the configuration has it: 'entra: default', 'sas: {credential: NAME}'",
      })
      .option("encrypt", { type: "boolean", default: false, describe: "encrypt everything that is stored" })
      .option("store", { type: "string", requiresArg: true, describe: "where backups go: file:///PATH" })
      .option("dedup-scope", {
        choices: DEDUP_SCOPES,
        requiresArg: true,
        describe: "among whose contents equal ones are found: this share's (default), or all of the tenant that say so",
      })
      .option("compression", {
        type: "string",
        requiresArg: true,
        describe: "of zstd, 1 (fast) … 19 (small); default 3",
      })
      .option("small-file-threshold", {
        type: "string",
        requiresArg: true,
        describe: "files of up to this size go into bundles, longer ones are cut; default 1M",
      })
      .option("chunk-sizes", {
        type: "string",
        requiresArg: true,
        describe: "least, average and largest chunk of a long file; default 512k,2M,8M",
      }),
  async run(context, { share, source, store, auth, encrypt, dedupScope, ...contents }: InitArguments) {
    const { io, logger, output } = context;
    const name = parseShareName(share);
    expectUrl("--source", source, sourceUrlProblem);
    expectUrl("--store", store, storeUrlProblem);
    const settings = parseContentSettings(contents);
    const lock = lockOf(context, name, encrypt);
    const { initialise } = await import("../../daemon/shares/initialise.js");
    const result = await initialise({
      file: resolve(io.cwd, configToWrite(configSearch(context))),
      name,
      // On the command line a relative path means one below the current folder.
      source: source === undefined ? undefined : absoluteUrl(source, io.cwd),
      store: store === undefined ? undefined : absoluteUrl(store, io.cwd),
      signIn: auth === undefined ? undefined : parseSignIn(auth),
      lock,
      settings: dedupScope === undefined ? settings : { ...settings, dedupScope },
      env: io.env,
      clock: systemClock,
      logger,
      signal: io.signal,
    });
    const { url } = result.share.source;
    if (output.json) {
      const { file, configured, adopted, encrypted } = result;
      await output.document({
        share: formatShareName(name),
        config: file,
        source: url,
        store: result.share.store,
        configured,
        adopted,
        encrypted,
      });
      return;
    }
    const how = result.adopted ? "was there already and is taken over, with its snapshots" : "is ready";
    output.note(`${formatShareName(name)} is set up in ${result.file}; its store ${result.share.store} ${how}.`);
    if (result.encrypted) for (const line of ENCRYPTED) output.warn(line);
    output.note(`Next: sharestrata backup ${formatShareName(name)}`);
  },
});

const ENCRYPTED = [
  "Everything in the store is encrypted. Losing the passphrase or key file is losing the data: nobody can read the backups",
  "without it, and nobody can replace it. Keep a copy where this machine's end is not its end (docs/encryption.md).",
];

/** @throws SharestrataError `USAGE` */
function lockOf(context: Context, name: ShareName, encrypt: boolean): InitRequest["lock"] {
  const places = secretPlaces(context, context.options);
  if (encrypt) {
    return async (share) => {
      const { firstSecret } = await import("../../daemon/keys/new-secret.js");
      return firstSecret(share, places);
    };
  }
  if (places.passphraseFile === undefined && places.keyFile === undefined) return undefined;
  const message = `${formatShareName(name)} would not be encrypted: say --encrypt, or leave the file with the key out.`;
  throw new SharestrataError("USAGE", message);
}

function expectUrl(option: string, text: string | undefined, problemOf: (text: string) => string | undefined): void {
  const problem = text === undefined ? undefined : problemOf(text);
  if (problem !== undefined) throw new SharestrataError("USAGE", `${option}: ${problem}.`);
}
