/** One directory with any number of files, told as a first backup tells it; names are made from their position. */
import { EMPTY_CONTENT, NO_NODE, ROOT_NODE, type NodeId } from "../../core/ids.js";
import type { NodeKind } from "../../core/node.js";
import { BatchQueue, type UnversionedBatch } from "./batch-queue.js";
import { ContentLedger, type EntryInMaking } from "./content-ledger.js";
import { fileSize, rootCharacter, writeTime } from "./node-facts.js";
import { Random } from "./random.js";

const DIRECTORY = (ROOT_NODE + 1) as NodeId;

/** 22 characters: a number that all names count up in, and four digits that look like chance. */
export function flatName(index: number): string {
  const tail = (Math.imul(index + 1, 0x9e3779b1) >>> 16).toString(16).padStart(4, "0");
  return `scan_${String(index).padStart(8, "0")}_${tail}.pdf`;
}

export function* flatDirectory(files: number, seed: number): IterableIterator<UnversionedBatch> {
  const random = new Random(seed, 1);
  const ledger = new ContentLedger(new Random(seed, 4));
  const queue = new BatchQueue(ledger);
  const character = rootCharacter(random);
  const put = (kind: NodeKind, nodeId: NodeId, parentId: NodeId, name: string): void => {
    const sizeBytes = kind === "file" ? fileSize(random, character) : 0;
    const entry: EntryInMaking = {
      nodeId,
      parentId,
      name,
      kind,
      sizeBytes,
      mtimeNs: writeTime(random, character),
      xorhash: sizeBytes === 0 ? 0n : random.uint64(),
      signature: random.uint32(),
      contentId: EMPTY_CONTENT,
      posix: undefined,
      sourceId: undefined,
    };
    ledger.store(entry);
    queue.put(entry);
  };
  put("directory", ROOT_NODE, NO_NODE, "");
  put("directory", DIRECTORY, ROOT_NODE, "Archive of all scans");
  for (let index = 0; index < files; index++) {
    put("file", (DIRECTORY + 1 + index) as NodeId, DIRECTORY, flatName(index));
    yield* queue.full();
  }
  yield* queue.rest();
}
