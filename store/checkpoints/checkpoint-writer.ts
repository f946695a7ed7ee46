/** Writing one checkpoint: the parts of its files first, then the record that makes it exist. */
import { BoundedTasks } from "../../core/bounded-tasks.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { ShareName } from "../../core/names.js";
import type { BlobCodec } from "../content/codec.js";
import type { Sealing } from "../crypto/sealing.js";
import type { ObjectNames } from "../object-names.js";
import type { IoOptions, ObjectStore } from "../object-store.js";
import { putNew } from "../put-new.js";
import type {
  Checkpoint,
  CheckpointEnvironment,
  CheckpointFacts,
  CheckpointFile,
  CheckpointPart,
} from "./checkpoint.js";
import { encodeCheckpoint } from "./checkpoint-codec.js";
import { encodePart } from "./part-codec.js";

/** One is compressed while another is on its way. Each takes three times its size at most. */
const PARTS_AT_A_TIME = 2;

/** Where the checkpoints of a share lie, and how they are written. */
export interface CheckpointPlace {
  readonly objects: ObjectStore;
  readonly share: ShareName;
  readonly names: ObjectNames;
  readonly codec: BlobCodec;
  readonly sealing: Sealing;
}

export class CheckpointWriter {
  readonly #place: CheckpointPlace;
  readonly #snapshot: SnapshotNumber;
  readonly #files: CheckpointFile[] = [];
  #nextPart = 0;

  constructor(place: CheckpointPlace, snapshot: SnapshotNumber) {
    this.#place = place;
    this.#snapshot = snapshot;
  }

  /**
   * Stores a file; one at a time, in the order of the environments' numbers.
   * @param pieces all bytes of it, in pieces of `CHECKPOINT_PART_BYTES`. Each belongs to the writer from then on
   * @throws SharestrataError `ALREADY_EXISTS` when another machine writes the same checkpoint; StoreError
   */
  async add(
    environment: CheckpointEnvironment,
    pieces: AsyncIterable<Uint8Array>,
    options: IoOptions = {},
  ): Promise<void> {
    const parts: CheckpointPart[] = [];
    const tasks = new BoundedTasks(PARTS_AT_A_TIME);
    let count = 0;
    try {
      for await (const piece of pieces) {
        const [at, number] = [count++, this.#nextPart++];
        await tasks.run(async () => {
          parts[at] = await this.#put(number, piece, options);
        });
      }
      await tasks.idle();
    } finally {
      await tasks.settled();
    }
    const sizeBytes = parts.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
    this.#files.push({ environment, sizeBytes, parts });
  }

  /** Makes the checkpoint exist, once every file is added. */
  async finish(facts: CheckpointFacts, options: IoOptions = {}): Promise<Checkpoint> {
    const { objects, names, share, sealing } = this.#place;
    const checkpoint: Checkpoint = { ...facts, share, snapshot: this.#snapshot, files: this.#files };
    const name = names.checkpoint(this.#snapshot);
    await putNew(objects, name, encodeCheckpoint(name, checkpoint, sealing), options);
    return checkpoint;
  }

  async #put(number: number, plain: Uint8Array, options: IoOptions): Promise<CheckpointPart> {
    const { objects, names, codec, sealing } = this.#place;
    const { object, part } = await encodePart(names.checkpointPart(this.#snapshot, number), plain, codec, sealing);
    await putNew(objects, part.object.name, object, options);
    return part;
  }
}
