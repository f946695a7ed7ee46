/**
 * Every entry beneath a directory, a whole directory at a time. What is remembered is bounded by the depth of the tree: of a
 * directory with very many subdirectories only some are kept, and it is read again for the next ones. Whoever takes time
 * between entries keeps no state of the catalog.
 */
import type { NodeId } from "../core/ids.js";
import type { CatalogEntry, TreeView } from "./catalog.js";
import { pagedList } from "./paged-list.js";

/** Subdirectories of one directory that wait for their turn. */
const WAITING = 4096;

interface Level {
  readonly directoryId: NodeId;
  /** Last first. */
  readonly waiting: NodeId[];
  /** The last one that was put to wait, when more may follow behind it. */
  readonly after: string | undefined;
}

/**
 * The entries of a directory come one after another; those of its subdirectories behind them.
 * @param waiting as above; tests take few
 */
export function* entriesBeneath(
  view: TreeView,
  directoryId: NodeId,
  waiting = WAITING,
): IterableIterator<CatalogEntry> {
  const levels = [yield* entriesIn(view, directoryId, waiting)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const next = level.waiting.pop();
    if (next !== undefined) {
      levels.push(yield* entriesIn(view, next, waiting));
      continue;
    }
    levels.pop();
    if (level.after !== undefined) levels.push(moreOf(view, level, waiting));
  }
}

function* entriesIn(view: TreeView, directoryId: NodeId, limit: number): Generator<CatalogEntry, Level> {
  const found = new Waiting(limit);
  for (const entry of pagedList(view, directoryId)) {
    yield entry;
    found.offer(entry);
  }
  return found.level(directoryId);
}

function moreOf(view: TreeView, { directoryId, after }: Level, limit: number): Level {
  const found = new Waiting(limit);
  for (const entry of pagedList(view, directoryId, after)) {
    found.offer(entry);
    if (found.isCut) break;
  }
  return found.level(directoryId);
}

class Waiting {
  readonly #ids: NodeId[] = [];
  #last: string | undefined;
  /** Whether there are more than it may keep. */
  isCut = false;

  constructor(private readonly limit: number) {}

  offer({ kind, nodeId, name }: CatalogEntry): void {
    if (kind !== "directory" || this.isCut) return;
    if (this.#ids.length === this.limit) {
      this.isCut = true;
      return;
    }
    this.#ids.push(nodeId);
    this.#last = name;
  }

  level(directoryId: NodeId): Level {
    return { directoryId, waiting: this.#ids.reverse(), after: this.isCut ? this.#last : undefined };
  }
}
