/**
 * One share in an object store: what it is called, how it is written, and its segments, manifests and marker. The
 * contents have a writer (content-store-writer.ts) and a reader (blob-reader.ts) of their own, and so have checkpoints, leases and prune records. Everything read here
 * has been verified, and is bound to the share and number it was asked for.
 */
import { SharestrataError } from "../core/errors.js";
import { FIRST_REWRITTEN_BUNDLE, type BundleId, type ContentId, type SnapshotNumber } from "../core/ids.js";
import { formatShareName, type ShareName } from "../core/names.js";
import type { ChangeBatch } from "../core/node.js";
import type { TimeNs } from "../core/time.js";
import { CheckpointStore } from "./checkpoints/checkpoint-store.js";
import { ZstdCodec } from "./content/zstd-codec.js";
import { keyCheck, sealingOf } from "./crypto/aes-sealing.js";
import type { KeySlot, KeySlotId } from "./crypto/key-slot.js";
import { KeyStore, type NewKeySlot } from "./crypto/key-store.js";
import type { Sealing } from "./crypto/sealing.js";
import type { OpenedSlot } from "./crypto/unlock.js";
import { damaged } from "./envelope.js";
import { ObjectNames } from "./object-names.js";
import { LeaseStore } from "./leases/lease-store.js";
import type { IoOptions, ObjectStore } from "./object-store.js";
import { PruneStore } from "./prunes/prune-store.js";
import { putNew } from "./put-new.js";
import { decodeSegment, encodeSegment, type SegmentView, viewSegment } from "./segments/segment-codec.js";
import { makeShare, type MakeOptions } from "./shares/make-share.js";
import type { ShareRecord } from "./shares/share-codec.js";
import { unlockShare, type UnlockOptions } from "./shares/unlock-share.js";
import type { ShareSettings } from "./shares/share-settings.js";
import { decodeLatest, encodeLatest } from "./snapshots/latest-codec.js";
import { decodeManifest, encodeManifest } from "./snapshots/manifest-codec.js";
import type { Manifest, ObjectRef } from "./snapshots/manifest.js";
import { refOf } from "./snapshots/ref-codec.js";

/** A segment that lies in the store. */
export interface StoredSegment {
  readonly number: number;
  readonly sizeBytes: number;
}

export class ShareStore {
  /** Belongs to whoever opened it: closing a share closes nothing. */
  readonly objects: ObjectStore;
  readonly share: ShareName;
  readonly settings: ShareSettings;
  readonly createdAt: TimeNs;
  readonly names: ObjectNames;
  /** How everything but contents is sealed here, and what those who write and read contents seal with. */
  readonly sealing: Sealing;
  /** The slot whose secret opened the share; undefined where it is not encrypted. */
  readonly openedBy: KeySlotId | undefined;
  readonly keys: KeyStore;
  readonly checkpoints: CheckpointStore;
  readonly leases: LeaseStore;
  readonly prunes: PruneStore;
  /** What share.fb says. */
  readonly record: ShareRecord;
  /** A snapshot known to be unpublished, so that this is asked once for each and not for every segment. */
  #unpublished: SnapshotNumber | undefined;

  private constructor(objects: ObjectStore, record: ShareRecord, opened: OpenedSlot | undefined) {
    this.objects = objects;
    this.share = record.share;
    this.settings = record.settings;
    this.createdAt = record.createdAt;
    this.names = new ObjectNames(record.share);
    this.record = record;
    this.openedBy = opened?.slot;
    this.sealing = sealingOf(opened?.key);
    this.keys = new KeyStore({ objects, names: this.names, ...record });
    this.leases = new LeaseStore(this);
    this.prunes = new PruneStore(this);
    this.checkpoints = new CheckpointStore({
      objects,
      share: record.share,
      names: this.names,
      codec: new ZstdCodec(record.settings.compressionLevel),
      sealing: this.sealing,
    });
  }

  /**
   * @param settings what differs from the defaults
   * @param options.lock makes it an encrypted share, with this as its first key
   * @throws SharestrataError `ALREADY_EXISTS`, `CONFIG_INVALID`; StoreError
   */
  static async create(
    objects: ObjectStore,
    share: ShareName,
    settings: Partial<ShareSettings>,
    options: MakeOptions,
  ): Promise<ShareStore> {
    const { record, opened } = await makeShare(objects, share, settings, options);
    return new ShareStore(objects, record, opened);
  }

  /**
   * @param options.unlock is asked when the share is encrypted, and only then
   * @throws SharestrataError `STORE_UNINITIALISED`, `NEWER_FORMAT`, `KEY_REQUIRED`, `WRONG_KEY`; DamagedError; StoreError
   */
  static async open(objects: ObjectStore, share: ShareName, options: UnlockOptions = {}): Promise<ShareStore> {
    const { record, opened } = await unlockShare(objects, share, options);
    return new ShareStore(objects, record, opened);
  }

  /** Gives the share one key more. @throws SharestrataError `USAGE` when it is not encrypted; StoreError */
  async addKey(slot: NewKeySlot, options: IoOptions = {}): Promise<KeySlot> {
    const key = this.sealing.reveal();
    if (key) return this.keys.add(key, keyCheck(key, this.share), slot, options);
    const share = formatShareName(this.share);
    throw new SharestrataError("USAGE", `The share ${share} is not encrypted: it has no keys.`, { share });
  }

  /** The same share by way of `objects`: the store that this one has, wrapped. */
  over(objects: ObjectStore): ShareStore {
    const [key, slot] = [this.sealing.reveal(), this.openedBy];
    return new ShareStore(objects, this.record, key && slot && { key, slot });
  }

  /**
   * Stores a segment of a snapshot that is not published. A segment that is there is never replaced: what an
   * interrupted backup left is taken up, so another one under this number comes from another machine.
   * @throws SharestrataError `ALREADY_EXISTS` when the snapshot is published: its segments never change; `SHARE_BUSY`
   * when another segment has the number
   */
  async putSegment(
    snapshot: SnapshotNumber,
    number: number,
    batch: ChangeBatch,
    options: IoOptions = {},
  ): Promise<ObjectRef> {
    await this.#refusePublished(snapshot, options);
    const name = this.names.segment(snapshot, number);
    const object = encodeSegment(name, { snapshot, number }, batch, this.sealing);
    try {
      await putNew(this.objects, name, object, options);
    } catch (error) {
      if (!(error instanceof SharestrataError) || error.code !== "ALREADY_EXISTS") throw error;
      const share = formatShareName(this.share);
      throw new SharestrataError(
        "SHARE_BUSY",
        `Another backup of ${share} has written ${name} to ${this.objects.uri} meanwhile: run only one at a time.`,
        { share, snapshot, object: name },
        error,
      );
    }
    return refOf(name, object);
  }

  /** A segment whose puts are decoded one by one, for who wants few of them. @throws as `getSegment` */
  async viewSegment(snapshot: SnapshotNumber, number: number, options: IoOptions = {}): Promise<SegmentView> {
    const name = this.names.segment(snapshot, number);
    return viewSegment(name, { snapshot, number }, await this.#required(name, options), this.sealing);
  }

  /** @throws DamagedError, also when it is missing; SharestrataError `NEWER_FORMAT` */
  async getSegment(snapshot: SnapshotNumber, number: number, options: IoOptions = {}): Promise<ChangeBatch> {
    return (await this.readSegment(snapshot, number, options)).batch;
  }

  /** As `getSegment`, together with the reference that a manifest has of it, from one read. */
  async readSegment(
    snapshot: SnapshotNumber,
    number: number,
    options: IoOptions = {},
  ): Promise<{ readonly batch: ChangeBatch; readonly ref: ObjectRef }> {
    const name = this.names.segment(snapshot, number);
    const object = await this.#required(name, options);
    return { batch: decodeSegment(name, { snapshot, number }, object, this.sealing), ref: refOf(name, object) };
  }

  /**
   * Deletes the segments of an unpublished snapshot from number `from` on, the last first.
   * @throws SharestrataError `ALREADY_EXISTS` when the snapshot is published
   */
  async deleteSegments(snapshot: SnapshotNumber, from: number, options: IoOptions = {}): Promise<void> {
    this.#unpublished = undefined;
    await this.#refusePublished(snapshot, options);
    const numbers: number[] = [];
    for await (const { number } of this.segments(snapshot, options)) if (number >= from) numbers.push(number);
    for (const number of numbers.toReversed()) await this.objects.delete(this.names.segment(snapshot, number), options);
  }

  /** Segments of a snapshot, published or not, ascending. Objects with other names are passed over. */
  async *segments(snapshot: SnapshotNumber, options: IoOptions = {}): AsyncGenerator<StoredSegment> {
    for await (const { name, sizeBytes } of this.objects.list(this.names.segmentPrefix(snapshot), options)) {
      const number = this.names.segmentNumberOf(snapshot, name);
      if (number !== undefined) yield { number, sizeBytes };
    }
  }

  /**
   * Makes the snapshot exist: the commit of a backup.
   * @throws SharestrataError `ALREADY_EXISTS` when there is a snapshot of this number
   */
  async putManifest(manifest: Manifest, options: IoOptions = {}): Promise<ObjectRef> {
    const shareText = formatShareName(this.share);
    if (formatShareName(manifest.share) !== shareText) {
      throw new SharestrataError(
        "INTERNAL",
        `A manifest of ${formatShareName(manifest.share)} is not one of ${shareText}.`,
      );
    }
    const name = this.names.manifest(manifest.number);
    const object = encodeManifest(name, manifest, this.sealing);
    this.#unpublished = undefined;
    try {
      await putNew(this.objects, name, object, options);
    } catch (error) {
      if (error instanceof SharestrataError && error.code === "ALREADY_EXISTS") throw this.#published(manifest.number);
      throw error;
    }
    return refOf(name, object);
  }

  /** @throws DamagedError, also when it is missing; SharestrataError `NEWER_FORMAT` */
  async getManifest(number: SnapshotNumber, options: IoOptions = {}): Promise<Manifest> {
    return (await this.readManifest(number, options)).manifest;
  }

  /** As `getManifest`, together with the reference of the object, from one read. */
  async readManifest(
    number: SnapshotNumber,
    options: IoOptions = {},
  ): Promise<{ readonly manifest: Manifest; readonly ref: ObjectRef }> {
    const name = this.names.manifest(number);
    const object = await this.#required(name, options);
    return { manifest: decodeManifest(name, this.share, number, object, this.sealing), ref: refOf(name, object) };
  }

  /** A copy of a manifest's object, verified as `getManifest` does. @throws as it */
  decodeManifest(number: SnapshotNumber, object: Uint8Array): Manifest {
    return decodeManifest(this.names.manifest(number), this.share, number, object, this.sealing);
  }

  /**
   * Numbers of the published snapshots, ascending. Objects with other names are passed over.
   * @param options.after start behind this number
   */
  async *manifests(options: IoOptions & { readonly after?: SnapshotNumber } = {}): AsyncGenerator<SnapshotNumber> {
    const after = options.after === undefined ? undefined : this.names.manifest(options.after);
    for await (const { name } of this.objects.list(this.names.manifestPrefix, { signal: options.signal, after })) {
      const number = this.names.manifestNumberOf(name);
      if (number !== undefined) yield number;
    }
  }

  /** Moves the marker. It follows the manifest, and nothing depends on its being up to date. */
  async setLatest(number: SnapshotNumber, options: IoOptions = {}): Promise<void> {
    await this.objects.put(this.names.latest, encodeLatest(this.names.latest, number), options);
  }

  /** @returns what the marker says, undefined when there is none; @throws DamagedError */
  async latest(options: IoOptions = {}): Promise<SnapshotNumber | undefined> {
    const object = await this.objects.get(this.names.latest, options);
    return object && decodeLatest(this.names.latest, object);
  }

  /**
   * The highest bundle id in use from `from` on, undefined when there is none: how a writer steps over what an
   * interrupted backup left. Lists only what lies at or behind `from`. Bundles of prunes have ids of their own and do not count.
   */
  async highestBundleId(from: BundleId, options: IoOptions = {}): Promise<BundleId | undefined> {
    return this.#highest(
      this.names.bundlePrefix,
      from,
      (id) => this.names.bundle(id),
      (name) => {
        const id = this.names.bundleIdOf(name);
        return id !== undefined && id < FIRST_REWRITTEN_BUNDLE ? id : undefined;
      },
      options,
    );
  }

  /** As `highestBundleId`, for content ids of lone blobs. */
  async highestBlobId(from: ContentId, options: IoOptions = {}): Promise<ContentId | undefined> {
    return this.#highest(
      this.names.blobPrefix,
      from,
      (id) => this.names.blob(id),
      (name) => this.names.blobIdOf(name),
      options,
    );
  }

  async #highest<T extends number>(
    prefix: string,
    from: T,
    nameOf: (id: T) => string,
    idOf: (name: string) => T | undefined,
    options: IoOptions,
  ): Promise<T | undefined> {
    const after = from > 0 ? nameOf((from - 1) as T) : undefined;
    let highest: T | undefined;
    for await (const { name } of this.objects.list(prefix, { signal: options.signal, after })) {
      highest = idOf(name) ?? highest;
    }
    return highest;
  }

  async #required(name: string, options: IoOptions): Promise<Uint8Array> {
    const object = await this.objects.get(name, options);
    if (object === undefined) throw damaged(name, "is missing");
    return object;
  }

  async #refusePublished(snapshot: SnapshotNumber, options: IoOptions): Promise<void> {
    if (this.#unpublished === snapshot) return;
    if (await this.objects.stat(this.names.manifest(snapshot), options)) throw this.#published(snapshot);
    this.#unpublished = snapshot;
  }

  #published(snapshot: SnapshotNumber): SharestrataError {
    const share = formatShareName(this.share);
    return new SharestrataError("ALREADY_EXISTS", `Snapshot ${snapshot} of ${share} is in the store already.`, {
      share,
      snapshot,
    });
  }
}
