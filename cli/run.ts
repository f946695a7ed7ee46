/**
 * One command line from its words to its exit status. Nothing here ends the process or touches a global stream, so
 * tests run commands in their own process.
 */
import type { Logger } from "../core/logger.js";
import { refuseSecrets } from "./argv-secrets.js";
import type { AnyCommand } from "./command.js";
import { commands } from "./commands/index.js";
import { completions, COMPLETION_FLAG } from "./completion.js";
import type { Context } from "./context.js";
import type { Io } from "./io.js";
import { asCodedError, exitStatusOf, renderError } from "./output/errors.js";
import { printable } from "./output/format.js";
import { Output, OutputClosedError } from "./output/output.js";
import { parseCommandLine } from "./parser.js";
import { Prompt } from "./prompt.js";
import { programVersion } from "./version.js";

/**
 * @param argv the words behind the program's name
 * @returns the exit status; every error has been told
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const before = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  const has = (...words: string[]): boolean => before.some((word) => words.includes(word));
  const style = { json: has("--json"), verbose: has("--verbose", "-v"), quiet: has("--quiet", "-q") };
  const output = new Output(io.stdout, io.stderr, style);
  let command: AnyCommand | undefined;
  try {
    const parserOptions = { version: programVersion(), columns: io.stdout.columns ?? 100 };
    if (argv[0] === COMPLETION_FLAG) {
      const words = await completions(argv.slice(1), commands, io);
      for (const word of words) await output.line(word);
      return 0;
    }
    refuseSecrets(argv);
    const request = await parseCommandLine(argv, commands, parserOptions);
    if (request.kind === "print") {
      await output.line(request.text);
      return 0;
    }
    command = request.command;
    const context: Context = {
      io,
      options: request.options,
      output,
      logger: await loggerFor(style, io),
      prompt: new Prompt(io),
    };
    return (await request.run(context)) ?? 0;
  } catch (error) {
    if (error instanceof OutputClosedError) return 0;
    const coded = asCodedError(error, io.signal.aborted ? io.signal.reason : undefined);
    output.complain(renderError(coded, style));
    if (coded.code === "INTERRUPTED" && command?.interrupted !== undefined) output.note(command.interrupted);
    return exitStatusOf(coded);
  } finally {
    await output.flush();
  }
}

interface Style {
  readonly verbose: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

async function loggerFor({ verbose, json, quiet }: Style, io: Io): Promise<Logger> {
  if (verbose) {
    const { verboseLogger } = await import("./output/logger.js");
    return verboseLogger(io.stderr);
  }
  const say = (level: string, fields: Readonly<Record<string, unknown>>, message: string): void => {
    const text = json
      ? JSON.stringify({ [level]: { message, fields } })
      : `sharestrata: ${level}: ${printable(message)}`;
    io.stderr.write(`${text}\n`);
  };
  return {
    debug() {},
    info() {},
    warn: (fields, message) => (quiet ? undefined : say("warning", fields, message)),
    error: (fields, message) => say("error", fields, message),
  };
}
