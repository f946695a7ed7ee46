/**
 * Whether what is to be backed up is there at all. A folder on which nothing is mounted is an empty one: without this,
 * the backup would be complete and say that everything was deleted.
 */
import type { Catalog } from "../../catalog/catalog.js";
import { SourceError } from "../../core/errors.js";
import { ROOT_NODE } from "../../core/ids.js";
import { hasChildren } from "./tree-children.js";
import type { SourceEntry, SourceOptions, SourceSession } from "../sources/source.js";

/**
 * Must come before anything is journalled, the root itself included: from then on it passes for the known one.
 * @throws SourceError `SOURCE_UNKNOWN` when the root is empty, was not before, and is not the one it was
 */
export async function refuseUnmounted(
  catalog: Pick<Catalog, "live" | "findSource">,
  session: SourceSession,
  root: SourceEntry,
  options: SourceOptions,
): Promise<void> {
  // Without an identity nothing says that the folder is another one.
  if (root.sourceId === undefined || catalog.findSource(root.sourceId)?.nodeId === ROOT_NODE) return;
  if (!hasChildren(catalog.live, ROOT_NODE)) return;
  for await (const page of session.list([], options)) if (page.length > 0) return;
  throw new SourceError(
    "SOURCE_UNKNOWN",
    "The source is empty and another folder than at the last backup: is it mounted? To back it up as it is, put a file into it.",
  );
}
