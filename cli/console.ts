/**
 * What lmdb-js says past everybody when a commit fails: the reason, with its stack, on the console. Whoever waits for the
 * commit has the same reason (catalog/commit.ts), and the command ends with it in one sentence.
 */

/** Replaces `console.error`, which nothing in Sharestrata uses, by one that keeps LMDB's errors to itself. */
export function muteLmdb(stderr: { write(text: string): unknown }): void {
  const say = console.error.bind(console);
  console.error = (...words: unknown[]) => {
    if (!isLmdbError(words)) return say(...words);
    // LMDB itself, which is C, has begun a line on stderr by then, and has not ended it: "Write error: …".
    if (words[0].message.includes("Attempting to write page")) stderr.write("\n");
  };
}

/** LMDB's errors have numbers for codes, those of node have words. */
function isLmdbError(words: readonly unknown[]): words is readonly [Error] {
  const [error] = words;
  return words.length === 1 && error instanceof Error && "code" in error && typeof error.code === "number";
}
