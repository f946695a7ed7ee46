/** The part that records of all packed tables share: node id and snapshot, as steps from the record before. */
import { DamagedError } from "../../core/errors.js";
import { ByteReader, type ByteWriter } from "../bytes.js";
import type { PackedRecord, RecordCursor } from "./record.js";

/** Snapshots have four bytes in keys. */
const LATEST_SNAPSHOT = 0xffff_ffff;

export class StepWriter {
  #node = 0;
  #since = 0;

  /** The step to the next id and one bit: whether the snapshot is the one of the record before. */
  write(writer: ByteWriter, { nodeId, since }: PackedRecord): void {
    const isSame = since === this.#since;
    writer.varint((nodeId - this.#node) * 2 + (isSame ? 1 : 0));
    if (!isSame) writer.varint(since);
    this.#node = nodeId;
    this.#since = since;
  }
}

export abstract class StepCursor<R> implements RecordCursor<R> {
  protected readonly reader: ByteReader;
  readonly #name: string;
  nodeId = 0;
  since = 0;

  /** @param name of the table, for errors */
  constructor(bytes: Buffer, start: number, end: number, name: string) {
    this.reader = new ByteReader(bytes.subarray(start, end), name);
    this.#name = name;
  }

  next(): boolean {
    if (this.reader.atEnd) return false;
    const step = this.reader.varint();
    this.nodeId += Math.floor(step / 2);
    if (step % 2 === 0) this.since = this.reader.varint();
    this.expectId(this.nodeId, this.#name);
    if (this.since > LATEST_SNAPSHOT)
      throw new DamagedError(`A page of ${this.#name} is damaged: ${this.since} is no snapshot.`, {
        where: this.#name,
      });
    this.readRest();
    return true;
  }

  abstract record(): R;
  /** What of a record comes behind node id and snapshot. */
  protected abstract readRest(): void;

  /** @throws DamagedError unless it is an id */
  protected expectId(value: number, where: string): void {
    if (value >= 0 && Number.isSafeInteger(value)) return;
    throw new DamagedError(`A page of ${where} is damaged: ${value} is no id.`, { where });
  }
}
