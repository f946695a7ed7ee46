/**
 * What mount(8) says to a mount helper, as a `sharestrata mount`: `SOURCE DIR [-sfnv] [-o OPTIONS] [-t TYPE]`.
 *
 * Options that are one of `sharestrata mount` (`config=`, `allow_other`, …) become that. Those that concern mount(8),
 * /etc/fstab or systemd, and those that say what holds anyway, are passed over: `rw` among them, because mount(8) says it
 * whenever nobody has said `ro`.
 */
import { SharestrataError } from "../../core/errors.js";
import { refuseSecrets } from "../argv-secrets.js";

export interface MountLine {
  /** An address, or `sharestrata` for everything. */
  readonly source: string;
  readonly dir: string;
  /** Only to be checked. */
  readonly fake: boolean;
  readonly verbose: boolean;
  /** As `sharestrata mount` takes them: `--config=/etc/…`. */
  readonly options: readonly string[];
}

export const EVERYTHING = "sharestrata";

const PASSED_OVER =
  /^(?:ro|rw|defaults|(?:no)?(?:auto|user|users|owner|group|dev|suid|exec|atime|diratime|relatime|strictatime|lazytime)|nofail|_netdev|async|silent|loud|(?:user|comment|uhelper|helper)=.*|[xX]-.*)$/;

/**
 * @param known the options of `sharestrata mount` that a mount may have, such as `--config`
 * @throws SharestrataError `USAGE`
 */
export function parseMountLine(argv: readonly string[], known: readonly string[]): MountLine {
  const words: string[] = [];
  const flags = new Set<string>();
  const listed: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "-o") listed.push(...splitOptions(argv[++at] ?? ""));
    else if (word === "-t") at++;
    else if (/^-[sfnv]+$/.test(word)) for (const flag of word.slice(1)) flags.add(flag);
    else if (word.startsWith("-")) throw usage(`mount.fuse.sharestrata does not understand ${word}.`);
    else words.push(word);
  }
  const [source, dir, ...rest] = words;
  if (source === undefined || dir === undefined || rest.length > 0) {
    throw usage(
      "mount.fuse.sharestrata takes what is mounted, a folder and options: ADDRESS DIR [-sfnv] [-o OPTIONS].",
    );
  }
  refuseSecrets(listed.map((option) => `--${option}`));
  const options = listed.flatMap((option) => translate(option, known, flags.has("s")));
  return { source, dir, fake: flags.has("f"), verbose: flags.has("v"), options };
}

function translate(option: string, known: readonly string[], sloppy: boolean): readonly string[] {
  const [name = "", ...value] = option.split("=");
  const own = `--${name.replaceAll("_", "-")}`;
  if (known.includes(own)) return [value.length > 0 ? `${own}=${value.join("=")}` : own];
  if (PASSED_OVER.test(option) || sloppy) return [];
  if (name === "remount") throw usage("A mount cannot be changed while it is there: unmount it, and mount it anew.");
  const names = known.map((word) => word.slice(2).replaceAll("-", "_")).join(", ");
  throw usage(`"${name}" is no option of a Sharestrata mount, which has ${names}.`);
}

/** Commas separate options, but for those in double quotes, as mount(8) has it. */
function splitOptions(text: string): readonly string[] {
  const options = text.match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];
  return options.map((option) => option.replaceAll('"', ""));
}

function usage(message: string): SharestrataError {
  return new SharestrataError("USAGE", message);
}
