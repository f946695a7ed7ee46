/**
 * What a command is. Its file holds how it is called and what it does; whatever is slow to load (LMDB, the Azure SDK,
 * FUSE) is imported inside `run`, so that one command does not wait for what another needs.
 */
import type { Argv } from "yargs";
import type { Context } from "./context.js";

export interface Command<Arguments> {
  /** As yargs has it: `backup <share>`; `config check` for a command in a family. */
  readonly usage: string;
  /** One line without a full stop. */
  readonly summary: string;
  /** What there is to know beyond the summary, for `--help`. */
  readonly description?: string;
  /** Command line without the program's name, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /**
   * Options of type `string` that may stand without a value, with what they mean then. Their value takes a "=", as the word
   * behind them is one of its own.
   */
  readonly optionalValues?: Readonly<Record<string, string>>;
  /** Words that may stand behind such an option without a "=" all the same. */
  readonly optionalWords?: Readonly<Record<string, readonly string[]>>;
  /** Options of type `string` that may be given several times; their values are joined by commas. */
  readonly repeatable?: readonly string[];
  readonly options: (yargs: Argv) => Argv<Arguments>;
  /**
   * @returns the exit status; nothing is 0
   * @throws SharestrataError anything that ends the command
   */
  readonly run: (context: Context, args: Arguments) => Promise<number | void>;
  /** What to say beside "stopped" when the command is interrupted. */
  readonly interrupted?: string;
}

/** A command whose arguments are nobody else's business. */
export interface AnyCommand extends Omit<Command<unknown>, "run" | "options"> {
  readonly options: (yargs: Argv) => Argv;
  readonly bind: (args: unknown) => (context: Context) => Promise<number | void>;
}

export function command<Arguments>(definition: Command<Arguments>): AnyCommand {
  const { run, options, ...rest } = definition;
  return {
    ...rest,
    options: (yargs) => options(yargs),
    // yargs has parsed them as `options` declares.
    bind: (args) => (context) => run(context, args as Arguments),
  };
}
