/** `sharestrata config check`: whether the configuration is right, and what it names is there and can be used. */
import { type ErrorCode, ERROR_CODES, SharestrataError } from "../../core/errors.js";
import { command } from "../command.js";
import { type Context, readConfig } from "../context.js";
import type { Config } from "../../daemon/config/config.js";
import { keysOf } from "../keys.js";
import { printable } from "../output/format.js";

interface ConfigCheckArguments {
  readonly online: boolean;
  readonly require?: string | undefined;
}

export const configCheck = command({
  usage: "config check",
  summary: "check the configuration and what it names",
  description:
    "Reads the configuration, with every mistake in it told by line, and looks for each share whether its secrets can be " +
    "read, its store is set up and the folders can be written to. Nothing is changed, and no account is asked, unless " +
    "--online is said: then each source is asked whether one can sign in, list, read, take a share snapshot and restore, and " +
    "each store is written to. Nothing stays of that either.",
  examples: [
    ["config check --config /etc/sharestrata/config.yaml", "after an edit"],
    ["config check --online --require snapshot", "before the first backup, and when a role or a SAS has changed"],
  ],
  repeatable: ["require"],
  options: (yargs) =>
    yargs
      .option("online", { type: "boolean", default: false, describe: "try what each source and store allows" })
      .option("require", {
        type: "string",
        requiresArg: true,
        implies: "online",
        describe: "snapshot or restore: a share that cannot do it counts as wrong; may be repeated",
      }),
  async run(context, { online, require }: ConfigCheckArguments) {
    const { io, output } = context;
    const config = await readConfig(context);
    if (online) return checkedOnline(context, config, requiredOf(require));
    const { checkShares } = await import("../../daemon/shares/check.js");
    const verdicts = await checkShares(config, io.env, await keysOf(context), io.signal);
    if (output.json) {
      const shares = verdicts.map(({ share, problem }) => ({
        share,
        ok: problem === undefined,
        ...(problem && { problem }),
      }));
      await output.document({ config: config.file, state: config.stateDir, shares });
    } else {
      output.note(`${config.file}: ${config.shares.length === 0 ? "no share yet" : "valid"}`);
      for (const { share, problem } of verdicts) {
        await output.line(`${share}: ${problem ? printable(problem.message) : "OK"}`);
      }
    }
    return statusOf(verdicts);
  },
});

type Required = "snapshot" | "restore";

/** @throws SharestrataError `USAGE` */
function requiredOf(text: string | undefined): readonly Required[] {
  return (text?.split(",") ?? []).map((name) => {
    if (name === "snapshot" || name === "restore") return name;
    throw new SharestrataError("USAGE", `--require ${name}: write snapshot or restore.`);
  });
}

async function checkedOnline(context: Context, config: Config, required: readonly Required[]): Promise<number> {
  const { io, logger, output } = context;
  const { checkOnline } = await import("../../daemon/shares/check-online.js");
  const { onlineDocument, tellOnline } = await import("./config-check-online.js");
  const keys = await keysOf(context);
  const verdicts = await checkOnline(config, { env: io.env, keys, logger, signal: io.signal, required });
  if (output.json) {
    const { file, stateDir } = config;
    await output.document({ config: file, state: stateDir, shares: verdicts.map(onlineDocument) });
  } else if (verdicts.length === 0) output.note(`${config.file}: no share yet`);
  else await tellOnline(verdicts, output);
  return statusOf(verdicts);
}

/** That of the first share with a problem. */
function statusOf(verdicts: readonly { readonly problem: { readonly code: ErrorCode } | undefined }[]): number {
  const first = verdicts.find(({ problem }) => problem)?.problem;
  return first ? ERROR_CODES[first.code].exitStatus : 0;
}
