/** From an address, whose path may be a glob, to what is put back: a node, and what of it. */
import type { CatalogReader } from "../../catalog/catalog.js";
import type { Address } from "../../core/address.js";
import { SharestrataError } from "../../core/errors.js";
import { pathGlob } from "../../core/glob.js";
import { locate, type Located } from "../shares/select.js";
import { Selection, type SelectionGlobs } from "./selection.js";

export interface Chosen extends Located {
  readonly selection: Selection;
}

/**
 * A path that is in the snapshot is that one, whatever characters it has; any other one with `*`, `?` or `[` in it is a glob,
 * and is put back from the folder that all it may match lies in.
 * @throws SharestrataError `SNAPSHOT_UNKNOWN`, `PATH_UNKNOWN`, `USAGE` when a glob cannot be used
 */
export function choose(
  catalog: CatalogReader,
  address: Address,
  globs: Pick<SelectionGlobs, "include" | "exclude">,
): Chosen {
  const plain = new Selection(globs);
  try {
    return { ...locate(catalog, address), selection: plain };
  } catch (error) {
    const path = (address.path ?? []).join("/");
    const isGlob = /[*?[\\]/.test(path) && error instanceof SharestrataError && error.code === "PATH_UNKNOWN";
    if (!isGlob) throw error;
    const located = locate(catalog, { ...address, path: pathGlob(path).within });
    return { ...located, selection: new Selection({ ...globs, path }) };
  }
}
