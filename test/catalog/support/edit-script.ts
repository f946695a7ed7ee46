// Random edits of a tree between backups, and the backups themselves, for property tests.
import fc from "fast-check";
import type { Catalog } from "../../../catalog/catalog.js";
import type { NodeEntry } from "../../../core/node.js";
import { EditedTree, type EditStep } from "./edited-tree.js";
import { batchOf, snapshotOf } from "./model.js";

const number = fc.nat({ max: 60 });
const step: fc.Arbitrary<EditStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add-file" as const), where: number, name: number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("add-directory" as const), where: number, name: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("modify" as const), which: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: number }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("move" as const), which: number, where: number, name: number }),
  },
);

/** Each inner list is what happens between two backups. */
export const editScript = fc.array(fc.array(step, { maxLength: 14 }), { minLength: 1, maxLength: 6 });

/** All nodes of a snapshot by id. A node that has not changed is the same object in the next. */
export type Copy = ReadonlyMap<number, NodeEntry>;

/** Backs a tree up after each list of edits. @returns naive copies; that of snapshot n is at n − 1 */
export async function backUpScript(
  catalog: Catalog,
  edits: readonly (readonly EditStep[])[],
  isWanted: (tree: EditedTree, edit: EditStep) => boolean = () => true,
): Promise<readonly Copy[]> {
  const tree = new EditedTree();
  const copies: Copy[] = [];
  for (const steps of edits) {
    for (const edit of steps) if (isWanted(tree, edit)) tree.apply(edit);
    const { number: snapshot } = await catalog.begin();
    const { puts, removals } = tree.takeBatch();
    // In two segments, as a backup does it: removals come at the end.
    await catalog.apply(snapshot, 0, batchOf(catalog.next().version, puts));
    await catalog.apply(snapshot, 1, batchOf(catalog.next().version, [], removals));
    await catalog.publish(snapshotOf(snapshot));
    copies.push(new Map(tree.nodes));
  }
  return copies;
}

/** Below the root, which is ""; "/a/b" otherwise. */
export function pathIn(copy: Copy | undefined, nodeId: number): string | undefined {
  const entry = copy?.get(nodeId);
  if (!entry) return undefined;
  return entry.name === "" ? "" : `${pathIn(copy, entry.parentId)}/${entry.name}`;
}

export interface NaiveVersion {
  readonly entry: NodeEntry;
  /** Numbers of snapshots. */
  readonly first: number;
  readonly last: number;
  /** As in `last`. */
  readonly path: string;
}

/** Every version of one node, oldest first. */
export function naiveVersions(copies: readonly Copy[], nodeId: number): readonly NaiveVersion[] {
  const versions: NaiveVersion[] = [];
  for (const [index, copy] of copies.entries()) {
    const entry = copy.get(nodeId);
    if (!entry) continue;
    const before = versions.at(-1);
    const first = before?.entry === entry ? before.first : index + 1;
    if (before?.entry === entry) versions.pop();
    versions.push({ entry, first, last: index + 1, path: pathIn(copy, nodeId) ?? "" });
  }
  return versions;
}
