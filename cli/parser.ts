/** The command line, parsed: yargs knows the grammar, and says which command is meant; nothing is run here. */
import yargs, { type Argv } from "yargs";
import type { AnyCommand } from "./command.js";
import type { Context, GlobalOptions } from "./context.js";
import { exitStatusHelp, UsageError } from "./output/errors.js";

export const PROGRAM = "sharestrata";

/** What a command line asks for. */
export type Request =
  | { readonly kind: "print"; readonly text: string }
  | {
      readonly kind: "run";
      readonly command: AnyCommand;
      readonly options: GlobalOptions;
      readonly run: (context: Context) => Promise<number | void>;
    };

export interface ParserOptions {
  readonly version: string;
  /** Width of help texts. */
  readonly columns: number;
}

const GLOBAL_OPTIONS = {
  config: { alias: "c", type: "string", requiresArg: true, describe: "configuration file" },
  json: { type: "boolean", default: false, describe: "answer in JSON (docs/cli.md has the shapes)" },
  quiet: { alias: "q", type: "boolean", default: false, describe: "say only what was asked for, and what went wrong" },
  verbose: { alias: "v", type: "boolean", default: false, describe: "log every step to stderr" },
  progress: { type: "boolean", describe: "show progress even where stderr is no terminal" },
  "passphrase-file": { type: "string", requiresArg: true, describe: "file with the passphrase of an encrypted share" },
  "key-file": { type: "string", requiresArg: true, describe: "key file of an encrypted share" },
} as const;

/**
 * @param commands every command; `family command` names make families
 * @throws UsageError with one sentence
 */
export async function parseCommandLine(
  argv: readonly string[],
  commands: readonly AnyCommand[],
  options: ParserOptions,
): Promise<Request> {
  let chosen: { readonly command: AnyCommand; readonly args: unknown } | undefined;
  let printed = "";
  const choose = (command: AnyCommand, args: unknown): void => {
    chosen = { command, args };
  };
  try {
    // With a callback yargs collects what it would have printed; its errors are thrown, as `fail(false)` says.
    await build(commands, choose, options).parse(
      joined(withValues(argv, commandIn(argv, commands)), commandIn(argv, commands)?.repeatable ?? []),
      {},
      (_error, _args, output) => {
        printed = output || printed;
      },
    );
  } catch (error) {
    const command = commandIn(argv, commands);
    throw new UsageError(sentence(error, command), command ? `${PROGRAM} ${nameOf(command)}` : PROGRAM);
  }
  if (printed !== "" || !chosen) return { kind: "print", text: printed };
  const { command, args } = chosen;
  return { kind: "run", command, options: globalOptions(args), run: command.bind(args) };
}

/** The options that a command takes, as they are typed: `--config`, `--long`, … */
export function optionsOf(command: AnyCommand | undefined): readonly string[] {
  const parser = yargs().options(GLOBAL_OPTIONS).help().version("0");
  // yargs has getOptions() and lists it among its methods, but its typings leave it out.
  const described = (command ? command.options(parser) : parser) as unknown as DescribedOptions;
  const positional = /[<[]([a-z]+)[>\]]/g;
  const positionals = new Set(Array.from((command?.usage ?? "").matchAll(positional), ([, name]) => name));
  return Object.keys(described.getOptions().key)
    .filter((name) => name.length > 1 && !positionals.has(name))
    .map((name) => `--${name}`);
}

/** What yargs tells of itself without its typings saying so. */
interface DescribedOptions {
  getOptions(): { readonly key: Readonly<Record<string, unknown>> };
}

/** Options that may stand without a value are given theirs: yargs would take the next word for it. */
function withValues(argv: readonly string[], command: AnyCommand | undefined): string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const values = new Map(Object.entries(command?.optionalValues ?? {}).map(([name, value]) => [`--${name}`, value]));
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    const next = argv[at + 1];
    if (at >= end || !values.has(word)) words.push(word);
    else if (next !== undefined && command?.optionalWords?.[word.slice(2)]?.includes(next)) {
      words.push(`${word}=${next}`);
      at++;
    } else words.push(`${word}=${values.get(word)}`);
  }
  return words;
}

/** Of an option that is given several times yargs takes the last one, so that scripts can append what overrules. */
function joined(argv: readonly string[], repeatable: readonly string[]): string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const rest: string[] = [];
  const values = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    const [name = "", ...value] = word.split("=");
    const isOwn = at < end && repeatable.some((option) => name === `--${option}`);
    const given = value.length > 0 ? value.join("=") : argv[at + 1];
    if (!isOwn || given === undefined) {
      rest.push(word);
      continue;
    }
    if (value.length === 0) at++;
    values.set(name, [...(values.get(name) ?? []), given]);
  }
  return [...[...values].map(([name, all]) => `${name}=${all.join(",")}`), ...rest];
}

type Choose = (command: AnyCommand, args: unknown) => void;

function build(commands: readonly AnyCommand[], choose: Choose, options: ParserOptions): Argv {
  const parser = yargs()
    .scriptName(PROGRAM)
    .usage("$0: backups of Azure Files shares that you can cd into\n\nUsage: $0 <command> [options]")
    .version(options.version)
    .options(GLOBAL_OPTIONS)
    .group(Object.keys(GLOBAL_OPTIONS).concat("help", "version"), "Every command takes:")
    .help()
    .alias("help", "h")
    .strict()
    .recommendCommands()
    .demandCommand(1, "Say which command.")
    .parserConfiguration({ "duplicate-arguments-array": false, "strip-aliased": true, "strip-dashed": true })
    .epilogue(
      `Addresses: tenant/share@snapshot:path; the snapshot is a name, latest or latest~N.\n\n${exitStatusHelp()}\n\n` +
        "The configuration is --config, $SHARESTRATA_CONFIG, ./sharestrata.yaml or /etc/sharestrata/config.yaml.",
    )
    .wrap(Math.min(120, Math.max(60, options.columns)))
    .exitProcess(false)
    .fail(false);
  for (const command of commands) {
    if (!isFamily(command)) addCommand(parser, command, command.usage, choose);
  }
  for (const family of new Set(commands.filter(isFamily).map(familyOf))) addFamily(parser, family, commands, choose);
  return parser;
}

const isFamily = (command: AnyCommand): boolean => /^[a-z]+ [a-z]/.test(command.usage);
const familyOf = (command: AnyCommand): string => command.usage.split(" ", 1)[0] ?? "";

function addFamily(parser: Argv, family: string, commands: readonly AnyCommand[], choose: Choose): void {
  const members = commands.filter((command) => isFamily(command) && familyOf(command) === family);
  parser.command(
    family,
    members.map((member) => member.summary).join("; "),
    (sub) => {
      for (const member of members) addCommand(sub, member, member.usage.slice(family.length + 1), choose);
      return sub.demandCommand(1, `Say which ${family} command: ${members.map((m) => nameOf(m)).join(", ")}.`);
    },
    () => {},
  );
}

function addCommand(parser: Argv, command: AnyCommand, usage: string, choose: Choose): void {
  parser.command(
    usage,
    command.summary,
    (sub) => {
      const described = command
        .options(sub)
        .usage(`$0 ${command.usage}\n\n${command.description ?? `${command.summary}.`}`);
      for (const [line, what] of command.examples) described.example(`$0 ${line}`, what);
      return described.epilogue("");
    },
    (args) => choose(command, args),
  );
}

/** `config check` of `config check`, `backup` of `backup <share>`. */
export function nameOf(command: AnyCommand): string {
  return command.usage.replace(/ [<[].*$/, "");
}

/** The command that words on a command line name, wherever its options stand; undefined when they name none. */
export function commandIn(words: readonly string[], commands: readonly AnyCommand[]): AnyCommand | undefined {
  const plain = words.filter((word) => !word.startsWith("-"));
  const namedBy = (command: AnyCommand): number => {
    const name = nameOf(command).split(" ");
    return plain.findIndex((_word, at) => name.every((part, offset) => plain[at + offset] === part));
  };
  const found = commands.map((command) => ({ command, at: namedBy(command) })).filter(({ at }) => at >= 0);
  return found.toSorted((a, b) => a.at - b.at)[0]?.command;
}

const REWORDED: readonly (readonly [RegExp, string])[] = [
  [/^Unknown arguments?: (.*)$/, "What is not understood here: $1"],
  [/^Unknown commands?: (.*)$/, "There is no command $1"],
  [/^Did you mean (.*)\?$/, "There is no such command; did you mean $1?"],
  [/^Not enough arguments following: (.*)$/, "The option --$1 needs a value"],
  [/^Not enough non-option arguments: got (\d+), need at least (\d+)$/, "Too few arguments: $1 given, $2 needed"],
];

function sentence(error: unknown, command: AnyCommand | undefined): string {
  let text = error instanceof Error ? error.message : String(error);
  const wrong = /^Invalid values:\s+Argument: (.*), Given: (.*), Choices: (.*)/.exec(text);
  if (wrong) text = `${asTyped(wrong[1] ?? "", command)} cannot be ${wrong[2]}: it takes one of ${wrong[3]}`;
  text = text.split("\n", 1)[0] ?? text;
  const missing = /^Missing required arguments?: (.*)$/.exec(text)?.[1]?.split(", ");
  if (missing) text = `What is missing: ${missing.map((name) => asTyped(name, command)).join(", ")}`;
  for (const [pattern, words] of REWORDED) text = text.replace(pattern, words);
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function asTyped(name: string, command: AnyCommand | undefined): string {
  return new RegExp(`[<[]${name}[>\\]]`).test(command?.usage ?? "") ? name : `--${name}`;
}

function globalOptions(args: unknown): GlobalOptions {
  const { config, json, quiet, verbose, progress, passphraseFile, keyFile } = args as Partial<
    Record<keyof GlobalOptions, unknown>
  >;
  return {
    config: typeof config === "string" ? config : undefined,
    json: json === true,
    quiet: quiet === true,
    verbose: verbose === true,
    progress: typeof progress === "boolean" ? progress : undefined,
    passphraseFile: typeof passphraseFile === "string" ? passphraseFile : undefined,
    keyFile: typeof keyFile === "string" ? keyFile : undefined,
  };
}
