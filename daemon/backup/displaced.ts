/**
 * Directories that lost their name in a run that was interrupted. What is beneath them is removed at the end of a run,
 * and that end did not come; the next run does not meet them, because nothing leads to them any more.
 */
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import type { NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { ChangeBatch } from "../../core/node.js";

export class Displaced {
  readonly #catalog: Catalog;
  readonly #found = new Map<NodeId, CatalogEntry>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Looks at a segment of an interrupted run: before it is applied, or at any time later when it `isApplied`. */
  look(snapshot: SnapshotNumber, { firstVersion, puts }: ChangeBatch, isApplied: boolean): void {
    const { live } = this.#catalog;
    const before = isApplied && snapshot > 1 ? this.#catalog.view((snapshot - 1) as SnapshotNumber) : undefined;
    for (const [index, { entry }] of puts.entries()) {
      const { nodeId, parentId, name, kind } = entry;
      const there = live.lookup(parentId, name);
      if (!isApplied) {
        this.#note(there, nodeId);
        continue;
      }
      this.#note(before?.lookup(parentId, name), nodeId);
      // Put by one interrupted run, displaced by another.
      if (kind === "directory" && there?.nodeId !== nodeId) {
        this.#found.set(nodeId, { ...entry, since: snapshot, version: (firstVersion + index) as VersionNumber });
      }
    }
  }

  /** Those that have no place now. */
  *lost(): IterableIterator<CatalogEntry> {
    for (const entry of this.#found.values()) {
      if (this.#catalog.live.pathOf(entry.nodeId) === undefined) yield entry;
    }
  }

  #note(entry: CatalogEntry | undefined, by: NodeId): void {
    if (entry?.kind === "directory" && entry.nodeId !== by) this.#found.set(entry.nodeId, entry);
  }
}
