/** What the environment takes on disk, table by table, as LMDB counts its pages. */
import type { Database } from "lmdb";
import type { CatalogSize, TableSize } from "./catalog.js";
import { environmentBytes } from "./environments.js";
import type { Tables } from "./tables.js";

/** The part of LMDB's figures that is needed; lmdb-js does not declare them. */
interface TreeStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
  readonly entryCount: number;
}

export function sizeOf(tables: Tables): CatalogSize {
  const { folder, environment: _environment, ...all } = tables;
  const sizes = Object.entries(all).map(([name, table]: [string, Database]) => tableSize(name, table));
  return {
    bytes: environmentBytes(folder, "tree"),
    tables: sizes.toSorted((a, b) => b.bytes - a.bytes),
  };
}

function tableSize(name: string, table: Database): TableSize {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages, entryCount } = table.getStats() as TreeStats;
  return { name, rows: entryCount, bytes: pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages) };
}
