/**
 * The new nodes of a batch as runs of ids under one directory. Ids come nearly in order: a file that waits for its
 * content may come a batch later than its neighbours, so a run is also put in between others, without changing what
 * those say of the ids that follow it.
 */
import type { NodeId } from "../core/ids.js";
import type { PackedTable } from "./packed/packed-table.js";
import type { RunRecord } from "./packed/runs.js";

/** A run that is longer goes on with a record of its own: that many entries are read to find a node. */
const MAX_RUN = 256;

interface NewNode {
  readonly nodeId: NodeId;
  readonly parentId: NodeId;
  readonly name: string;
}

export class RunCollector {
  readonly #table: Pick<PackedTable<RunRecord>, "floors">;
  /** Ids from here on are in no run yet. */
  readonly #next: number;
  /** Beginnings of runs, and where each ends. */
  readonly #groups: { readonly first: NewNode; end: number }[] = [];

  constructor(table: Pick<PackedTable<RunRecord>, "floors">, next: NodeId) {
    this.#table = table;
    this.#next = next;
  }

  add(nodeId: NodeId, parentId: NodeId, name: string): void {
    const last = this.#groups.at(-1);
    const goesOn = last && last.end === nodeId && last.first.parentId === parentId;
    if (goesOn && nodeId - last.first.nodeId < MAX_RUN) last.end++;
    else this.#groups.push({ first: { nodeId, parentId, name }, end: nodeId + 1 });
  }

  /** Ascending: what has to be put into the table. */
  records(): readonly RunRecord[] {
    const records: RunRecord[] = [];
    const stored = this.#table.floors();
    const groups = this.#groups.toSorted((a, b) => a.first.nodeId - b.first.nodeId);
    for (const { first, end } of groups) {
      const { nodeId, parentId, name } = first;
      const before = this.#floor(records, stored, nodeId);
      const goesOn = before?.parentId === parentId;
      const behind = end < this.#next ? this.#floor(records, stored, end) : undefined;
      if (!goesOn || nodeId - before.nodeId >= MAX_RUN) {
        // What followed the group before is this one.
        if (records.at(-1)?.nodeId === nodeId) records.pop();
        records.push({ nodeId, since: 0, parentId, name: goesOn ? name : "" });
      }
      if (behind && behind.nodeId < end && behind.parentId !== parentId) {
        records.push({ nodeId: end as NodeId, since: 0, parentId: behind.parentId, name: "" });
      }
    }
    return records;
  }

  /** As the table will be with `records`. */
  #floor(
    records: readonly RunRecord[],
    stored: ReturnType<PackedTable<RunRecord>["floors"]>,
    nodeId: number,
  ): RunRecord | undefined {
    const last = records.at(-1);
    if (last && last.nodeId >= this.#next) return last;
    const before = stored({ nodeId, since: 0 });
    return last && last.nodeId <= nodeId && last.nodeId >= (before?.nodeId ?? 0) ? last : before;
  }
}
