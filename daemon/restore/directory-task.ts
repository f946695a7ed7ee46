/** A folder being filled: open until everything in it is done, however the work on it is spread. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { Inherited } from "./selection.js";
import type { TargetFolder } from "./target.js";
import type { WantedNode } from "./wanted.js";

export class DirectoryTask {
  /** Its own walk is the first. */
  #uses = 1;
  #folder: Promise<TargetFolder | undefined> | undefined;
  #twins: Promise<ReadonlySet<string>> | undefined;
  /** Names in it that were looked at, by what the target takes them for; of those alone that others are taken for as well. */
  readonly names = new Map<string, string>();
  /** Whether it was told that the folder cannot be opened. */
  isReported = false;
  /** Whether it has to get its attributes: it is another than the snapshot has it, or what was done in it may have moved its times. */
  isTouched = false;

  /**
   * @param wanted undefined when the folder only receives a single file
   * @param inherited what the selection says of what is in it
   * @param isSelected whether the folder itself is put back, and not only something in it
   * @param entries what is in it
   * @param open called once, by who first needs it; undefined in a plan, where it is missing
   * @param finish called once, after the last `release`
   */
  constructor(
    readonly wanted: WantedNode | undefined,
    readonly parent: DirectoryTask | undefined,
    /** From below the share's root. */
    readonly path: readonly string[],
    readonly inherited: Inherited,
    readonly isSelected: boolean,
    readonly entries: Iterator<CatalogEntry>,
    private readonly open: (task: DirectoryTask) => Promise<TargetFolder | undefined>,
    private readonly finish: (task: DirectoryTask) => Promise<void>,
  ) {}

  folder(): Promise<TargetFolder | undefined> {
    return (this.#folder ??= this.open(this));
  }

  /** The folder, when somebody needed it and it could be opened. */
  async openedFolder(): Promise<TargetFolder | undefined> {
    // Whoever needed it has reported what went wrong.
    return this.#folder?.catch(() => undefined);
  }

  /** @param find called once: the keys of names that the target takes for one */
  twins(find: () => Promise<ReadonlySet<string>>): Promise<ReadonlySet<string>> {
    return (this.#twins ??= find());
  }

  /** One more thing has to be done before the folder is. */
  retain(): void {
    this.#uses++;
  }

  /** One thing is done. */
  async release(): Promise<void> {
    if (--this.#uses > 0) return;
    await this.finish(this);
    await this.parent?.release();
  }
}
