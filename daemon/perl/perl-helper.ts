/**
 * A process that makes system calls which Node has no call for: perl, which is part of every Debian and Ubuntu (perl-base is
 * essential). It lives as long as whoever asks, takes one question after another and answers each in one line, in their order. It
 * begins at a folder of the caller's and goes down one directory at a time, never through a symbolic link.
 *
 * Limits: Linux on x64 and arm64.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import type { Writable } from "node:stream";

export interface PerlProgram {
  /**
   * Defines `answer`, which is called with a question and returns the answer. It finds the numbers of its system calls in `@calls`;
   * `enter` goes to a folder beneath the root, named by its path ("" is the root itself), and returns false with `$!` set where it cannot (20, ENOTDIR, when that is 0).
   */
  readonly source: string;
  /** By the names of processor architectures, from the kernel's system call tables. */
  readonly systemCalls: Readonly<Record<string, readonly number[]>>;
}

// It answers all questions that have come by then at once: a write for each would cost more than the answer.
// It stays in the directory of the question before, where the next file mostly is, or beneath which it is. Descriptor 3 is the root.
const BEFORE = String.raw`
use strict; use warnings;
my ($flags, @calls) = map { $_ + 0 } @ARGV;
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
`;
const BEHIND = String.raw`
binmode STDIN; binmode STDOUT; $| = 1;
my $asked = "";
while (sysread(STDIN, $asked, 65536, length $asked)) {
  my $end = rindex($asked, "\0");
  next if $end < 0;
  my $answers = "";
  for my $question (split(/\0/, substr($asked, 0, $end))) {
    $answers .= answer($question) . "\n";
    if (length $answers > 65536) { print $answers; $answers = ""; }
  }
  print $answers;
  $asked = substr($asked, $end + 1);
}
`;

/** The machine cannot do it: whatever else is asked of it either. */
export class HelperUnavailable extends Error {
  override readonly name = "HelperUnavailable";
}

/** The process has ended before it had answered. */
export class HelperEnded extends Error {
  override readonly name = "HelperEnded";
}

interface Waiting {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  /** Questions of this turn of the event loop: they are sent together, to no other process than this. */
  readonly asking: string[];
}

/** Starts nothing before the first question, and again with the next one after the process has ended. */
export class PerlHelper implements AsyncDisposable {
  readonly #program: PerlProgram;
  readonly #root: number;
  #waiting: Waiting[] = [];
  #running: Running | undefined;
  #unavailable: string | undefined;
  #rest = "";

  /** @param rootDescriptor of the folder that paths begin at; it stays the caller's */
  constructor(program: PerlProgram, rootDescriptor: number) {
    this.#program = program;
    this.#root = rootDescriptor;
  }

  /**
   * @param question without NUL
   * @throws HelperUnavailable; HelperEnded; an error with the code `EMFILE`
   */
  async ask(question: string): Promise<string> {
    const running = this.#running ?? this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (running.asking.push(`${question}\0`) === 1) setImmediate(send, running);
    });
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    this.#running?.process.kill("SIGKILL");
    await this[Symbol.asyncDispose]();
  }

  /** Ends it when it has answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    const running = this.#running;
    if (running === undefined || running.process.exitCode !== null) return;
    const closed = new Promise((resolve) => running.process.once("close", resolve));
    running.stdin.end();
    await closed;
  }

  #start(): Running {
    const { source, systemCalls } = this.#program;
    const calls = process.platform === "linux" ? systemCalls[process.arch] : undefined;
    if (calls === undefined) this.#unavailable ??= `this cannot be done on ${process.platform} ${process.arch}`;
    if (calls === undefined || this.#unavailable !== undefined) throw new HelperUnavailable(this.#unavailable);
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const child = spawn("perl", ["-e", BEFORE + source + BEHIND, ...[flags, ...calls].map(String)], {
      stdio: ["pipe", "pipe", "ignore", this.#root],
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
    });
    child.once("error", (error) => {
      if (this.#running) this.#unavailable ??= `perl cannot be started (${error.message})`;
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
    this.#running = { process: child, stdin, asking: [] };
    return this.#running;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#waiting.shift()?.resolve(line);
  }

  #ended(): void {
    const left = this.#waiting;
    this.#waiting = [];
    this.#running = undefined;
    this.#rest = "";
    for (const { reject } of left) {
      reject(
        this.#unavailable === undefined
          ? new HelperEnded("the perl process has ended unexpectedly")
          : new HelperUnavailable(this.#unavailable),
      );
    }
  }
}

function send({ stdin, asking }: Running): void {
  stdin.write(asking.splice(0).join(""));
}
