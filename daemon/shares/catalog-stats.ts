/** What a share's catalog takes on this machine, and what that comes to for each node. */
import type { CatalogReader, CatalogSize } from "../../catalog/catalog.js";
import { environmentBytes } from "../../catalog/environments.js";

export interface CatalogStats {
  readonly snapshots: number;
  /** What the newest snapshot holds. */
  readonly files: number;
  readonly directories: number;
  readonly tree: CatalogSize;
  /** On disk, as `du` says. */
  readonly identitiesBytes: number;
  readonly dedupBytes: number;
  /** Of the node tree's environment as a whole; undefined without a snapshot. */
  readonly bytesPerNode: number | undefined;
}

export function catalogStats(catalog: CatalogReader): CatalogStats {
  const snapshots = catalog.snapshots();
  const { files = 0, directories = 0 } = snapshots.at(-1) ?? {};
  const tree = catalog.size();
  const nodes = files + directories;
  return {
    snapshots: snapshots.length,
    files,
    directories,
    tree,
    identitiesBytes: environmentBytes(catalog.folder, "identities"),
    dedupBytes: environmentBytes(catalog.folder, "dedup"),
    bytesPerNode: nodes > 0 ? tree.bytes / nodes : undefined,
  };
}
