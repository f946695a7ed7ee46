/**
 * Where directories hang: for each its parent and name, since the snapshot that put it there. Ids are handed out a
 * listing at a time, so neighbours here are siblings: ids and parents are small steps, names share their beginnings.
 */
import { DamagedError } from "../../core/errors.js";
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { ByteReader, ByteWriter } from "../bytes.js";
import { placeKey } from "../keys.js";
import type { RecordCodec } from "./packed-table.js";

export interface DirectoryRecord {
  readonly nodeId: NodeId;
  readonly since: SnapshotNumber;
  readonly parentId: NodeId;
  readonly name: string;
}

const writer = new ByteWriter();
/** As in leaves. */
const MAX_NAME_BYTES = 1024;

export const directoryRecords: RecordCodec<DirectoryRecord> = {
  name: "directories",

  key: ({ nodeId, since }) => placeKey(nodeId, since),

  compare: (a, b) => a.nodeId - b.nodeId || a.since - b.since,

  encode(records) {
    writer.reset();
    let node = 0;
    let since = 0;
    let parent = 0;
    let name = Buffer.alloc(0);
    for (const record of records) {
      const sameSince = record.since === since;
      // The step to the next id and one bit: whether the snapshot is the one of the record before.
      writer.varint((record.nodeId - node) * 2 + (sameSince ? 1 : 0));
      if (!sameSince) writer.varint(record.since);
      writer.signed(record.parentId - parent);
      const bytes = Buffer.from(record.name);
      let prefix = 0;
      while (prefix < name.length && prefix < bytes.length && name[prefix] === bytes[prefix]) prefix++;
      writer.varint(prefix);
      writer.bytes(bytes.subarray(prefix));
      node = record.nodeId;
      since = record.since;
      parent = record.parentId;
      name = bytes;
    }
    return writer.finish();
  },

  decode(bytes) {
    const records: DirectoryRecord[] = [];
    for (const cursor = new DirectoryCursor(bytes); cursor.next();) records.push(cursor.record());
    return records;
  },
};

/** The newest place of a directory that is no newer than `at`. @param page of the table, in which it lies if anywhere */
export function findPlace(page: Buffer, nodeId: NodeId, at: number): DirectoryRecord | undefined {
  const cursor = new DirectoryCursor(page, scratch);
  let found: DirectoryRecord | undefined;
  while (cursor.next() && cursor.nodeId <= nodeId) {
    if (cursor.nodeId === nodeId && cursor.since <= at) found = cursor.record();
  }
  return found;
}

/** Every place of a node, oldest first. @param pages of the table, from the one in which they begin */
export function findPlaces(pages: Iterable<Buffer>, nodeId: NodeId): readonly DirectoryRecord[] {
  const found: DirectoryRecord[] = [];
  for (const page of pages) {
    const cursor = new DirectoryCursor(page, scratch);
    while (cursor.next()) {
      if (cursor.nodeId > nodeId) return found;
      if (cursor.nodeId === nodeId) found.push(cursor.record());
    }
  }
  return found;
}

/** Looking one directory up is done before anything else can be asked. */
const scratch = Buffer.allocUnsafe(MAX_NAME_BYTES);

class DirectoryCursor {
  readonly #reader: ByteReader;
  readonly #name: Buffer;
  #nameLength = 0;
  nodeId = 0;
  since = 0;
  parentId = 0;

  constructor(bytes: Buffer, name = Buffer.allocUnsafe(MAX_NAME_BYTES)) {
    this.#name = name;
    this.#reader = new ByteReader(bytes, "directories");
  }

  next(): boolean {
    const reader = this.#reader;
    if (reader.atEnd) return false;
    const step = reader.varint();
    this.nodeId += Math.floor(step / 2);
    if (step % 2 === 0) this.since = reader.varint();
    this.parentId += reader.signed();
    const prefix = reader.varint();
    if (prefix > this.#nameLength || this.parentId < 0 || !Number.isSafeInteger(this.nodeId)) {
      throw new DamagedError("A page of directories is damaged.", { where: "directories" });
    }
    this.#nameLength = prefix + reader.bytesInto(this.#name, prefix);
    return true;
  }

  record(): DirectoryRecord {
    return {
      nodeId: this.nodeId as NodeId,
      since: this.since as SnapshotNumber,
      parentId: this.parentId as NodeId,
      name: this.#name.toString("utf8", 0, this.#nameLength),
    };
  }
}
