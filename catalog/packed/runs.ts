/**
 * Under which directory nodes came into the tree: ids are handed out in runs, a listing at a time, so one record stands
 * for all ids up to the next record's. Long runs are cut and say the name they go on with, so that a node is found in
 * a directory of millions without reading it all.
 */
import type { NodeId } from "../../core/ids.js";
import { ByteWriter } from "../bytes.js";
import type { RecordCodec } from "./record.js";
import { StepCursor, StepWriter } from "./record-steps.js";

export interface RunRecord {
  /** The first. */
  readonly nodeId: NodeId;
  readonly since: 0;
  readonly parentId: NodeId;
  /** Of the first node, when it came, in a run that goes on with the directory of the run before; else "". */
  readonly name: string;
}

const NAME = "runs";
const writer = new ByteWriter();

export const runRecords: RecordCodec<RunRecord> = {
  name: NAME,

  encode(records) {
    writer.reset();
    const steps = new StepWriter();
    let parent = 0;
    for (const record of records) {
      steps.write(writer, record);
      // The step to the parent's id, and one bit: whether there is a name.
      const step = record.parentId - parent;
      writer.varint((step < 0 ? -step * 2 - 1 : step * 2) * 2 + (record.name === "" ? 0 : 1));
      if (record.name !== "") writer.text(record.name);
      parent = record.parentId;
    }
    return writer.finish();
  },

  cursor: (bytes, start, end) => new RunCursor(bytes, start, end, NAME),
};

class RunCursor extends StepCursor<RunRecord> {
  #parentId = 0;
  #name = "";

  record(): RunRecord {
    return { nodeId: this.nodeId as NodeId, since: 0, parentId: this.#parentId as NodeId, name: this.#name };
  }

  protected readRest(): void {
    const value = this.reader.varint();
    const zigzag = Math.floor(value / 2);
    this.#parentId += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    this.expectId(this.#parentId, NAME);
    this.#name = value % 2 === 0 ? "" : this.reader.text();
  }
}
