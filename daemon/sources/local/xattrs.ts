/**
 * Extended attributes of local files. Node has no call for them and there is no maintained package; `getfattr` would be
 * a process for every few files. So one helper process lives as long as the session: perl, which is part of every
 * Debian and Ubuntu (perl-base is essential), makes the two system calls itself, and answers one line for each path it
 * is sent. It begins at the session's own root and goes down one directory at a time, never through a symbolic link.
 *
 * Limits: Linux on x64 and arm64, `user.*` attributes alone. Where perl is missing or the machine is another one, no
 * attributes are kept, and the log says so once for each session.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import type { Writable } from "node:stream";
import { getSystemErrorName } from "node:util";
import type { Logger } from "../../../core/logger.js";
import type { Xattr } from "../../../core/node.js";
import type { SourcePath } from "../source.js";
import { isExhaustion } from "./failures.js";

/** llistxattr and lgetxattr, from the kernel's system call tables. */
const SYSTEM_CALLS: Readonly<Record<string, readonly [list: number, get: number]>> = {
  x64: [195, 192],
  arm64: [12, 9],
};

// It answers all questions that have come by then at once: a write for each would cost more than the answer.
// It stays in the directory of the question before, where the next file mostly is, or beneath which it is. 20 is ENOTDIR. Descriptor 3 is the root.
// 65536 is the kernel's own limit for both the list of names and one value, so the buffers never fall short.
// 95 (EOPNOTSUPP): a file system without attributes. 61 (ENODATA): removed since it was listed.
const HELPER = String.raw`
use strict; use warnings;
my ($list_call, $get_call, $flags) = map { $_ + 0 } @ARGV;
open(my $root, "<&=", 3) or die $!;
my $here;
sub enter {
  my ($folder) = @_;
  return 1 if defined $here && $here eq $folder;
  my $below = $folder;
  if (defined $here && $here ne "" && index($folder, "$here/") == 0) { $below = substr($folder, length($here) + 1); }
  else { undef $here; chdir $root or return 0; }
  undef $here;
  for my $name (split m{/}, $below) {
    sysopen(my $next, $name, $flags) or return 0;
    chdir $next or return 0;
  }
  $here = $folder;
  return 1;
}
my ($names, $value) = ("\0" x 65536, "\0" x 65536);
binmode STDIN; binmode STDOUT; $| = 1;
sub answer {
  my ($path) = @_;
  my ($folder, $file) = $path =~ m{\A(?:(.*)/)?([^/]*)\z}s;
  return "no " . ($! + 0 || 20) . "\n" if !enter($folder // "");
  my $length = syscall($list_call, $file, $names, 65536);
  my $failed = $length < 0 && $! != 95 ? $! + 0 : 0;
  my $answer = "ok";
  for my $name ($length > 0 ? split(/\0/, substr($names, 0, $length)) : ()) {
    next unless $name =~ /^user\./;
    my $size = syscall($get_call, $file, $name, $value, 65536);
    if ($size < 0) { $failed = $! + 0 unless $! == 61; next; }
    $answer .= " " . unpack("H*", $name) . "=" . unpack("H*", substr($value, 0, $size));
  }
  return $failed ? "no $failed\n" : "$answer\n";
}
# Names of those that have attributes, or cannot be asked: these are asked for singly.
sub bearers {
  my ($folder) = @_;
  return "no " . ($! + 0 || 20) . "\n" if !enter($folder eq "." ? "" : $folder);
  opendir(my $children, ".") or return "no " . ($! + 0) . "\n";
  my $answer = "ok";
  while (defined(my $file = readdir $children)) {
    next if $file eq "." || $file eq "..";
    my $length = syscall($list_call, $file, $names, 65536);
    my $has = $length > 0 ? substr($names, 0, $length) =~ /(?:\A|\0)user\./ : $length < 0 && $! != 95;
    $answer .= " " . unpack("H*", $file) if $has;
  }
  return "$answer\n";
}
my $asked = "";
while (sysread(STDIN, $asked, 65536, length $asked)) {
  my $end = rindex($asked, "\0");
  next if $end < 0;
  my $answers = "";
  for my $path (split(/\0/, substr($asked, 0, $end))) {
    my $kind = substr($path, 0, 1, "");
    $answers .= $kind eq "d" ? bearers($path) : answer($path);
    if (length $answers > 65536) { print $answers; $answers = ""; }
  }
  print $answers;
  $asked = substr($asked, $end + 1);
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

interface Waiting {
  /** @param line undefined when this machine cannot say */
  readonly resolve: (line: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

interface Helper {
  readonly process: ChildProcess;
  readonly stdin: Writable;
}

/** Starts nothing before the first question. */
export class PerlXattrReader implements XattrReader {
  readonly #logger: Logger;
  readonly #root: number;
  /** Answers come in the order of the questions. */
  #waiting: Waiting[] = [];
  #helper: Helper | undefined;
  #unavailable = false;
  #rest = "";
  /** Questions of this turn of the event loop: they are sent together. */
  #asking: string[] = [];

  /** @param rootDescriptor of the directory that paths begin at; it stays the caller's */
  constructor(logger: Logger, rootDescriptor: number) {
    this.#logger = logger;
    this.#root = rootDescriptor;
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

  #question(kind: "f" | "d", path: SourcePath): Promise<string | undefined> {
    const helper = this.#helper ?? this.#start();
    if (helper === undefined) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#asking.push(`${kind}${path.join("/") || "."}\0`) === 1) setImmediate(() => this.#ask(helper));
    });
  }

  #ask(helper: Helper): void {
    const questions = this.#asking.join("");
    this.#asking = [];
    helper.stdin.write(questions);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const helper = this.#helper;
    if (helper === undefined || helper.process.exitCode !== null) return;
    const closed = new Promise((resolve) => helper.process.once("close", resolve));
    helper.stdin.end();
    helper.process.kill("SIGKILL");
    await closed;
  }

  #start(): Helper | undefined {
    const calls = process.platform === "linux" ? SYSTEM_CALLS[process.arch] : undefined;
    if (calls === undefined) this.#giveUp(`extended attributes cannot be read on ${process.platform} ${process.arch}`);
    if (calls === undefined || this.#unavailable) return undefined;
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const child = spawn("perl", ["-e", HELPER, ...[...calls, flags].map(String)], {
      stdio: ["pipe", "pipe", "ignore", this.#root],
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
    });
    child.once("error", (error) => {
      if (this.#helper) this.#giveUp(`perl cannot be started (${error.message}), so extended attributes are not kept`);
    });
    const { stdin, stdout } = child;
    // Without a descriptor left for them there are no streams at all: nothing is wrong with perl.
    if (!stdin || !stdout) throw Object.assign(new Error("no descriptor is left for perl"), { code: "EMFILE" });
    // A write to a helper that has died says EPIPE here; "close" tells those who wait.
    stdin.on("error", () => {});
    stdout.setEncoding("latin1").on("data", (text: string) => {
      this.#take(text);
    });
    child.once("close", () => {
      this.#ended();
    });
    this.#helper = { process: child, stdin };
    return this.#helper;
  }

  #giveUp(reason: string): void {
    if (!this.#unavailable) this.#logger.warn({ reason }, "extended attributes are not backed up");
    this.#unavailable = true;
  }

  #ended(): void {
    const left = this.#waiting;
    this.#waiting = [];
    this.#helper = undefined;
    this.#rest = "";
    for (const { resolve, reject } of left) {
      if (this.#unavailable) resolve(undefined);
      else reject(new Error("the process that reads extended attributes ended unexpectedly"));
    }
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#answer(line);
  }

  #answer(line: string): void {
    const waiting = this.#waiting.shift();
    if (line.startsWith("no ")) {
      waiting?.reject(refusalOf(Number(line.slice(3))));
      return;
    }
    waiting?.resolve(line);
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
