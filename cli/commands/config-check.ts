/** `sharestrata config check`: whether the configuration is right, and what it names is there. */
import { ERROR_CODES } from "../../core/errors.js";
import { command } from "../command.js";
import { readConfig } from "../context.js";
import { keysOf } from "../keys.js";
import { printable } from "../output/format.js";

export const configCheck = command({
  usage: "config check",
  summary: "check the configuration and what it names",
  description:
    "Reads the configuration, with every mistake in it told by line, and looks for each share whether its secrets can be " +
    "read, its store is set up and the folders can be written to. Nothing is changed, and no account is asked.",
  examples: [["config check --config /etc/sharestrata/config.yaml", "after an edit"]],
  options: (yargs) => yargs,
  async run(context) {
    const { io, output } = context;
    const config = await readConfig(context);
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
    const first = verdicts.find(({ problem }) => problem)?.problem;
    return first ? ERROR_CODES[first.code].exitStatus : 0;
  },
});
