// Owns where the programs are that tests start as processes of their own: compiled, by compile.ts.
import { join } from "node:path";

/** The variable of the environment that names the folder; the tests' children have it too. */
export const PROGRAMS = "SHARESTRATA_TEST_PROGRAMS";

/** @param source of a program, from the repository's root: `cli/main.ts` @returns what Node can run as it is */
export function program(source: string): string {
  const folder = process.env[PROGRAMS];
  if (folder === undefined) throw new Error(`${PROGRAMS} is not set: only vitest starts the tests' programs`);
  return join(folder, source.replace(/\.ts$/, ".js"));
}
