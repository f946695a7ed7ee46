/** How large the transactions are in which a segment is applied. */
import type { Tables } from "./tables.js";

/** Fewer would cost more in transactions than they save in pages. */
const FEWEST = 64;
const MOST = 1024;

/**
 * How much of the tree one transaction may write anew, so that the pages it frees, which wait for the next but one, stay
 * a few hundredths of the file.
 */
export function leavesPerTransaction({ leaves }: Tables): number {
  const { entryCount } = leaves.getStats() as { readonly entryCount: number };
  return Math.min(MOST, Math.max(FEWEST, Math.floor(entryCount / 64)));
}
