/**
 * What the snapshots say that there must be: their manifests and segments are read and verified here, one after another, and
 * the bundles and lone blobs they name are handed on. Nothing is kept but the manifest and the segment at hand.
 */
import type { SharestrataError } from "../../core/errors.js";
import type { BundleId, ContentId, SnapshotNumber } from "../../core/ids.js";
import type { ChangeBatch } from "../../core/node.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { ShareStore } from "../../store/share-store.js";
import type { Manifest, ObjectRef } from "../../store/snapshots/manifest.js";
import type { Damage } from "./damage.js";
import { isDamage, type Report } from "./finding.js";
import type { Amount } from "./inventory.js";
import { count } from "./inventory.js";

export type NamedObject =
  | {
      readonly kind: "bundle";
      readonly id: BundleId;
      readonly sizeBytes: number;
      /** Of the whole object; undefined when no record of it is left. */
      readonly sha256: Uint8Array | undefined;
    }
  | {
      readonly kind: "blob";
      readonly id: ContentId;
      /** Of the plain bytes; how long they are as stored is nowhere but in the object. */
      readonly plainBytes: number | undefined;
      readonly sha256: Uint8Array | undefined;
    };

export interface NamedObjectsOptions {
  readonly store: ShareStore;
  /** Snapshots that must be there, ascending. */
  readonly numbers: readonly SnapshotNumber[];
  /** As the catalog has them. */
  readonly known: ReadonlyMap<SnapshotNumber, Snapshot>;
  readonly report: Report;
  readonly damage: Damage;
  readonly signal?: AbortSignal | undefined;
}

export class NamedObjects {
  /** Segments that verify. */
  readonly segments: Amount = { objects: 0, bytes: 0 };
  /** Manifests and segments that do not: what they name is not known. */
  lostRecords = 0;
  /** Snapshots whose manifests are among them. */
  readonly lostManifests = new Set<SnapshotNumber>();
  readonly #options: NamedObjectsOptions;

  constructor(options: NamedObjectsOptions) {
    this.#options = options;
  }

  async *read(): AsyncGenerator<NamedObject> {
    let before: SnapshotNumber | undefined;
    for (const number of this.#options.numbers) {
      const manifest = await this.#manifest(number, before);
      yield* manifest ? this.#ofManifest(manifest) : this.#withoutManifest(number);
      before = number;
    }
  }

  async *#ofManifest(manifest: Manifest): AsyncGenerator<NamedObject> {
    for (const [segment, ref] of manifest.segments.entries()) {
      const batch = await this.#segment(manifest.number, segment, ref);
      if (batch) yield* blobsOf(batch);
    }
    const { names } = this.#options.store;
    for (const { name, sizeBytes, sha256 } of manifest.bundles) {
      const id = names.bundleIdOf(name);
      if (id !== undefined) yield { kind: "bundle", id, sizeBytes, sha256 };
      else await this.#badManifest(manifest.number, `names ${name} as a bundle`);
    }
  }

  /** The segments say the same of what they brought as the manifest did, so they are asked instead. */
  async *#withoutManifest(number: SnapshotNumber): AsyncGenerator<NamedObject> {
    const { store, signal } = this.#options;
    const numbers: number[] = [];
    for await (const { number: segment } of store.segments(number, { signal })) numbers.push(segment);
    for (const segment of numbers) {
      const batch = await this.#segment(number, segment, undefined);
      if (!batch) continue;
      yield* blobsOf(batch);
      for (const { bundleId, sizeBytes, sha256 } of batch.bundles) {
        yield { kind: "bundle", id: bundleId, sizeBytes, sha256 };
      }
    }
  }

  async #manifest(number: SnapshotNumber, before: SnapshotNumber | undefined): Promise<Manifest | undefined> {
    const { store, known, signal } = this.#options;
    let manifest: Manifest;
    try {
      manifest = await store.getManifest(number, { signal });
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#lost(number);
      await this.#tell("manifest", store.names.manifest(number), number, error);
      return undefined;
    }
    const snapshot = known.get(number);
    if (snapshot && (snapshot.name !== manifest.name || snapshot.finishedAt !== manifest.finishedAt)) {
      this.#lost(number);
      await this.#badManifest(number, `is of another snapshot (${manifest.name}) than the one the catalog has`);
      return undefined;
    }
    if (manifest.parent !== before) {
      const says = manifest.parent === undefined ? "no snapshot" : `snapshot ${manifest.parent}`;
      const is = before === undefined ? "there is none" : `it is ${before}`;
      await this.#badManifest(number, `names ${says} as the one before it, but ${is}`);
    }
    return manifest;
  }

  #lost(snapshot: SnapshotNumber): void {
    this.lostRecords++;
    this.lostManifests.add(snapshot);
  }

  async #segment(
    snapshot: SnapshotNumber,
    segment: number,
    expected: ObjectRef | undefined,
  ): Promise<ChangeBatch | undefined> {
    const { store, damage, report, signal } = this.#options;
    const name = store.names.segment(snapshot, segment);
    try {
      const { batch, ref } = await store.readSegment(snapshot, segment, { signal });
      if (!expected || isSame(ref, expected)) {
        count(this.segments, ref.sizeBytes);
        return batch;
      }
      const message = `${name} is not the segment that the manifest of snapshot ${snapshot} names.`;
      await report({ kind: "segment", object: name, problem: "damaged", message, snapshot });
    } catch (error) {
      if (!isDamage(error)) throw error;
      await this.#tell("segment", name, snapshot, error);
    }
    this.lostRecords++;
    damage.addSegment(snapshot, segment);
    return undefined;
  }

  async #tell(
    kind: "manifest" | "segment",
    object: string,
    snapshot: SnapshotNumber,
    error: SharestrataError,
  ): Promise<void> {
    const { store, report, signal } = this.#options;
    const problem = (await store.objects.stat(object, { signal })) ? "damaged" : "missing";
    await report({ kind, object, problem, message: error.message, snapshot });
  }

  #badManifest(snapshot: SnapshotNumber, problem: string): Promise<void> {
    const { store, report } = this.#options;
    const object = store.names.manifest(snapshot);
    const message = `The object ${object} in the store ${problem}.`;
    return report({ kind: "manifest", object, problem: "damaged", message, snapshot });
  }
}

function* blobsOf({ contents }: ChangeBatch): Generator<NamedObject> {
  for (const { kind, contentId, sizeBytes, sha256 } of contents) {
    if (kind === "blob") yield { kind, id: contentId, plainBytes: sizeBytes, sha256 };
  }
}

function isSame(one: ObjectRef, other: ObjectRef): boolean {
  return one.name === other.name && one.sizeBytes === other.sizeBytes && Buffer.compare(one.sha256, other.sha256) === 0;
}
