/** What the environment takes on disk, table by table, as LMDB counts its pages. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "lmdb";
import type { CatalogSize, TableSize } from "./catalog.js";
import type { Tables } from "./tables.js";

/** The part of LMDB's figures that is needed; lmdb-js does not declare them. */
interface TreeStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
  readonly entryCount: number;
}

const SECTOR_BYTES = 512;

export function sizeOf(folder: string, tables: Tables): CatalogSize {
  const sizes = Object.entries(tables).flatMap(([name, table]: [string, Database]) =>
    table === tables.environment ? [] : [tableSize(name, table)],
  );
  return {
    bytes: statSync(join(folder, "data.mdb")).blocks * SECTOR_BYTES,
    tables: sizes.toSorted((a, b) => b.bytes - a.bytes),
  };
}

function tableSize(name: string, table: Database): TableSize {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages, entryCount } = table.getStats() as TreeStats;
  return { name, rows: entryCount, bytes: pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages) };
}
