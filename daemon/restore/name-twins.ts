/**
 * Names of one folder of the snapshot that the target takes for one, as an SMB share does when they differ by case alone. Only these are
 * remembered: there are none in most folders, however many names these have.
 */
import type { TreeView } from "../../catalog/catalog.js";
import { pagedList } from "../../catalog/paged-list.js";
import type { NodeId } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import { KeyFilter } from "./key-filter.js";
import type { RestoreTarget } from "./target.js";

/** Whether two names may be one to the target; it knows once it is open. */
export function isCaseBlind(target: Pick<RestoreTarget, "keyOf">): boolean {
  return target.keyOf("A") === target.keyOf("a");
}

export interface TwinOptions {
  readonly signal: AbortSignal;
  /** So many are simply remembered while they are looked at. Default: 20 000. */
  readonly few?: number | undefined;
  /** What remembers more. Default: a `KeyFilter`. */
  readonly filter?: (() => Pick<KeyFilter, "add">) | undefined;
}

/**
 * @param keyOf equal for two names exactly when they are one
 * @returns the keys that several names of the folder have
 * @throws the signal's reason
 */
export async function keysOfTwins(
  view: TreeView,
  directory: NodeId,
  keyOf: (name: string) => string,
  { signal, few = 20_000, filter: makeFilter = () => new KeyFilter() }: TwinOptions,
): Promise<ReadonlySet<string>> {
  const pace = new Pace(signal);
  const seen = new Set<string>();
  let filter: Pick<KeyFilter, "add"> | undefined;
  const twins = new Set<string>();
  for (const { name } of pagedList(view, directory)) {
    const turn = pace.step();
    if (turn) await turn;
    const key = keyOf(name);
    if (!filter && seen.size === few) {
      filter = makeFilter();
      for (const known of seen) filter.add(known);
      seen.clear();
    }
    const isKnown = filter ? filter.add(key) : seen.size === seen.add(key).size;
    if (isKnown) twins.add(key);
  }
  return filter && twins.size > 0 ? certain(view, directory, keyOf, twins, pace) : twins;
}

/** Those of the keys that two names have indeed. */
async function certain(
  view: TreeView,
  directory: NodeId,
  keyOf: (name: string) => string,
  keys: ReadonlySet<string>,
  pace: Pace,
): Promise<ReadonlySet<string>> {
  const once = new Set<string>();
  const twins = new Set<string>();
  for (const { name } of pagedList(view, directory)) {
    const turn = pace.step();
    if (turn) await turn;
    const key = keyOf(name);
    if (!keys.has(key)) continue;
    if (once.has(key)) twins.add(key);
    else once.add(key);
  }
  return twins;
}
