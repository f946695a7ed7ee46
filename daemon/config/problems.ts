/** What can be wrong with a configuration, and where: every problem has a file, mostly a line and a key. */
import { SharestrataError } from "../../core/errors.js";

export interface ConfigProblem {
  /** From 1; undefined when the problem is the file as a whole. */
  readonly line: number | undefined;
  /** Such as `shares.acme/docs.source`; "" when no key is to blame. */
  readonly key: string;
  /** Without a full stop; begins with a small letter. */
  readonly text: string;
}

/** `CONFIG_INVALID`: the message has one line a problem, `fields` are those of the first. */
export class ConfigError extends SharestrataError {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[], cause?: unknown) {
    const first = problems[0];
    super(
      "CONFIG_INVALID",
      problems.map((problem) => formatProblem(file, problem)).join("\n"),
      { file, line: first?.line, key: first?.key || undefined, problems: problems.length },
      cause,
    );
    this.problems = problems;
  }
}

/** `sharestrata.yaml:7: shares.acme/docs.souce: unknown key, did you mean source?` */
export function formatProblem(file: string, { line, key, text }: ConfigProblem): string {
  return `${positionText(file, line, key)}: ${text}${text.endsWith("?") ? "" : "."}`;
}

export function positionText(file: string, line: number | undefined, key: string): string {
  return [line === undefined ? file : `${file}:${line}`, key].filter((part) => part !== "").join(": ");
}
