/**
 * In which snapshots something changed in a directory or anywhere beneath it. The snapshot in which a directory came
 * needs no stamp: its id says it (epochs.ts).
 */
import type { NodeId, SnapshotNumber } from "../../core/ids.js";
import { ByteWriter } from "../bytes.js";
import type { RecordCodec } from "./record.js";
import { StepCursor, StepWriter } from "./record-steps.js";

export interface StampRecord {
  readonly nodeId: NodeId;
  readonly since: SnapshotNumber;
}

const NAME = "stamps";
const writer = new ByteWriter();

export const stampRecords: RecordCodec<StampRecord> = {
  name: NAME,

  encode(records) {
    writer.reset();
    const steps = new StepWriter();
    for (const record of records) steps.write(writer, record);
    return writer.finish();
  },

  cursor: (bytes, start, end) => new StampCursor(bytes, start, end, NAME),
};

class StampCursor extends StepCursor<StampRecord> {
  record(): StampRecord {
    return { nodeId: this.nodeId as NodeId, since: this.since as SnapshotNumber };
  }

  protected readRest(): void {}
}
