/**
 * Where nodes hang: for each directory its parent and name, since the snapshot that put it there; and the same of files
 * that were renamed or moved. Ids are handed out a listing at a time, so neighbours here are siblings: ids and
 * parents are small steps, names share their beginnings.
 */
import { DamagedError } from "../../core/errors.js";
import { NO_NODE, type NodeId, type SnapshotNumber } from "../../core/ids.js";
import { ByteWriter } from "../bytes.js";
import type { RecordCodec } from "./record.js";
import { StepCursor, StepWriter } from "./record-steps.js";

export interface PlaceRecord {
  readonly nodeId: NodeId;
  readonly since: SnapshotNumber;
  /** `NO_NODE` from when a directory is gone; the root is in no place at all. */
  readonly parentId: NodeId;
  readonly name: string;
}

/** A directory that is no more. */
export function gone(nodeId: NodeId, since: SnapshotNumber): PlaceRecord {
  return { nodeId, since, parentId: NO_NODE, name: "" };
}

const NAME = "places";
/** As in leaves. */
const MAX_NAME_BYTES = 1024;
/** Longer names make the cursor look for more room. */
const USUAL_NAME_BYTES = 64;
const writer = new ByteWriter();
const NOTHING = Buffer.alloc(0);

export const placeRecords: RecordCodec<PlaceRecord> = {
  name: NAME,

  encode(records) {
    writer.reset();
    const steps = new StepWriter();
    let parent = 0;
    let name: Buffer = NOTHING;
    for (const record of records) {
      steps.write(writer, record);
      writer.signed(record.parentId - parent);
      const bytes = Buffer.from(record.name);
      let prefix = 0;
      while (prefix < name.length && prefix < bytes.length && name[prefix] === bytes[prefix]) prefix++;
      writer.varint(prefix);
      writer.bytes(bytes.subarray(prefix));
      parent = record.parentId;
      name = bytes;
    }
    return writer.finish();
  },

  cursor: (bytes, start, end) => new PlaceCursor(bytes, start, end, NAME),
};

class PlaceCursor extends StepCursor<PlaceRecord> {
  #name = Buffer.allocUnsafe(USUAL_NAME_BYTES);
  #nameLength = 0;
  #parentId = 0;

  record(): PlaceRecord {
    return {
      nodeId: this.nodeId as NodeId,
      since: this.since as SnapshotNumber,
      parentId: this.#parentId as NodeId,
      name: this.#name.toString("utf8", 0, this.#nameLength),
    };
  }

  protected readRest(): void {
    const { reader } = this;
    this.#parentId += reader.signed();
    this.expectId(this.#parentId, NAME);
    const prefix = reader.varint();
    const size = reader.varint();
    if (prefix > this.#nameLength || prefix + size > MAX_NAME_BYTES) {
      throw new DamagedError(`A page of ${NAME} is damaged: a name.`, { where: NAME });
    }
    if (prefix + size > this.#name.length) this.#name = Buffer.concat([this.#name], MAX_NAME_BYTES);
    reader.bytesInto(this.#name, prefix, size);
    this.#nameLength = prefix + size;
  }
}
