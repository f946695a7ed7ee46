/**
 * Completes partial entries of a listing: those that are new or have changed, and no others, as each costs requests. What cannot
 * be completed says so, and is never taken for whole: a link would be kept as an empty file, and the next run would find nothing amiss.
 */
import type { CatalogEntry } from "../../catalog/catalog.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { SharestrataError } from "../../core/errors.js";
import type {
  SourceChild,
  SourceEntry,
  SourceOptions,
  SourcePath,
  SourceSession,
  UnreadableChild,
} from "../sources/source.js";
import { isUnchanged } from "./classify.js";
import type { LiveChildren } from "./live-children.js";

export type IsLost = (entry: Pick<CatalogEntry, "contentId" | "version">) => boolean;

export interface CompleterParts {
  readonly session: Pick<SourceSession, "complete">;
  /** Whether something of an entry has to be stored again. */
  readonly isLost: IsLost;
}

/** An entry that the walk can place. Where `lacks` is set it is still partial, and that is why: it is reported, and tried again by the next run. */
export interface PlacedEntry extends SourceEntry {
  readonly lacks?: SharestrataError | undefined;
}

export type PlacedChild = PlacedEntry | UnreadableChild;

/** Of one directory. */
const AT_A_TIME = 8;

export class Completer {
  readonly #parts: CompleterParts;
  readonly #options: SourceOptions;

  constructor(parts: CompleterParts, options: SourceOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /**
   * A page of a directory's listing, with what is new or changed completed.
   * @param known what the tree has in the directory
   */
  async page(
    directory: SourcePath,
    known: Pick<LiveChildren, "find">,
    page: readonly SourceChild[],
  ): Promise<readonly PlacedChild[]> {
    const children: PlacedChild[] = [...page];
    const tasks = new BoundedTasks(AT_A_TIME);
    try {
      for (const [index, child] of page.entries()) {
        if (!isPartial(child) || this.#isUnchanged(known, child)) continue;
        await tasks.run(async () => {
          children[index] = await this.entry([...directory, child.name], child);
        });
      }
      await tasks.idle();
    } finally {
      await tasks.settled();
    }
    return children;
  }

  /** @returns an entry that is not partial, or says what it `lacks` */
  async entry(path: SourcePath, child: SourceEntry): Promise<PlacedEntry> {
    const { session } = this.#parts;
    if (!session.complete) throw new Error("A source lists partial entries, and cannot complete them.");
    try {
      return await session.complete(path, child, this.#options);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (error instanceof SharestrataError && error.code === "FILE_UNREADABLE") return lacking(child, error);
      throw error;
    }
  }

  #isUnchanged(known: Pick<LiveChildren, "find">, child: SourceEntry): boolean {
    const live = known.find(child.name);
    return live !== undefined && isUnchanged(live, child) && !this.#parts.isLost(live);
  }
}

export function isPartial(child: PlacedChild): child is PlacedEntry {
  return child.kind !== "unreadable" && child.isPartial === true;
}

function lacking(child: SourceEntry, lacks: SharestrataError): PlacedEntry {
  const { name, kind, sizeBytes, mtimeNs, signature, sourceId, posix, metadata } = child;
  return { name, kind, sizeBytes, mtimeNs, signature, sourceId, posix, metadata, isPartial: true, lacks };
}
