// Every way to change something in a mount, each answering with the code it failed with.
import {
  appendFile,
  chmod,
  chown,
  link,
  lutimes,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  rmdir,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { run } from "../support/run.js";

export type Attempt = readonly [what: string, attempt: () => Promise<string>];

/** @param existing a name in `folder`: of a file when not given (the example tree's), else of a directory */
export function writeAttempts(folder: string, existing?: string): readonly Attempt[] {
  const fresh = join(folder, "new one");
  const old = join(folder, existing ?? "plain.txt");
  const attempt = (what: string, act: () => Promise<unknown>): Attempt => [
    what,
    () =>
      act().then(
        () => "no error",
        (error: unknown) => String((error as { code?: unknown }).code),
      ),
  ];
  const program = (what: string, name: string, ...args: string[]): Attempt => [
    what,
    async () => {
      const { status, stderr } = await run(name, args);
      if (status === 0) return "no error";
      return /Read-only file system/.test(stderr) ? "EROFS" : stderr;
    },
  ];
  const anywhere = [
    attempt("create", () => writeFile(fresh, "x")),
    attempt("create exclusively", () => open(fresh, "wx")),
    attempt("mkdir", () => mkdir(fresh)),
    attempt("mkdtemp", () => mkdtemp(fresh)),
    attempt("symlink", () => symlink("x", fresh)),
    attempt("rename", () => rename(old, fresh)),
    attempt("chmod", () => chmod(old, 0o777)),
    attempt("chown", () => chown(old, 1, 1)),
    attempt("utimes", () => utimes(old, 1, 1)),
    attempt("lutimes", () => lutimes(old, 1, 1)),
    program("mkfifo", "mkfifo", fresh),
    program("touch", "touch", old),
  ];
  if (existing !== undefined) return [...anywhere, attempt("rmdir", () => rmdir(old))];
  return [
    ...anywhere,
    attempt("overwrite", () => writeFile(old, "x")),
    attempt("append", () => appendFile(old, "x")),
    attempt("open for both and write", async () => {
      // Where a mount is made writable, a transport may let a file be opened, and refuses what is written.
      await using file = await open(old, "r+");
      await file.write("x", 0);
    }),
    attempt("truncate", () => truncate(old, 1)),
    attempt("unlink", () => unlink(old)),
    attempt("link", () => link(old, fresh)),
    attempt("rmdir", () => rmdir(join(folder, "empty folder"))),
    attempt("rm -r", () => rm(join(folder, "deep"), { recursive: true })),
    attempt("rename over", () => rename(old, join(folder, "Case"))),
  ];
}
