/**
 * Completion for bash and zsh. The shell asks `sharestrata --get-yargs-completions WORD…`; commands and options come
 * from the grammar, shares from the configuration, snapshots from the catalog alone. A failure completes nothing.
 */
import { formatShareName, parseShareName } from "../core/names.js";
import type { AnyCommand } from "./command.js";
import type { Io } from "./io.js";
import { commandIn, nameOf, optionsOf, PROGRAM } from "./parser.js";

export const COMPLETION_FLAG = "--get-yargs-completions";

/** @param line the words so far, the program's name first; the last is the one being typed */
export async function completions(
  line: readonly string[],
  commands: readonly AnyCommand[],
  io: Io,
): Promise<readonly string[]> {
  const words = line.slice(1, -1);
  const current = line.at(-1) ?? "";
  const command = commandIn(words, commands);
  const startingSo = (found: readonly string[]): readonly string[] => found.filter((word) => word.startsWith(current));
  if (current.startsWith("-")) return startingSo(optionsOf(command));
  if (takesValue(words.at(-1))) return [];
  if (!command) return startingSo(commandNames(words, commands));
  if (!/[<[](?:share|address|from|to)[>\]]/.test(command.usage)) return [];
  try {
    return startingSo(await addresses(words, current, io));
  } catch {
    // There is nobody to tell while a line is being typed.
    return [];
  }
}

const FLAGS =
  /^(?:--(?:no-)?(?:json|quiet|verbose|progress|long|recursive|ignore-case|all-snapshots|print0|stat|duplicates|overwrite|read-data|background|encrypt|from-segments|allow-other|list-xattrs|lazy)|-[cqvlRhia]*[qvlRhia])$/;

/** Whether a word is an option whose value comes next: a file, most often, which the shell completes itself. */
function takesValue(word: string | undefined): boolean {
  return word !== undefined && word.startsWith("-") && !word.includes("=") && !FLAGS.test(word);
}

/** First words of all commands, or second words of the family that has been begun. */
function commandNames(words: readonly string[], commands: readonly AnyCommand[]): readonly string[] {
  const parts = commands.map((command) => nameOf(command).split(" "));
  const family = parts.filter(([first, second]) => second !== undefined && words.includes(first ?? ""));
  return [
    ...new Set(family.length > 0 ? family.map(([, second]) => second ?? "") : parts.map(([first]) => first ?? "")),
  ];
}

async function addresses(words: readonly string[], current: string, io: Io): Promise<readonly string[]> {
  const at = words.findIndex((word) => word === "--config" || word === "-c");
  const option = at < 0 ? words.find((word) => word.startsWith("--config="))?.slice(9) : words[at + 1];
  const { loadConfig } = await import("../daemon/config/load.js");
  const config = await loadConfig({ option, env: io.env, cwd: io.cwd });
  const [share, snapshot] = current.split("@", 2);
  if (snapshot === undefined) return config.shares.map(({ name }) => formatShareName(name));
  const { snapshotNames } = await import("../daemon/shares/snapshot-names.js");
  const names = await snapshotNames(config, parseShareName(share ?? ""));
  return ["latest", ...names].map((name) => `${share}@${name}`);
}

const FUNCTION = `_${PROGRAM}_complete`;

/** bash breaks words at "@" and ":"; what stands before the last of them must not be in its answers. */
const BASH = `${FUNCTION}() {
  local line="\${COMP_LINE:0:COMP_POINT}" words answer current kept
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current="\${words[-1]}"
  kept="\${current%"\${current##*[@:=]}"}"
  COMPREPLY=()
  while IFS= read -r answer; do
    COMPREPLY+=("\${answer#"$kept"}")
  done < <(${PROGRAM} ${COMPLETION_FLAG} "\${words[@]}" 2>/dev/null)
}
complete -o default -o nosort -F ${FUNCTION} ${PROGRAM}`;

const ZSH = `#compdef ${PROGRAM}
${FUNCTION}() {
  local -a answers
  answers=("\${(@f)$(${PROGRAM} ${COMPLETION_FLAG} "\${words[@]}" 2>/dev/null)}")
  compadd -Q -- $answers || _files
}
compdef ${FUNCTION} ${PROGRAM}`;

export const COMPLETION_SCRIPTS = { bash: BASH, zsh: ZSH } as const;
