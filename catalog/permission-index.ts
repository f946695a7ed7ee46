/**
 * Which segments say what permission keys stand for. A row for each segment that speaks of a key, and nearly always that is one: rows
 * are added and never changed, so that applying a segment again changes nothing.
 */
import { DamagedError } from "../core/errors.js";
import type { SnapshotNumber } from "../core/ids.js";
import type { PermissionRecord } from "../core/node.js";
import type { PermissionPosition } from "./catalog.js";
import { permissionRowKey } from "./keys.js";
import type { Tables } from "./tables.js";

const LATEST = 0xffff_ffff;
/** Behind the NUL of a row's key: snapshot and segment. */
const POSITION_BYTES = 8;

const WITH_DESCRIPTOR = Buffer.of(1);
const WITHOUT = Buffer.of(0);

/** A row of the table. */
export interface PermissionRow extends PermissionPosition {
  readonly key: string;
  readonly hasDescriptor: boolean;
}

/** Called within a write transaction. */
export function putPermissions(
  { permissions }: Tables,
  records: readonly PermissionRecord[],
  { snapshot, segment }: PermissionPosition,
): void {
  for (const { key, descriptor } of records) {
    void permissions.put(permissionRowKey(key, snapshot, segment), descriptor ? WITH_DESCRIPTOR : WITHOUT);
  }
}

/** As `CatalogReader.permissionOf`. */
export function permissionAt(
  tables: Tables,
  key: string,
  snapshot: SnapshotNumber | undefined,
): PermissionPosition | undefined {
  let found: PermissionPosition | undefined;
  for (const row of rowsOf(tables, key)) {
    if (found && snapshot !== undefined && row.snapshot > snapshot) break;
    // What it stood for before says nothing of what could not be read since.
    found = row.hasDescriptor ? { snapshot: row.snapshot, segment: row.segment } : undefined;
  }
  return found;
}

/** As `CatalogReader.laterPermissions`. */
export function permissionsBehind(
  tables: Tables,
  key: string,
  { snapshot, segment }: PermissionPosition,
): readonly PermissionPosition[] {
  return Array.from(rowsOf(tables, key))
    .filter((row) => row.hasDescriptor && (row.snapshot - snapshot || row.segment - segment) > 0)
    .map((row) => ({ snapshot: row.snapshot, segment: row.segment }));
}

function* rowsOf({ permissions }: Tables, key: string): Generator<PermissionRow> {
  const range = { start: permissionRowKey(key, 0, 0), end: permissionRowKey(key, LATEST, LATEST), inclusiveEnd: true };
  for (const { key: rowKey, value } of permissions.getRange(range)) yield decodePermissionRow(rowKey, value);
}

/** As `CatalogReader.unreadPermissions`. */
export function* unreadPermissions({ permissions }: Tables): IterableIterator<string> {
  let last: PermissionRow | undefined;
  for (const { key, value } of permissions.getRange()) {
    const row = decodePermissionRow(key, value);
    if (last && !last.hasDescriptor && last.key !== row.key) yield last.key;
    last = row;
  }
  if (last && !last.hasDescriptor) yield last.key;
}

/** @throws DamagedError when it is no row of this table */
export function decodePermissionRow(rowKey: Buffer, value: Buffer): PermissionRow {
  const end = rowKey.length - POSITION_BYTES - 1;
  if (end < 1 || rowKey[end] !== 0 || value.length !== 1 || (value[0] ?? 2) > 1) {
    throw new DamagedError("permissions: a row is damaged", { where: "permissions" });
  }
  return {
    key: rowKey.toString("utf8", 0, end),
    snapshot: rowKey.readUInt32BE(end + 1) as SnapshotNumber,
    segment: rowKey.readUInt32BE(end + 5),
    hasDescriptor: value[0] === 1,
  };
}
