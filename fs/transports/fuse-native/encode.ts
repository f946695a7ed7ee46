/**
 * Numbers as fuse-native's native part takes them: arrays of 32-bit words. What they cannot carry is lost here and
 * nowhere else: times are whole milliseconds from 1970 on, and inode numbers are left to libfuse, because in 32 bits two
 * different things could share one.
 */
import type { NodeKind } from "../../../core/node.js";
import { timeToMs, type TimeNs } from "../../../core/time.js";
import type { Attributes } from "../../attributes.js";
import type { FileSystemFigures } from "../../operations.js";
import { FILE_TYPE } from "../file-type.js";

const WORD = 2 ** 32;
const BLOCK_BYTES = 4096;

/** For `getattr`; all zeros accompany an error. */
export const NO_STAT = new Uint32Array(18);

export function encodeStat(attributes: Attributes): Uint32Array {
  const words = new Uint32Array(18);
  words[0] = FILE_TYPE[attributes.kind] | attributes.mode;
  words[1] = attributes.uid;
  words[2] = attributes.gid;
  put64(words, 3, attributes.sizeBytes);
  words[6] = attributes.linkCount;
  words[9] = BLOCK_BYTES;
  put64(words, 10, attributes.blocks);
  put64(words, 12, milliseconds(attributes.atimeNs));
  put64(words, 14, milliseconds(attributes.mtimeNs));
  put64(words, 16, milliseconds(attributes.ctimeNs));
  return words;
}

/** For `readdir`, where only the kind matters; shared, since nobody writes to it. */
export function encodeKind(kind: NodeKind): Uint32Array {
  return KIND_STATS[kind];
}

const KIND_STATS: Readonly<Record<NodeKind, Uint32Array>> = {
  directory: kindStat("directory"),
  file: kindStat("file"),
  symlink: kindStat("symlink"),
};

function kindStat(kind: NodeKind): Uint32Array {
  const words = new Uint32Array(18);
  words[0] = FILE_TYPE[kind];
  return words;
}

/** For `statfs`; all zeros accompany an error. */
export const NO_FIGURES = new Uint32Array(11);

/** Everything is used and nothing is free. The block grows until the number of blocks fits. */
export function encodeFigures({ bytes, nodes, nameMaxBytes }: FileSystemFigures): Uint32Array {
  let block = BLOCK_BYTES;
  while (bytes / block >= WORD) block *= 2;
  const words = new Uint32Array(11);
  words[0] = block;
  words[1] = block;
  words[2] = Math.ceil(bytes / block);
  words[5] = Math.min(nodes, WORD - 1);
  words[10] = nameMaxBytes;
  return words;
}

/** A 64-bit number that came as two words. */
export function join64(low: number, high: number): number {
  return low + high * WORD;
}

function put64(words: Uint32Array, index: number, value: number): void {
  words[index] = value % WORD;
  words[index + 1] = Math.floor(value / WORD);
}

function milliseconds(time: TimeNs): number {
  return Math.max(0, timeToMs(time));
}
