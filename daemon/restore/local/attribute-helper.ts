/**
 * What Node cannot set: extended attributes, and times to the nanosecond or before 1970. As for reading them
 * (sources/local/xattrs.ts) a perl process makes the system calls, beneath the target's folder.
 *
 * Limits: Linux on x64 and arm64. Elsewhere, and without perl, times are set by Node, and files that have extended attributes are reported.
 */
import { getSystemErrorName } from "node:util";
import type { Xattr } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";
import { HelperEnded, HelperUnavailable, PerlHelper, type PerlProgram } from "../../perl/perl-helper.js";

export { HelperUnavailable };

/** utimensat, lsetxattr and lremovexattr, from the kernel's system call tables. */
const SYSTEM_CALLS: PerlProgram["systemCalls"] = {
  x64: [280, 189, 198],
  arm64: [88, 6, 15],
};

// -100 is AT_FDCWD, 256 AT_SYMLINK_NOFOLLOW, 20 ENOTDIR; 61 (ENODATA): removed meanwhile.
const HELPER = String.raw`
my ($times_call, $set_call, $remove_call) = @calls;
sub answer { carry_out(split(/ /, $_[0])) }
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
`;

/** Starts nothing before it is first asked. */
export class AttributeHelper implements AsyncDisposable {
  readonly #perl: PerlHelper;

  /** @param rootDescriptor of the folder that paths begin at; it stays the caller's */
  constructor(rootDescriptor: number) {
    this.#perl = new PerlHelper({ source: HELPER, systemCalls: SYSTEM_CALLS }, rootDescriptor);
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

  async #ask(kind: "t" | "x", path: readonly string[], rest: readonly string[]): Promise<void> {
    const question = [kind, hex(path.join("/") || "."), ...rest].join(" ");
    const answer = await this.#perl.ask(question).catch((error: unknown) => {
      // Whether it was done nobody knows: what it can do without is done without, and the rest reported.
      throw error instanceof HelperEnded ? new HelperUnavailable(error.message) : error;
    });
    if (answer !== "0") throw systemError(Number(answer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#perl[Symbol.asyncDispose]();
  }
}

function hex(text: string): string {
  return Buffer.from(text, "utf8").toString("hex");
}

function systemError(number: number): Error {
  const code = number > 0 ? getSystemErrorName(-number) : "EIO";
  return Object.assign(new Error(`the system says ${code}`), { code });
}
