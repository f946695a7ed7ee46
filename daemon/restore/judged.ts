/**
 * Whether the snapshot has what lies in a folder of the target. Each name is looked up as it comes; where the target does not mind case, what
 * is not found so waits, so many at a time, for a look at all names of the snapshot's folder: nothing is held of it, however large it is.
 */
import type { TreeView } from "../../catalog/catalog.js";
import { pagedList } from "../../catalog/paged-list.js";
import type { NodeId } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import { isCaseBlind } from "./name-twins.js";
import type { RestoreTarget, TargetNode } from "./target.js";

export interface Judged {
  readonly node: TargetNode;
  /** Be it under a name that the target takes for the same. */
  readonly isWanted: boolean;
}

export interface JudgeOptions {
  readonly view: TreeView;
  readonly target: Pick<RestoreTarget, "keyOf">;
  readonly signal: AbortSignal;
  /** How many wait for one look; default: some 6 MB of them. */
  readonly most?: number | undefined;
}

const MOST = 10_000;

/** In any order. @param directory of the snapshot @throws the signal's reason, and what `nodes` throws */
export async function* judged(
  nodes: AsyncIterable<TargetNode>,
  directory: NodeId,
  { view, target, signal, most = MOST }: JudgeOptions,
): AsyncGenerator<Judged> {
  const isBlind = isCaseBlind(target);
  const waiting = new Map<string, TargetNode>();
  const settle = async function* (): AsyncGenerator<Judged> {
    const pace = new Pace(signal);
    for (const { name } of pagedList(view, directory)) {
      const turn = pace.step();
      if (turn) await turn;
      const node = waiting.get(target.keyOf(name));
      if (!node) continue;
      waiting.delete(target.keyOf(name));
      yield { node, isWanted: true };
    }
    for (const node of waiting.values()) yield { node, isWanted: false };
    waiting.clear();
  };
  for await (const node of nodes) {
    signal.throwIfAborted();
    if (view.lookup(directory, node.name)) yield { node, isWanted: true };
    else if (!isBlind) yield { node, isWanted: false };
    else waiting.set(target.keyOf(node.name), node);
    if (waiting.size >= most) yield* settle();
  }
  if (waiting.size > 0) yield* settle();
}
