/** Which names and paths the service takes, so that others are told before anything is asked. */
import { nameProblem } from "../../../core/names.js";
import { upcase } from "../../../core/upcase.js";

export type ShareProtocol = "smb" | "nfs";

const LONGEST_NAME = 255;
const LONGEST_PATH = 2048;
const MOST_LEVELS = 250;
// oxlint-disable-next-line eslint/no-control-regex -- the service refuses them
const ILLEGAL = /["\\:|<>*?\u0000-\u001F]/;
const RESERVED = /^(?:con|prn|aux|nul|clock\$|com[1-9]|lpt[1-9])$/i;

/** Why the service cannot hold a name, or undefined when it can. @param path whole, from below the share's root */
export function azureNameProblem(path: readonly string[], protocol: ShareProtocol): string | undefined {
  const name = path.at(-1) ?? "";
  const problem = nameProblem(name);
  if (problem !== undefined) return problem;
  if (name.length > LONGEST_NAME) return `it has more than ${LONGEST_NAME} characters`;
  if (path.length > MOST_LEVELS) return `it lies more than ${MOST_LEVELS} folders deep`;
  if (path.join("/").length > LONGEST_PATH) return `its path has more than ${LONGEST_PATH} characters`;
  if (protocol === "nfs") return undefined;
  if (ILLEGAL.test(name)) return 'an SMB share takes none of " \\ : | < > * ? and no control characters';
  return RESERVED.test(name) ? "it is the name of a device" : undefined;
}

/** Equal for names that the service takes for one: on SMB shares, those that differ in case alone. */
export function azureNameKey(name: string, protocol: ShareProtocol): string {
  return protocol === "nfs" ? name : upcase(name);
}
