/**
 * A seeded tree of any size, told as a first backup tells it: listing by listing, the children of each in the byte
 * order of their names and with consecutive node ids, then its directories, depth first in that order. Memory is
 * that of the path to the current directory with its pending siblings, one listing, and one or two batches.
 */
import { EMPTY_CONTENT, NO_NODE, ROOT_NODE, type NodeId } from "../../core/ids.js";
import type { NodeKind } from "../../core/node.js";
import { compareUtf8 } from "../../core/utf8-order.js";
import { BatchQueue, type UnversionedBatch } from "./batch-queue.js";
import { ContentLedger, type EntryInMaking } from "./content-ledger.js";
import { DirectoryShape } from "./directory-shape.js";
import { NameModel } from "./name-model.js";
import {
  azureIdentity,
  childCharacter,
  fileSize,
  rootCharacter,
  timeAt,
  writeTime,
  type FolderCharacter,
} from "./node-facts.js";
import { Random } from "./random.js";
import { TreeRegister } from "./tree-register.js";

export const DIRECTORY_SHARE = 0.1;

export interface TreeOptions {
  /** All of them, the root included; at least 10. */
  readonly nodes: number;
  readonly seed: number;
  /** Gives each node the identity an Azure Files share would. Default: none, as of a local directory. */
  readonly sourceIds?: boolean | undefined;
}

interface PendingDirectory {
  readonly nodeId: NodeId;
  readonly depth: number;
  /** Directories it is with all beneath, itself included. */
  readonly directories: number;
  readonly character: FolderCharacter;
}

interface Child {
  readonly name: string;
  /** 0 for a file. */
  readonly directories: number;
}

export class TreeGenerator {
  readonly register = new TreeRegister();
  readonly ledger: ContentLedger;
  readonly #options: TreeOptions;
  readonly #facts: Random;
  readonly #names: NameModel;
  readonly #shape: DirectoryShape;
  readonly #queue: BatchQueue;
  readonly #stack: PendingDirectory[] = [];
  readonly #directories: number;

  constructor(options: TreeOptions) {
    const { nodes, seed } = options;
    this.#options = options;
    this.#directories = Math.max(1, Math.round(nodes * DIRECTORY_SHARE));
    this.#facts = new Random(seed, 1);
    this.#names = new NameModel(new Random(seed, 2));
    this.#shape = new DirectoryShape(new Random(seed, 3), this.#directories, nodes - this.#directories);
    this.ledger = new ContentLedger(new Random(seed, 4));
    this.#queue = new BatchQueue(this.ledger);
  }

  /** The whole tree; once. */
  *batches(): IterableIterator<UnversionedBatch> {
    this.#plantRoot();
    for (let directory = this.#stack.pop(); directory; directory = this.#stack.pop()) {
      this.#list(directory);
      yield* this.#queue.full();
    }
    this.register.finish();
    yield* this.#queue.rest();
  }

  #plantRoot(): void {
    const character = rootCharacter(this.#facts);
    this.register.handOut(NO_NODE, 1);
    this.#queue.put(this.#entry("directory", ROOT_NODE, NO_NODE, "", character));
    this.#stack.push({ nodeId: ROOT_NODE, depth: 0, directories: this.#directories, character });
  }

  #list(directory: PendingDirectory): void {
    const { nodeId: parentId, depth, character } = directory;
    this.register.enter(parentId, depth);
    const children = this.#children(directory);
    const first = this.register.handOut(parentId, children.length);
    const below: PendingDirectory[] = [];
    for (const [index, { name, directories }] of children.entries()) {
      const nodeId = (first + index) as NodeId;
      if (directories === 0) {
        this.#queue.put(this.#entry("file", nodeId, parentId, name, character));
        continue;
      }
      const own = childCharacter(this.#facts, character);
      this.#queue.put(this.#entry("directory", nodeId, parentId, name, own));
      below.push({ nodeId, depth: depth + 1, directories, character: own });
    }
    // The first one is visited next.
    for (const child of below.toReversed()) this.#stack.push(child);
  }

  #children({ directories, depth }: PendingDirectory): readonly Child[] {
    const parts = this.#shape.split(directories - 1, depth);
    const taken = new Set<string>();
    const names = this.#names.directoryNames(parts.length, taken);
    const files = this.#names.fileNames(this.#shape.takeFiles(), taken);
    return [
      ...names.map((name, index) => ({ name, directories: parts[index] ?? 0 })),
      ...files.map((name) => ({ name, directories: 0 })),
    ].sort((a, b) => compareUtf8(a.name, b.name));
  }

  #entry(kind: NodeKind, nodeId: NodeId, parentId: NodeId, name: string, character: FolderCharacter): EntryInMaking {
    const random = this.#facts;
    const sizeBytes = kind === "file" ? fileSize(random, character) : 0;
    const entry: EntryInMaking = {
      nodeId,
      parentId,
      name,
      kind,
      sizeBytes,
      mtimeNs: kind === "file" ? writeTime(random, character) : timeAt(random, character.lastWriteS),
      xorhash: sizeBytes === 0 ? 0n : random.uint64(),
      signature: random.uint32(),
      contentId: EMPTY_CONTENT,
      posix: undefined,
      sourceId: this.#options.sourceIds === true ? azureIdentity(nodeId) : undefined,
    };
    this.ledger.store(entry);
    return entry;
  }
}
