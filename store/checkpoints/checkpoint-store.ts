/**
 * The checkpoints of one share. One exists when its record does, which is written last; parts without a record are
 * what a crash has left, or what somebody is writing just now, and nobody reads them.
 */
import { SharestrataError } from "../../core/errors.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { damaged } from "../envelope.js";
import type { IoOptions } from "../object-store.js";
import type { Checkpoint, CheckpointFile } from "./checkpoint.js";
import { decodeCheckpoint } from "./checkpoint-codec.js";
import { CheckpointWriter, type CheckpointPlace } from "./checkpoint-writer.js";
import { decodePart } from "./part-codec.js";

/** One to fall back on, when the newest should turn out to be damaged. */
const KEPT = 2;

export class CheckpointStore {
  readonly #place: CheckpointPlace;

  constructor(place: CheckpointPlace) {
    this.#place = place;
  }

  /** Snapshots that have a checkpoint, the newest first. One list call. */
  async list(options: IoOptions = {}): Promise<readonly SnapshotNumber[]> {
    const found: SnapshotNumber[] = [];
    for await (const { snapshot, isRecord } of this.#all(options)) if (isRecord) found.push(snapshot);
    return found.toReversed();
  }

  /** @throws DamagedError, also when it is missing; SharestrataError `NEWER_FORMAT` */
  async get(snapshot: SnapshotNumber, options: IoOptions = {}): Promise<Checkpoint> {
    const { objects, names, share, sealing } = this.#place;
    const name = names.checkpoint(snapshot);
    const object = await objects.get(name, options);
    if (object === undefined) throw damaged(name, "is missing");
    return decodeCheckpoint(name, names, share, snapshot, object, sealing);
  }

  /**
   * Looks whether every part is there, in its size; what the parts hold is not read. One list call.
   * @throws DamagedError naming the first part that is not
   */
  async expectParts({ snapshot, files }: Checkpoint, options: IoOptions = {}): Promise<void> {
    const { objects, names } = this.#place;
    // Ascending, as the numbers of the parts are: whatever else there is lies between or behind them.
    const stored = objects.list(names.checkpointPrefix(snapshot), options)[Symbol.asyncIterator]();
    try {
      for (const { object } of files.flatMap(({ parts }) => parts)) {
        let next = await stored.next();
        while (!next.done && next.value.name < object.name) next = await stored.next();
        if (next.done || next.value.name !== object.name) throw damaged(object.name, "is missing");
        const { sizeBytes } = next.value;
        if (sizeBytes < object.sizeBytes) throw damaged(object.name, "is cut short");
        if (sizeBytes > object.sizeBytes) throw damaged(object.name, "is longer than the checkpoint says");
      }
    } finally {
      await stored.return?.();
    }
  }

  /** Reads all of a checkpoint. @throws DamagedError naming the first part that does not verify, also when it is missing */
  async verify({ files }: Checkpoint, options: IoOptions = {}): Promise<void> {
    for (const file of files) {
      for await (const _ of this.read(file, options)) options.signal?.throwIfAborted();
    }
  }

  /**
   * The bytes of a file, part by part, each verified before it is given.
   * @throws DamagedError naming the part, also when it is missing
   */
  async *read(file: CheckpointFile, options: IoOptions = {}): AsyncGenerator<Uint8Array> {
    const { objects, codec, sealing } = this.#place;
    for (const part of file.parts) {
      const { name } = part.object;
      const object = await objects.get(name, options);
      if (object === undefined) throw damaged(name, "is missing");
      yield await decodePart(part, object, codec, sealing);
    }
  }

  /**
   * Begins a checkpoint of the snapshot. What an attempt before has left of one is deleted, and so is one whose record is
   * damaged or whose parts are not all there.
   * @throws SharestrataError `ALREADY_EXISTS` when there is one that seems whole
   */
  async begin(snapshot: SnapshotNumber, options: IoOptions = {}): Promise<CheckpointWriter> {
    if (await this.#seemsWhole(snapshot, options)) {
      throw new SharestrataError("ALREADY_EXISTS", `Snapshot ${snapshot} has a checkpoint already.`, { snapshot });
    }
    await this.delete(snapshot, options);
    return new CheckpointWriter(this.#place, snapshot);
  }

  /** Deletes one that has turned out to be damaged. */
  async delete(snapshot: SnapshotNumber, options: IoOptions = {}): Promise<void> {
    await this.#delete((other) => other === snapshot, options);
  }

  /**
   * Deletes what is older than the checkpoint of `newest`, but for the one before it, and but for whatever is newer: that
   * is another machine's.
   */
  async deleteOld(newest: SnapshotNumber, options: IoOptions = {}): Promise<void> {
    const kept = new Set((await this.list(options)).filter((snapshot) => snapshot <= newest).slice(0, KEPT));
    await this.#delete((snapshot) => snapshot < newest && !kept.has(snapshot), options);
  }

  async #seemsWhole(snapshot: SnapshotNumber, options: IoOptions): Promise<boolean> {
    try {
      await this.expectParts(await this.get(snapshot, options), options);
      return true;
    } catch (error) {
      if (error instanceof SharestrataError && error.code === "DAMAGED") return false;
      throw error;
    }
  }

  async #delete(isMeant: (snapshot: SnapshotNumber) => boolean, options: IoOptions): Promise<void> {
    const meant: string[] = [];
    for await (const { name, snapshot } of this.#all(options)) if (isMeant(snapshot)) meant.push(name);
    // In the order of the names the record comes first, so that a checkpoint ends to exist before it loses a part.
    for (const name of meant) await this.#place.objects.delete(name, options);
  }

  /** Ascending by snapshot. Objects with other names are passed over. */
  async *#all(
    options: IoOptions,
  ): AsyncGenerator<{ readonly name: string; readonly snapshot: SnapshotNumber; readonly isRecord: boolean }> {
    const { objects, names } = this.#place;
    for await (const { name } of objects.list(names.checkpointRoot, options)) {
      const snapshot = names.checkpointSnapshotOf(name);
      if (snapshot !== undefined) yield { name, snapshot, isRecord: name === names.checkpoint(snapshot) };
    }
  }
}
