/**
 * Looking at an LMDB file before LMDB maps it: LMDB believes what stands in its own pages, so a file that is cut off, or
 * whose pages lead astray, would end the process with a signal, not with an error. What is damaged in the values, which have checksums of
 * their own, is told when it is read.
 */
import { existsSync, statSync } from "node:fs";
import { EnvironmentWalk } from "./pages/environment-walk.js";
import type { MetaPage } from "./pages/meta-page.js";
import { PageFile } from "./pages/page-file.js";

/** What a writer in another process may do to a look at the file, it does not do so often in a row. */
const TRIES = 5;

/**
 * What is wrong with the beginning of an LMDB file, or undefined; a file that is not there is not wrong. Takes no time to
 * speak of.
 */
function environmentProblem(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  using pages = new PageFile(file);
  const meta = pages.meta();
  return typeof meta === "string" ? meta : undefined;
}

/** Files that were looked at, and as what: a command opens the same catalog several times. Few, so nothing is forgotten. */
const foundSound = new Map<string, string>();

/**
 * What is wrong with the pages of an LMDB file that LMDB itself follows, or undefined; a file that is not there is not wrong.
 * They are some hundredths of the file: values of more than half a page lie in pages of their own, and are not read. A file
 * that has not been written to since it was found sound is not walked again.
 */
export function structureProblem(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  const identity = `${ino} ${size} ${mtimeNs}`;
  if (foundSound.get(file) === identity) return environmentProblem(file);
  const problem = structureProblemNow(file);
  if (problem === undefined) foundSound.set(file, identity);
  return problem;
}

function structureProblemNow(file: string): string | undefined {
  using pages = new PageFile(file);
  for (let tries = 0; tries < TRIES; tries++) {
    const meta = pages.meta();
    if (typeof meta === "string") return meta;
    const problem = problemIn(pages, meta);
    if (problem === undefined) return undefined;
    // A commit meanwhile may have led the walk into pages that are used again: then the problem may be none.
    const after = pages.meta();
    if (typeof after !== "string" && after.transaction === meta.transaction) return problem;
  }
  return undefined;
}

function problemIn(file: PageFile, meta: MetaPage): string | undefined {
  const walk = new EnvironmentWalk(file, meta);
  for (const table of walk.tables()) {
    if (table.kind === "problem") return `${table.table}: ${table.message}`;
    for (const row of walk.rows(table.record)) {
      if (row.kind === "problem") return `${table.name}: ${row.message}`;
    }
  }
  for (const { table, message } of walk.free()) return `${table}: ${message}`;
  return undefined;
}
