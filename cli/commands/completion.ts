/** `sharestrata completion bash|zsh`: the script that a shell is to read. */
import { command } from "../command.js";
import { COMPLETION_SCRIPTS } from "../completion.js";

export const completion = command({
  usage: "completion [shell]",
  summary: "print the completion script for bash or zsh",
  description:
    "Prints a script that completes commands, options, shares and snapshots. Without a shell, that of $SHELL.",
  examples: [["completion bash > /etc/bash_completion.d/sharestrata", "for everybody, from the next login"]],
  options: (yargs) => yargs.positional("shell", { choices: ["bash", "zsh"] as const, describe: "which shell" }),
  async run({ io, output }, { shell }) {
    const wanted = shell ?? (io.env["SHELL"]?.endsWith("/zsh") ? "zsh" : "bash");
    await output.line(COMPLETION_SCRIPTS[wanted]);
  },
});
