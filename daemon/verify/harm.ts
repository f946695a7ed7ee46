/**
 * Which files damage hurts, in which snapshots: one reading of every version there is, from the catalog alone and as they
 * are found. Paths are found out only for what is hurt.
 */
import type { CatalogReader, EntryVersion } from "../../catalog/catalog.js";
import { Published, type Span } from "../../catalog/published.js";
import { searchVersions } from "../../catalog/search.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { Pace } from "../../core/pace.js";
import type { ObjectNames } from "../../store/object-names.js";
import type { Damage } from "./damage.js";

/** A version of a file, or of a folder whose metadata is lost, that cannot be read back whole. */
export interface Harm extends Span {
  /** As it is in `last`. */
  readonly path: readonly string[];
  readonly entry: EntryVersion;
  /** Whether bytes of it are lost, or only what a segment has beside the tree: attributes, permissions, link targets. */
  readonly what: "content" | "metadata";
  /** The damaged objects it needs: at most ten. */
  readonly objects: readonly string[];
}

/** More of them and nobody reads them; each has a finding of its own. */
const NAMED_OBJECTS = 10;

/** @param snapshot only versions that this snapshot has; undefined: all */
export async function* harmOf(
  catalog: CatalogReader,
  names: ObjectNames,
  damage: Damage,
  snapshot: SnapshotNumber | undefined,
  pace: Pace,
): AsyncGenerator<Harm> {
  const objectsOf = (entry: EntryVersion): Pick<Harm, "what" | "objects"> | undefined => {
    const contents = damage.objectsOf(catalog, names, entry.contentId);
    if (contents.size > 0) {
      return { what: "content", objects: [...contents].filter((name) => name !== "").slice(0, NAMED_OBJECTS) };
    }
    const segment = damage.segmentOf(catalog, names, entry.version);
    return segment === undefined ? undefined : { what: "metadata", objects: [segment] };
  };
  const query = {
    within: [],
    entry: (entry: object) => objectsOf(entry as EntryVersion) !== undefined,
    path: () => true,
  };
  for await (const found of searchVersions(catalog, new Published(catalog), query, pace)) {
    if (snapshot !== undefined && (found.first.number > snapshot || found.last.number < snapshot)) continue;
    const hurt = objectsOf(found.entry);
    if (hurt) yield { ...found, ...hurt };
  }
}
