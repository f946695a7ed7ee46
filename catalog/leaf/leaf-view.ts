/** Reading leaves: one name, or a directory from some name on, at one moment of the tree's history. */
import type { NodeId } from "../../core/ids.js";
import type { LeafEntry } from "./leaf-entry.js";
import { directoryKey, nameKey } from "./leaf-key.js";
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
  const utf8 = Buffer.from(name);
  for (const reader of table.sections(directory, nameKey(directory, name))) {
    while (reader.next()) {
      const order = reader.compareName(utf8);
      if (order > 0) return undefined;
      if (order === 0 && isValid(reader, moment)) return reader.entry();
    }
  }
  return undefined;
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
  for (const reader of table.sections(directory, from)) {
    while (reader.next()) {
      if (!isValid(reader, moment)) continue;
      if (behind && reader.compareName(behind) <= 0) continue;
      behind = undefined;
      yield reader.entry();
    }
  }
}

function isValid(reader: SectionReader, { versionLimit, snapshot }: Moment): boolean {
  return reader.version < versionLimit && (reader.until === 0 || reader.until > snapshot);
}
