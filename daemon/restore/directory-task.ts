/** A folder being filled: open until everything in it is done, however the work on it is spread. */
import type { CatalogEntry } from "../../catalog/catalog.js";
import type { TargetDirectory } from "./target-directory.js";

export class DirectoryTask {
  /** Its own walk is the first. */
  #uses = 1;

  /**
   * @param entry undefined when the folder only receives a single file
   * @param finish called once, after the last `release`
   */
  constructor(
    readonly folder: TargetDirectory,
    readonly entry: CatalogEntry | undefined,
    readonly parent: DirectoryTask | undefined,
    readonly path: readonly string[],
    private readonly finish: (task: DirectoryTask) => Promise<void>,
  ) {}

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
