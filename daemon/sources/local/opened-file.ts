/** What holds for every local file that is opened: how, and what it has to be. */
import { constants, type BigIntStats } from "node:fs";
import type { SourceEntry } from "../source.js";
import { signatureOfStats } from "./entry.js";

/** Symbolic links are not followed, and a FIFO put in the file's place cannot block. */
export const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Size and mtime stand beside the 32-bit signature, which alone could by chance be equal. */
export function isAsListed(
  stats: BigIntStats,
  entry: Pick<SourceEntry, "sizeBytes" | "mtimeNs" | "signature">,
): boolean {
  return (
    Number(stats.size) === entry.sizeBytes &&
    stats.mtimeNs === entry.mtimeNs &&
    signatureOfStats(stats) === entry.signature
  );
}
