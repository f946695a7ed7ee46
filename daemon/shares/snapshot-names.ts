/** The names of a share's snapshots, for completion: from the catalog on this machine alone, whatever the store says. */
import { openCatalogReader } from "../../catalog/lmdb-catalog.js";
import type { ShareName } from "../../core/names.js";
import type { Config } from "../config/config.js";
import { stateFolders } from "./state-folders.js";

/** @returns newest first */
export async function snapshotNames(config: Config, share: ShareName): Promise<readonly string[]> {
  await using catalog = openCatalogReader(stateFolders(config, share).catalog);
  return catalog
    .snapshots()
    .map(({ name }) => name)
    .toReversed();
}
