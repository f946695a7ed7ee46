/**
 * Keys of the catalog's tables: big-endian numbers, so that LMDB's byte order is their order, and names as UTF-8.
 * A name holds no NUL, so a NUL ends it.
 */
import { DamagedError } from "../core/errors.js";
import { safeInteger } from "../core/ids.js";

const HIGH = 0x1_0000_0000;

/** One 64-bit number. */
export function numberKey(id: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  writeNumber(key, id, 0);
  return key;
}

/** Reads the 64-bit number at `offset` of a key. */
export function keyNumber(key: Buffer, offset: number, where: string): number {
  if (key.length < offset + 8) throw new DamagedError(`${where}: a key is too short`, { where });
  return safeInteger(key.readUInt32BE(offset) * HIGH + key.readUInt32BE(offset + 4), where);
}

/** Of the packed tables: node, snapshot. */
export function placeKey(nodeId: number, since: number): Buffer {
  const key = Buffer.allocUnsafe(12);
  writeNumber(key, nodeId, 0);
  key.writeUInt32BE(since, 8);
  return key;
}

/** Of the permissions: the key in UTF-8, NUL, snapshot, segment. */
export function permissionRowKey(key: string, snapshot: number, segment: number): Buffer {
  const text = Buffer.from(key);
  const row = Buffer.allocUnsafe(text.length + 9);
  text.copy(row);
  row[text.length] = 0;
  row.writeUInt32BE(snapshot, text.length + 1);
  row.writeUInt32BE(segment, text.length + 5);
  return row;
}

/** Not behind any key of any table. LMDB knows no empty key. */
export const LEAST_KEY = Buffer.of(0);

/** The range of the one row with the greatest key not above `key`. */
export function floorOf(key: Buffer) {
  return { start: key, end: LEAST_KEY, inclusiveEnd: true, reverse: true, limit: 1 };
}

function writeNumber(key: Buffer, value: number, offset: number): void {
  key.writeUInt32BE(Math.floor(value / HIGH), offset);
  key.writeUInt32BE(value % HIGH, offset + 4);
}
