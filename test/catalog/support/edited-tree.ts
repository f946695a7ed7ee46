/** A naive tree in memory that can be edited at random, and tells the batch that a backup of the edits would be. */
import type { NodeEntry, NodePut, NodeRemoval } from "../../../core/node.js";
import { directoryOf, entryOf, lineOf, putOf, removalOf, rootEntry } from "./model.js";

export type EditStep =
  | { readonly kind: "add-file"; readonly where: number; readonly name: number }
  | { readonly kind: "add-directory"; readonly where: number; readonly name: number }
  | { readonly kind: "modify"; readonly which: number }
  | { readonly kind: "remove"; readonly which: number }
  | { readonly kind: "move"; readonly which: number; readonly where: number; readonly name: number };

type PlacedStep = { readonly where: number; readonly name: number };

/** Few names, so that they are taken, freed and taken again. */
const NAMES = ["a", "b", "B", "ä", "a\u0308", "a b", "z.", "日本"];

export class EditedTree {
  readonly nodes = new Map<number, NodeEntry>([[1, rootEntry]]);
  #nextNode = 2;
  #stamp = 0;
  /** Which batch put a node last. */
  readonly #batchOf = new Map<number, number>();
  #batches = 0;
  /** The nodes as they were at the last `takeBatch`. */
  #before = new Map<number, NodeEntry>();

  apply(step: EditStep): void {
    if (step.kind === "add-file" || step.kind === "add-directory") {
      this.#add(step.kind, step);
      return;
    }
    const node = pick([...this.nodes.values()], step.which);
    if (!node || node.nodeId === 1) return;
    if (step.kind === "modify") this.#modify(node);
    else if (step.kind === "remove") this.#remove(node);
    else this.#move(node, step);
  }

  /** What changed since the last call, as removals (descendants first) and puts (parents first). */
  takeBatch(): { readonly removals: readonly NodeRemoval[]; readonly puts: readonly NodePut[] } {
    const removals = [...this.#before.values()]
      .filter(({ nodeId }) => !this.nodes.has(nodeId))
      .toReversed()
      .map(removalOf);
    this.#batches++;
    const puts = [...this.nodes.values()].flatMap((entry) => {
      const old = this.#before.get(entry.nodeId);
      if (old === entry) return [];
      this.#batchOf.set(entry.nodeId, this.#batches);
      const moved = old && (old.parentId !== entry.parentId || old.name !== entry.name);
      return [putOf(entry, moved ? { parentId: old.parentId, name: old.name } : undefined)];
    });
    this.#before = new Map(this.nodes);
    return { removals, puts };
  }

  totals(): { files: number; directories: number; bytes: number } {
    const all = [...this.nodes.values()];
    const files = all.filter(({ kind }) => kind === "file");
    return {
      files: files.length,
      directories: all.length - files.length,
      bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  }

  /** Path of every node with its `lineOf`. */
  walked(): ReadonlyMap<string, string> {
    const below = [...this.nodes.values()].filter(({ nodeId }) => nodeId !== 1);
    return new Map(below.map((entry) => [this.pathOf(entry), lineOf(entry)]));
  }

  /** As `walked`, with the batch that put each node last. */
  stamped(): ReadonlyMap<string, string> {
    const below = [...this.nodes.values()].filter(({ nodeId }) => nodeId !== 1);
    return new Map(below.map((entry) => [this.pathOf(entry), `${lineOf(entry)} #${this.#batchOf.get(entry.nodeId)}`]));
  }

  pathOf(entry: NodeEntry): string {
    const parent = this.nodes.get(entry.parentId);
    return parent ? `${this.pathOf(parent)}/${entry.name}` : "";
  }

  #add(kind: "add-file" | "add-directory", step: PlacedStep): void {
    const parent = this.#directory(step.where);
    const name = this.#freeName(parent, step.name);
    if (!parent || name === undefined) return;
    const nodeId = this.#nextNode++;
    const entry =
      kind === "add-file"
        ? entryOf(nodeId, parent.nodeId, name, this.#content())
        : directoryOf(nodeId, parent.nodeId, name);
    this.nodes.set(nodeId, entry);
  }

  #modify(node: NodeEntry): void {
    const change = node.kind === "file" ? this.#content() : { signature: ++this.#stamp };
    this.nodes.set(node.nodeId, { ...node, ...change });
  }

  #remove(node: NodeEntry): void {
    for (const child of [...this.nodes.values()].filter(({ parentId }) => parentId === node.nodeId))
      this.#remove(child);
    this.nodes.delete(node.nodeId);
  }

  #move(node: NodeEntry, step: PlacedStep): void {
    const parent = this.#directory(step.where);
    const name = this.#freeName(parent, step.name);
    if (!parent || name === undefined || this.#isWithin(parent, node)) return;
    this.nodes.set(node.nodeId, { ...node, parentId: parent.nodeId, name });
  }

  #content(): Pick<NodeEntry, "sizeBytes" | "xorhash" | "signature" | "contentId"> {
    const stamp = ++this.#stamp;
    return {
      sizeBytes: stamp * 7,
      xorhash: BigInt(stamp),
      signature: stamp,
      contentId: stamp as NodeEntry["contentId"],
    };
  }

  #directory(where: number): NodeEntry | undefined {
    return pick(
      [...this.nodes.values()].filter(({ kind }) => kind === "directory"),
      where,
    );
  }

  #freeName(parent: NodeEntry | undefined, from: number): string | undefined {
    const name = NAMES[from % NAMES.length];
    const taken = [...this.nodes.values()].some((node) => node.parentId === parent?.nodeId && node.name === name);
    return taken ? undefined : name;
  }

  #isWithin(node: NodeEntry, ancestor: NodeEntry): boolean {
    for (let at: NodeEntry | undefined = node; at; at = this.nodes.get(at.parentId)) {
      if (at.nodeId === ancestor.nodeId) return true;
    }
    return false;
  }
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index % items.length];
}
