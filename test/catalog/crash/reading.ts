/** Readers in processes of their own beside a writer in another. */
import { expect } from "vitest";
import type { ScriptOptions } from "./script.js";
import { Child } from "./children.js";
import type { ReaderReport } from "./reader-child.js";

/** Writes a first snapshot, then all others while readers read; one of them holds an iteration all the while. */
export async function readWhileWriting(
  folder: string,
  script: ScriptOptions,
  readers: number,
): Promise<readonly ReaderReport[]> {
  await using first = new Child("writer-child.ts", { folder, script, until: 1 });
  expect(await first.end).toEqual({ status: 0, signal: null, stderr: "" });
  const children = Array.from(
    { length: readers },
    (_, index) => new Child("reader-child.ts", { folder, script, seed: index, holds: index === 0 }),
  );
  try {
    for (const child of children) expect(await child.heard(/^reading$/)).toBe(true);
    await using writer = new Child("writer-child.ts", { folder, script });
    expect(await writer.end).toEqual({ status: 0, signal: null, stderr: "" });
    return await Promise.all(children.map(reportOf));
  } finally {
    for (const child of children) await child[Symbol.asyncDispose]();
  }
}

/** Ends a reader. */
export async function reportOf(child: Child): Promise<ReaderReport> {
  child.tell("enough");
  expect(await child.end).toEqual({ status: 0, signal: null, stderr: "" });
  return JSON.parse(child.lines.at(-1) ?? "") as ReaderReport;
}
