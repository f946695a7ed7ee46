/**
 * What Node cannot set: extended attributes, and times to the nanosecond or before 1970. As for reading them
 * (sources/local/xattrs.ts) a perl process makes the system calls. It begins at the target's folder and goes down one
 * directory at a time, never through a symbolic link.
 *
 * Limits: Linux on x64 and arm64. Elsewhere, and without perl, times are set by Node, and files that have extended attributes are reported.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import type { Writable } from "node:stream";
import { getSystemErrorName } from "node:util";
import type { Xattr } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";

/** utimensat, lsetxattr and lremovexattr, from the kernel's system call tables. */
const SYSTEM_CALLS: Readonly<Record<string, readonly [times: number, set: number, remove: number]>> = {
  x64: [280, 189, 198],
  arm64: [88, 6, 15],
};

// Descriptor 3 is the root. -100 is AT_FDCWD, 256 AT_SYMLINK_NOFOLLOW, 20 ENOTDIR; 61 (ENODATA): removed meanwhile.
const HELPER = String.raw`
use strict; use warnings;
my ($times_call, $set_call, $remove_call, $flags) = map { $_ + 0 } @ARGV;
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
sub carry_out {
  my ($kind, $path, @rest) = @_;
  my ($folder, $file) = pack("H*", $path) =~ m{\A(?:(.*)/)?([^/]*)\z}s;
  return $! + 0 || 20 if !enter($folder // "");
  if ($kind eq "t") {
    my $times = pack("q4", map { $_ + 0 } @rest);
    return syscall($times_call, -100, $file, $times, 256) < 0 ? $! + 0 : 0;
  }
  for my $change (@rest) {
    my ($name, $value) = split(/=/, $change, 2);
    $name = pack("H*", $name);
    if (defined $value) {
      $value = pack("H*", $value);
      return $! + 0 if syscall($set_call, $file, $name, $value, length($value), 0) < 0;
    } elsif (syscall($remove_call, $file, $name) < 0) { return $! + 0 unless $! == 61; }
  }
  return 0;
}
my $asked = "";
binmode STDIN; binmode STDOUT; $| = 1;
while (sysread(STDIN, $asked, 65536, length $asked)) {
  my $end = rindex($asked, "\n");
  next if $end < 0;
  print join("", map { carry_out(split / /) . "\n" } split(/\n/, substr($asked, 0, $end)));
  $asked = substr($asked, $end + 1);
}
`;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Helper {
  readonly process: ChildProcess;
  readonly stdin: Writable;
}

/** The machine or the process cannot do it: whatever else is asked of it either. */
export class HelperUnavailable extends Error {
  override readonly name = "HelperUnavailable";
}

/** Starts nothing before it is first asked. */
export class AttributeHelper implements AsyncDisposable {
  readonly #root: number;
  readonly #waiting: Waiting[] = [];
  #helper: Helper | undefined;
  #unavailable: string | undefined;
  #rest = "";
  /** Of this turn of the event loop: they are sent together. */
  #asking: string[] = [];

  /** @param rootDescriptor of the folder that paths begin at; it stays the caller's */
  constructor(rootDescriptor: number) {
    this.#root = rootDescriptor;
  }

  /** Of a link itself, not of what it points to. @throws HelperUnavailable, or an error with the system's code */
  setTimes(path: readonly string[], accessedNs: TimeNs, mtimeNs: TimeNs): Promise<void> {
    const parts = [accessedNs, mtimeNs].flatMap((time) => {
      const nanoseconds = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
      return [(time - nanoseconds) / 1_000_000_000n, nanoseconds].map(String);
    });
    return this.#ask("t", path, parts);
  }

  /** @throws HelperUnavailable, or an error with the system's code */
  changeXattrs(path: readonly string[], set: readonly Xattr[], remove: readonly string[]): Promise<void> {
    const changes = [
      ...remove.map((name) => hex(name)),
      ...set.map(({ name, value }) => `${hex(name)}=${Buffer.from(value).toString("hex")}`),
    ];
    return this.#ask("x", path, changes);
  }

  #ask(kind: "t" | "x", path: readonly string[], rest: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const helper = this.#helper ?? this.#start();
      if (helper === undefined) throw new HelperUnavailable(this.#unavailable ?? "");
      this.#waiting.push({ resolve, reject });
      const line = `${[kind, hex(path.join("/") || "."), ...rest].join(" ")}\n`;
      if (this.#asking.push(line) === 1) setImmediate(() => this.#send(helper));
    });
  }

  #send(helper: Helper): void {
    const lines = this.#asking.join("");
    this.#asking = [];
    helper.stdin.write(lines);
  }

  #start(): Helper | undefined {
    const calls = process.platform === "linux" ? SYSTEM_CALLS[process.arch] : undefined;
    if (calls === undefined) this.#unavailable ??= `this cannot be done on ${process.platform} ${process.arch}`;
    if (calls === undefined || this.#unavailable !== undefined) return undefined;
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const child = spawn("perl", ["-e", HELPER, ...[...calls, flags].map(String)], {
      stdio: ["pipe", "pipe", "ignore", this.#root],
      env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C" },
    });
    child.once("error", (error) => {
      this.#unavailable ??= `perl cannot be started (${error.message})`;
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

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const waiting = this.#waiting.shift();
      if (line === "0") waiting?.resolve();
      else waiting?.reject(systemError(Number(line)));
    }
  }

  #ended(): void {
    this.#helper = undefined;
    this.#rest = "";
    this.#unavailable ??= "the perl process that sets attributes has ended unexpectedly";
    for (const { reject } of this.#waiting.splice(0)) reject(new HelperUnavailable(this.#unavailable));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const helper = this.#helper;
    if (helper === undefined || helper.process.exitCode !== null) return;
    const closed = new Promise((resolve) => helper.process.once("close", resolve));
    helper.stdin.end();
    await closed;
  }
}

function hex(text: string): string {
  return Buffer.from(text, "utf8").toString("hex");
}

function systemError(number: number): Error {
  const code = number > 0 ? getSystemErrorName(-number) : "EIO";
  return Object.assign(new Error(`the system says ${code}`), { code });
}
