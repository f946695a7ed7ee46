/** Directories that are known to be live, as far as a writer has met them lately: asking the tables would cost as much as writing. */
import type { NodeId } from "../core/ids.js";

/** Some 2 MB. */
const DIRECTORIES_KEPT = 16_384;

export class RecentDirectories {
  readonly #ids = new Set<NodeId>();

  has(id: NodeId): boolean {
    return this.#ids.has(id);
  }

  add(id: NodeId): void {
    if (this.#ids.size >= DIRECTORIES_KEPT) this.#ids.clear();
    this.#ids.add(id);
  }

  delete(id: NodeId): void {
    this.#ids.delete(id);
  }

  /** When a transaction was given up. */
  clear(): void {
    this.#ids.clear();
  }
}
