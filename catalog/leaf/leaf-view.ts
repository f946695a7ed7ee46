/** Reading leaves: one name, or a directory from some name on, at one moment of the tree's history. */
import type { NodeId } from "../../core/ids.js";
import type { LeafEntry } from "./leaf-entry.js";
import { DIRECTORY_BYTES, directoryKey, nameKey } from "./leaf-key.js";
import type { LeafTable } from "./leaf-table.js";
import type { SectionReader } from "./section-reader.js";

/** Which versions a reader sees. */
export interface Moment {
  /** Versions from here on are too new. */
  readonly versionLimit: number;
  /** Past entries count when they ended behind this snapshot; Infinity for the live tree, which has no past. */
  readonly snapshot: number;
}

export const NOW: Moment = { versionLimit: Number.POSITIVE_INFINITY, snapshot: Number.POSITIVE_INFINITY };

export function findEntry(table: LeafTable, directory: NodeId, name: string, moment: Moment): LeafEntry | undefined {
  const key = nameKey(directory, name);
  const utf8 = key.subarray(DIRECTORY_BYTES);
  if (table.isInOneLeaf(directory, key, moment.snapshot)) return findInOneLeaf(table, directory, utf8, moment);
  for (const reader of table.sections(directory, key, moment.snapshot)) {
    const { entry, isBehind } = findIn(reader, utf8, moment);
    if (entry || isBehind) return entry;
  }
  return undefined;
}

/** Goes on from where the reader was left, when the name lies behind. */
function findInOneLeaf(table: LeafTable, directory: NodeId, utf8: Buffer, moment: Moment): LeafEntry | undefined {
  const left = table.onlySection(directory, false);
  if (left?.isOnEntry && left.compareName(utf8) < 0) return findIn(left, utf8, moment).entry;
  const reader = table.onlySection(directory, true);
  return reader && findIn(reader, utf8, moment).entry;
}

/** @returns `isBehind` when the section ends behind the name, so that it cannot be in a later one */
function findIn(
  reader: SectionReader,
  utf8: Buffer,
  moment: Moment,
): { readonly entry: LeafEntry | undefined; readonly isBehind: boolean } {
  while (reader.next()) {
    const order = reader.compareName(utf8);
    if (order > 0) return { entry: undefined, isBehind: true };
    if (order === 0 && isValid(reader, moment)) return { entry: reader.entry(), isBehind: true };
  }
  return { entry: undefined, isBehind: false };
}

/** @param after start behind this name */
export function* listEntries(
  table: LeafTable,
  directory: NodeId,
  after: string | undefined,
  moment: Moment,
): IterableIterator<LeafEntry> {
  const from = after === undefined ? directoryKey(directory) : nameKey(directory, after);
  let behind = after === undefined ? undefined : Buffer.from(after);
  for (const reader of table.sections(directory, from, moment.snapshot)) {
    while (reader.next()) {
      if (!isValid(reader, moment)) continue;
      if (behind && reader.compareName(behind) <= 0) continue;
      behind = undefined;
      yield reader.entry();
    }
  }
}

/**
 * As `listEntries`, without making anything of the entries.
 * @param visit stands on the entry until it returns, asks for no other meanwhile, and returns whether it wants more
 */
export function visitEntries(
  table: LeafTable,
  directory: NodeId,
  after: string | undefined,
  moment: Moment,
  visit: (reader: SectionReader) => boolean,
): void {
  const from = after === undefined ? directoryKey(directory) : nameKey(directory, after);
  let behind = after === undefined ? undefined : Buffer.from(after);
  table.visit(directory, from, moment.snapshot, (reader) => {
    while (reader.next()) {
      if (!isValid(reader, moment)) continue;
      if (behind && reader.compareName(behind) <= 0) continue;
      behind = undefined;
      if (!visit(reader)) return false;
    }
    return true;
  });
}

/**
 * The name of a node in a directory.
 * @param hint a directory, and the name near which the node was when it came; "" when that is not known
 */
export function findName(
  table: LeafTable,
  hint: { readonly parentId: NodeId; readonly name: string },
  nodeId: NodeId,
  moment: Moment,
): string | undefined {
  const { parentId, name } = hint;
  if (name === "")
    return scanForName(table, parentId, directoryKey(parentId), nodeId, moment, Number.POSITIVE_INFINITY);
  const near = scanForName(table, parentId, nameKey(parentId, name), nodeId, moment, NEAR_ENTRIES);
  return near ?? findName(table, { parentId, name: "" }, nodeId, moment);
}

/** How far behind the hint it is worth looking: twice what was there when the hint was given. */
const NEAR_ENTRIES = 512;

function scanForName(
  table: LeafTable,
  directory: NodeId,
  from: Buffer,
  nodeId: NodeId,
  moment: Moment,
  most: number,
): string | undefined {
  let left = most;
  for (const reader of table.sections(directory, from, moment.snapshot)) {
    while (reader.next()) {
      if (reader.nodeId === nodeId && isValid(reader, moment)) return reader.name;
      if (left-- <= 0) return undefined;
    }
  }
  return undefined;
}

/** Whether the entry a reader stands on is in the tree at that moment. */
export function isValid(reader: SectionReader, { versionLimit, snapshot }: Moment): boolean {
  return reader.version < versionLimit && (reader.until === 0 || reader.until > snapshot);
}
