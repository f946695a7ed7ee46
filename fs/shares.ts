/** What a mount is given: the shares there are, and each of them opened. The command line makes both from its config. */
import type { CatalogReader } from "../catalog/catalog.js";
import type { ShareName } from "../core/names.js";
import type { TimeNs } from "../core/time.js";
import type { FileContent } from "./content/file-content.js";
import type { ShareRecipe } from "./content/share-recipe.js";
import type { MetadataReader } from "./metadata-reader.js";

/** One share, open for reading. Disposing it closes what was opened for it. */
export interface MountedShare extends AsyncDisposable {
  readonly name: ShareName;
  readonly catalog: CatalogReader;
  readonly content: FileContent;
  readonly metadata: Pick<MetadataReader, "metadataOf" | "putOf" | "descriptorOf">;
  /** What another thread of this process needs to open it too. */
  recipe(): ShareRecipe;
  /** To be called when a thread that was given the recipe has ended. @param thread its `threadId`, as it was when it lived */
  retire(thread: number): void;
}

export interface ShareDirectory {
  /** Every share there is, opened or not, each once; in any order. Called on every listing: answer from memory. */
  list(): readonly ShareName[];
  /** When `list` has last changed; not there, or undefined: it has not, since the mount was made. */
  changedAt?(): TimeNs | undefined;
  /**
   * Called when somebody first looks into the share, and again some seconds after it failed.
   * @throws SharestrataError when catalog or store cannot be opened
   */
  open(name: ShareName): Promise<MountedShare>;
}
