/**
 * Extended attributes of local files. Node has no call for them and there is no maintained package; `getfattr` would be
 * a process for every few files. So one perl process makes the two system calls for as long as the session lives, beneath the session's
 * own root, and answers one line for each path it is sent.
 *
 * Limits: Linux on x64 and arm64, `user.*` attributes alone. Where perl is missing or the machine is another one, no
 * attributes are kept, and the log says so once for each session.
 */
import { getSystemErrorName } from "node:util";
import type { Logger } from "../../../core/logger.js";
import type { Xattr } from "../../../core/node.js";
import { HelperUnavailable, PerlHelper, type PerlProgram } from "../../perl/perl-helper.js";
import type { SourcePath } from "../source.js";
import { isExhaustion } from "./failures.js";

/** llistxattr and lgetxattr, from the kernel's system call tables. */
const SYSTEM_CALLS: PerlProgram["systemCalls"] = {
  x64: [195, 192],
  arm64: [12, 9],
};

// 65536 is the kernel's own limit for both the list of names and one value, so the buffers never fall short.
// 95 (EOPNOTSUPP): a file system without attributes. 61 (ENODATA): removed since it was listed.
const HELPER = String.raw`
my ($list_call, $get_call) = @calls;
my ($names, $value) = ("\0" x 65536, "\0" x 65536);
sub answer {
  my ($question) = @_;
  my $kind = substr($question, 0, 1, "");
  return $kind eq "d" ? bearers($question) : attributes($question);
}
sub attributes {
  my ($path) = @_;
  my ($folder, $file) = $path =~ m{\A(?:(.*)/)?([^/]*)\z}s;
  return "no " . ($! + 0 || 20) if !enter($folder // "");
  my $length = syscall($list_call, $file, $names, 65536);
  my $failed = $length < 0 && $! != 95 ? $! + 0 : 0;
  my $answer = "ok";
  for my $name ($length > 0 ? split(/\0/, substr($names, 0, $length)) : ()) {
    next unless $name =~ /^user\./;
    my $size = syscall($get_call, $file, $name, $value, 65536);
    if ($size < 0) { $failed = $! + 0 unless $! == 61; next; }
    $answer .= " " . unpack("H*", $name) . "=" . unpack("H*", substr($value, 0, $size));
  }
  return $failed ? "no $failed" : $answer;
}
# Names of those that have attributes, or cannot be asked: these are asked for singly.
sub bearers {
  my ($folder) = @_;
  return "no " . ($! + 0 || 20) if !enter($folder eq "." ? "" : $folder);
  opendir(my $children, ".") or return "no " . ($! + 0);
  my $answer = "ok";
  while (defined(my $file = readdir $children)) {
    next if $file eq "." || $file eq "..";
    my $length = syscall($list_call, $file, $names, 65536);
    my $has = $length > 0 ? substr($names, 0, $length) =~ /(?:\A|\0)user\./ : $length < 0 && $! != 95;
    $answer .= " " . unpack("H*", $file) if $has;
  }
  return $answer;
}
`;

export interface XattrReader extends AsyncDisposable {
  /**
   * @param path a file or directory
   * @returns its `user.*` attributes by name; undefined when this machine cannot say
   * @throws Error with the reason when they are there but cannot be read
   */
  read(path: SourcePath): Promise<readonly Xattr[] | undefined>;
  /**
   * @returns names of a directory's children that may have attributes: all others have none; undefined when that cannot be told
   * @throws never: whatever it is, `read` will say it
   */
  bearers(path: SourcePath): Promise<ReadonlySet<string> | undefined>;
}

/** Starts nothing before the first question. */
export class PerlXattrReader implements XattrReader {
  readonly #logger: Logger;
  readonly #perl: PerlHelper;
  #isToldOf = false;

  /** @param rootDescriptor of the directory that paths begin at; it stays the caller's */
  constructor(logger: Logger, rootDescriptor: number) {
    this.#logger = logger;
    this.#perl = new PerlHelper({ source: HELPER, systemCalls: SYSTEM_CALLS }, rootDescriptor);
  }

  async read(path: SourcePath): Promise<readonly Xattr[] | undefined> {
    const line = await this.#question("f", path);
    return line === undefined ? undefined : parseAnswer(line);
  }

  async bearers(path: SourcePath): Promise<ReadonlySet<string> | undefined> {
    try {
      const line = await this.#question("d", path);
      const names = line?.split(" ").slice(1);
      return names && new Set(names.map((name) => Buffer.from(name, "hex").toString("utf8")));
    } catch {
      // Each child is asked for by itself then, and what is wrong is told of it.
      return undefined;
    }
  }

  /** @returns undefined when this machine cannot say */
  async #question(kind: "f" | "d", path: SourcePath): Promise<string | undefined> {
    let line: string;
    try {
      line = await this.#perl.ask(`${kind}${path.join("/") || "."}`);
    } catch (error) {
      if (!(error instanceof HelperUnavailable)) throw error;
      if (!this.#isToldOf) this.#logger.warn({ reason: error.message }, "extended attributes are not backed up");
      this.#isToldOf = true;
      return undefined;
    }
    if (line.startsWith("no ")) throw refusalOf(Number(line.slice(3)));
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#perl.kill();
  }
}

/** Its code is that of the system, where that is what ends a run (failures.ts). */
function refusalOf(number: number): Error {
  const error = new Error(`its extended attributes cannot be read (system error ${number})`);
  const code = getSystemErrorName(-number);
  return isExhaustion(code) ? Object.assign(error, { code }) : error;
}

/** `ok 757365722e61=31 …` */
function parseAnswer(line: string): readonly Xattr[] {
  return line
    .split(" ")
    .slice(1)
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = Buffer.from(pair.slice(0, equals), "hex").toString("utf8");
      return { name, value: Buffer.from(pair.slice(equals + 1), "hex") };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
