/** What a check remembers of each node: a byte for every id that was handed out, in pieces that are made when needed. */
import type { NodeKind } from "../../core/node.js";

const PIECE = 1 << 16;
const KIND_BITS = 3;
const LIVE = 4;
const PLACED = 8;
const KINDS: Readonly<Record<NodeKind, number>> = { directory: 1, file: 2, symlink: 3 };

export class NodeMarks {
  readonly #pieces = new Map<number, Uint8Array>();

  /** Whether places say where the node hangs. */
  isPlaced(node: number): boolean {
    return (this.#get(node) & PLACED) !== 0;
  }

  place(node: number): void {
    this.#set(node, PLACED);
  }

  isLive(node: number): boolean {
    return (this.#get(node) & LIVE) !== 0;
  }

  live(node: number): void {
    this.#set(node, LIVE);
  }

  /** Whether some entry was of this node. */
  isSeen(node: number): boolean {
    return (this.#get(node) & KIND_BITS) !== 0;
  }

  isDirectory(node: number): boolean {
    return (this.#get(node) & KIND_BITS) === KINDS.directory;
  }

  /** @returns false when the node was seen as something else */
  see(node: number, kind: NodeKind): boolean {
    const known = this.#get(node) & KIND_BITS;
    if (known === 0) this.#set(node, KINDS[kind]);
    return known === 0 || known === KINDS[kind];
  }

  #get(node: number): number {
    return this.#pieces.get(Math.floor(node / PIECE))?.[node % PIECE] ?? 0;
  }

  #set(node: number, bits: number): void {
    const index = Math.floor(node / PIECE);
    let piece = this.#pieces.get(index);
    if (!piece) this.#pieces.set(index, (piece = new Uint8Array(PIECE)));
    piece[node % PIECE] = (piece[node % PIECE] ?? 0) | bits;
  }
}
