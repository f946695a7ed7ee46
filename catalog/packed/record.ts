/** What the packed tables hold: small records of nodes, in the order of node id and snapshot, many to a page. */

export interface PackedRecord {
  readonly nodeId: number;
  /** A snapshot; 0 in tables that have one record for a node. */
  readonly since: number;
}

/** Steps through records without making an object of each. */
export interface RecordCursor<R> {
  readonly nodeId: number;
  readonly since: number;
  /** @returns false at the end; @throws DamagedError */
  next(): boolean;
  /** The one the cursor stands on. */
  record(): R;
}

/** How records of one table are written. Records may lean on the ones before them in the same group. */
export interface RecordCodec<R extends PackedRecord> {
  /** For errors. */
  readonly name: string;
  /** @param records ascending, at least one */
  encode(records: readonly R[]): Buffer;
  /** Of one group, `bytes` from `start` to `end`. */
  cursor(bytes: Buffer, start: number, end: number): RecordCursor<R>;
}

export function compareRecords(a: PackedRecord, b: PackedRecord): number {
  return a.nodeId - b.nodeId || a.since - b.since;
}
