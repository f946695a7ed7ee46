/**
 * Reading objects to prove them: each is read once, as a whole, and compared with the SHA-256 that manifest or segment has of
 * it; and each blob in it is unpacked and compared with its own. A few objects are in memory at a time.
 */
import { createHash } from "node:crypto";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { messageOf } from "../../core/errors.js";
import type { BundleId } from "../../core/ids.js";
import { readBundleIndex, readMember } from "../../store/bundles/bundle-reader.js";
import type { BundleIndex } from "../../store/bundles/bundle-index.js";
import type { CheckpointPart } from "../../store/checkpoints/checkpoint.js";
import { decodePart } from "../../store/checkpoints/part-codec.js";
import { decodeBlobObject } from "../../store/content/blob-object.js";
import { ZstdCodec } from "../../store/content/zstd-codec.js";
import type { ObjectStore } from "../../store/object-store.js";
import type { ShareStore } from "../../store/share-store.js";
import type { Damage } from "./damage.js";
import { isDamage, type ObjectKind, type Report } from "./finding.js";
import { type Amount, count } from "./inventory.js";
import type { NamedObject } from "./named-objects.js";
import type { PrunedObjects } from "./pruned-objects.js";

/** Objects in memory at a time: of bundles, 16 MiB each. */
const AT_A_TIME = 4;

export interface DataReaderOptions {
  readonly store: ShareStore;
  readonly damage: Damage;
  /** Default: nothing was pruned. */
  readonly pruned?: Pick<PrunedObjects, "mayBeGone"> | undefined;
  readonly report: Report;
  /** Called behind each object. */
  readonly onRead: () => void;
  readonly signal?: AbortSignal | undefined;
}

export class DataReader {
  readonly read: Amount = { objects: 0, bytes: 0 };
  readonly #options: DataReaderOptions;
  readonly #codec: ZstdCodec;
  readonly #tasks = new BoundedTasks(AT_A_TIME);

  constructor(options: DataReaderOptions) {
    this.#options = options;
    this.#codec = new ZstdCodec(options.store.settings.compressionLevel);
  }

  /** Waits for a free place, not for the object. @throws what reading an earlier one threw */
  async add(object: NamedObject): Promise<void> {
    this.#options.signal?.throwIfAborted();
    await this.#tasks.run(() => (object.kind === "bundle" ? this.#bundle(object) : this.#blob(object)));
  }

  async addPart(part: CheckpointPart): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const { name } = part.object;
    await this.#tasks.run(async () => {
      await this.#read(
        "checkpoint-part",
        name,
        async (bytes) => {
          await decodePart(part, bytes, this.#codec, this.#options.store.sealing);
        },
        () => this.#isRetired(name),
      );
    });
  }

  /** Resolves when everything has been read. */
  idle(): Promise<void> {
    return this.#tasks.idle();
  }

  /** As `idle`, without throwing: nothing is read any more. */
  settled(): Promise<void> {
    return this.#tasks.settled();
  }

  async #bundle({ id, sha256 }: Extract<NamedObject, { kind: "bundle" }>): Promise<void> {
    const { store, damage, report } = this.#options;
    const name = store.names.bundle(id);
    let lost = 0;
    let first = "";
    const whole = await this.#read(
      "bundle",
      name,
      async (bytes) => {
        const objects = inMemory(bytes);
        const index: BundleIndex = await readBundleIndex(objects, store.names, id, store.sealing);
        for (const member of index) {
          try {
            await readMember(objects, name, member, this.#codec, store.sealing);
          } catch (error) {
            if (!isDamage(error)) throw error;
            damage.contents.add(member.contentId);
            lost++;
            if (lost === 1) first = error.message;
          }
        }
        return { blobs: index.size, isAsStored: sha256 === undefined || equal(bytes, sha256) };
      },
      () => this.#isPruned("bundle", id),
    );
    if (whole === GONE) return;
    if (!whole) damage.bundles.add(id satisfies BundleId);
    else if (lost > 0) {
      const message = `${lost} of ${whole.blobs} blobs in the object ${name} are damaged. ${first}`;
      await report({ kind: "bundle", object: name, problem: "damaged", message });
    } else if (!whole.isAsStored) {
      const message = `The object ${name} in the store does not have the SHA-256 it was stored with; its blobs do.`;
      await report({ kind: "bundle", object: name, problem: "damaged", message });
    }
  }

  async #blob({ id, plainBytes, sha256 }: Extract<NamedObject, { kind: "blob" }>): Promise<void> {
    const { store, damage, report } = this.#options;
    const name = store.names.blob(id);
    const decode = (bytes: Uint8Array): Promise<Uint8Array> =>
      decodeBlobObject(name, id, bytes, this.#codec, store.sealing);
    const plain = await this.#read("blob", name, decode, () => this.#isPruned("blob", id));
    if (plain === GONE) return;
    if (plain && (sha256 === undefined || (plain.length === plainBytes && equal(plain, sha256)))) return;
    damage.contents.add(id);
    if (!plain) return;
    const message = `The object ${name} in the store holds another blob than its segment says.`;
    await report({ kind: "blob", object: name, problem: "damaged", message });
  }

  /** Whether a backup that runs meanwhile has deleted the checkpoint, whose record goes first. */
  async #isRetired(part: string): Promise<boolean> {
    const { names, objects } = this.#options.store;
    const snapshot = names.checkpointSnapshotOf(part);
    const { signal } = this.#options;
    return snapshot !== undefined && (await objects.stat(names.checkpoint(snapshot), { signal })) === undefined;
  }

  /** Whether a prune that runs meanwhile has deleted it: what entries need would have been missed before. */
  async #isPruned(kind: "bundle" | "blob", id: number): Promise<boolean> {
    return (await this.#options.pruned?.mayBeGone(kind, id, true)) === true;
  }

  /**
   * @param isGone asked of an object that is missing: whether that is as it should be
   * @returns undefined when the object is missing or damaged, which has been reported then
   */
  async #read<T>(
    kind: ObjectKind,
    name: string,
    check: (bytes: Uint8Array) => Promise<T>,
    isGone: () => Promise<boolean>,
  ): Promise<T | typeof GONE | undefined> {
    const { store, report, signal, onRead } = this.#options;
    try {
      const bytes = await store.objects.get(name, { signal });
      count(this.read, bytes?.length ?? 0);
      if (bytes) return await check(bytes);
      if (await isGone()) return GONE;
      await report({ kind, object: name, problem: "missing", message: `The object ${name} in the store is missing.` });
    } catch (error) {
      if (!isDamage(error)) throw error;
      await report({ kind, object: name, problem: "damaged", message: messageOf(error) });
    } finally {
      onRead();
    }
    return undefined;
  }
}

/** It was deleted meanwhile, and nobody needs it. */
const GONE = Symbol("gone");

/** An object that has been read already, for readers that ask for ranges of it. */
function inMemory(bytes: Uint8Array): Pick<ObjectStore, "getRange"> {
  return {
    getRange: async (_name, offset, length) => {
      const start = offset < 0 ? Math.max(0, bytes.length + offset) : offset;
      return bytes.subarray(start, start + length);
    },
  };
}

function equal(bytes: Uint8Array, sha256: Uint8Array): boolean {
  return createHash("sha256").update(bytes).digest().equals(sha256);
}
