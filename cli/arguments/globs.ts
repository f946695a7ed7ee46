/** Globs from the command line, several of them in one text: `*.pdf,/reports/**`. */
import { SharestrataError } from "../../core/errors.js";
import { Selection } from "../../daemon/restore/selection.js";

/**
 * @param text undefined when the option was not given; a comma that a glob itself has is written `\,`
 * @throws SharestrataError `USAGE` when one cannot be used
 */
export function parseGlobs(option: "include" | "exclude", text: string | undefined): readonly string[] {
  const globs = text?.match(/(?:\\.|[^\\,])+/gs) ?? [];
  if (text !== undefined && globs.length === 0) throw new SharestrataError("USAGE", `--${option} takes a glob.`);
  // Says what is wrong with one before anything is opened.
  void new Selection({ [option]: globs });
  return globs;
}
