/**
 * Unmounting for a process that was root when it mounted and is not any more: a small shell that was started before stays root, and
 * unmounts when it is told to. When this process ends without having told it, it ends too, and takes nothing away: a mount
 * whose process has crashed must not look like an empty folder.
 */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";
import { findProgram } from "./programs.js";
import { UMOUNT_OPTIONS, type UnmountMode, type UnmountOutcome } from "./unmount.js";

/**
 * A line for each order: how to unmount, a space, the mount point; and one for each answer: the status, a space, what was said.
 * What it is told becomes one argument and never an option, whatever is in it: this is root, and whoever tells it is not.
 */
const PROGRAM = `while IFS= read -r order; do
  point=\${order#* }
  case \${order%% *} in
${Object.entries(UMOUNT_OPTIONS)
  .map(([mode, options]) => `    ${mode}) set -- ${options.join(" ")} ;;`)
  .join("\n")}
    *) continue ;;
  esac
  said=$("$0" --no-canonicalize "$@" -- "$point" 2>&1)
  printf '%s %s\\n' "$?" "$(printf '%s' "$said" | tr '\\n' ' ')"
done`;

export class RootUnmounter implements Disposable {
  readonly #shell: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  private constructor(shell: ChildProcessByStdio<Writable, Readable, null>) {
    this.#shell = shell;
    this.#answers = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
    // It must not keep the process alive, nor end it by dying first.
    shell.unref();
    shell.on("error", () => undefined);
    shell.stdin.on("error", () => undefined);
  }

  /** To be called as root. @returns undefined where there is no umount(8) */
  static start(): RootUnmounter | undefined {
    const umount = findProgram("umount");
    if (!umount) return undefined;
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
    return new RootUnmounter(
      spawn("/bin/sh", ["-c", PROGRAM, umount], { cwd: "/", env, stdio: ["pipe", "pipe", "ignore"], detached: true }),
    );
  }

  /** As `runUnmount`. @param mountPoint as mountinfo has it, without a line break */
  async run(mountPoint: string, mode: UnmountMode): Promise<UnmountOutcome> {
    if (mountPoint.includes("\n")) return { message: "its path has a line break in it" };
    this.#shell.stdin.write(`${mode} ${mountPoint}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) return { message: "the process that could do so has ended" };
    const [status, ...words] = answer.value.split(" ");
    if (status === "0") return "done";
    const message = words.join(" ").trim();
    return /\bbusy\b/i.test(message) ? "busy" : { message };
  }

  [Symbol.dispose](): void {
    this.#shell.stdin.end();
    this.#shell.stdout.destroy();
  }
}
