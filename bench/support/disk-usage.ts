/** What an LMDB environment takes on disk, as du and LMDB itself tell it, and which of its pages a change has written. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";

const PAGE_BYTES = 4096;
const READ_PAGES = 1024;

export interface TableUsage {
  readonly name: string;
  readonly rows: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly bytes: number;
}

export interface DiskUsage {
  /** As du says: blocks taken by data.mdb. */
  readonly bytes: number;
  /** Every table, largest first, and last what belongs to none: free pages, LMDB's own. */
  readonly tables: readonly TableUsage[];
}

interface TreeStats {
  readonly pageSize: number;
  readonly treeDepth: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
  readonly entryCount: number;
}

export async function diskUsage(folder: string): Promise<DiskUsage> {
  const bytes = statSync(dataFile(folder)).blocks * 512;
  const environment = open({ path: folder, noSubdir: false, readOnly: true, maxDbs: 64 });
  try {
    // LMDB keeps its tables' names as the keys of its unnamed table.
    const names = Array.from(environment.getKeys(), String);
    const tables = names.map((name) => {
      const table = environment.openDB({ name, encoding: "binary", keyEncoding: "binary" });
      return usageOf(name, table.getStats() as TreeStats);
    });
    tables.sort((a, b) => b.bytes - a.bytes);
    const rest = bytes - tables.reduce((sum, table) => sum + table.bytes, 0);
    const other = { rows: 0, depth: 0, branchPages: 0, leafPages: 0, overflowPages: 0, bytes: rest };
    return { bytes, tables: [...tables, { name: "(free and other pages)", ...other }] };
  } finally {
    await environment.close();
  }
}

function usageOf(name: string, stats: TreeStats): TableUsage {
  const { pageSize, treeBranchPageCount, treeLeafPageCount, overflowPages } = stats;
  return {
    name,
    rows: stats.entryCount,
    depth: stats.treeDepth,
    branchPages: treeBranchPageCount,
    leafPages: treeLeafPageCount,
    overflowPages,
    bytes: pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages),
  };
}

/** A fingerprint of each page of the file. */
export function pageFingerprints(folder: string): Uint32Array {
  const path = dataFile(folder);
  const prints = new Uint32Array(Math.ceil(statSync(path).size / PAGE_BYTES));
  const buffer = new Uint32Array((READ_PAGES * PAGE_BYTES) / 4);
  const file = openSync(path, "r");
  try {
    for (let page = 0; page < prints.length; page += READ_PAGES) {
      const pages = Math.ceil(readSync(file, buffer, 0, buffer.byteLength, page * PAGE_BYTES) / PAGE_BYTES);
      for (let index = 0; index < pages; index++) prints[page + index] = fingerprint(buffer, index);
    }
  } finally {
    closeSync(file);
  }
  return prints;
}

/** How many pages are not what they were; LMDB never writes in place, so these are the pages written. */
export function changedPages(before: Uint32Array, after: Uint32Array): number {
  let changed = Math.abs(after.length - before.length);
  for (let page = Math.min(before.length, after.length) - 1; page >= 0; page--) {
    if (before[page] !== after[page]) changed++;
  }
  return changed;
}

function fingerprint(words: Uint32Array, page: number): number {
  const perPage = PAGE_BYTES / 4;
  let hash = 0x811c9dc5;
  for (let at = page * perPage; at < (page + 1) * perPage; at++) {
    hash = Math.imul(hash ^ (words[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function dataFile(folder: string): string {
  return join(folder, "data.mdb");
}
