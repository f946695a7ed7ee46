/**
 * Where everything of a share lies in the store. Names are made of ids, never of paths, and all ids in them have a
 * fixed width, so that objects sort like their ids and the newest of a kind is found by listing from a known one.
 */
import {
  hexId,
  type BundleId,
  type ContentId,
  type FencingNumber,
  type PruneNumber,
  type SnapshotNumber,
} from "../core/ids.js";
import { formatShareName, type ShareName } from "../core/names.js";
import { isKeySlotId, type KeySlotId } from "./crypto/key-slot.js";

/** Objects in one folder of bundles or blobs: the last three hexadecimal digits of an id. */
const FOLDER_DIGITS = 11;
const NUMBER_DIGITS = 10;

/** The object names of one share. Numbers of snapshots, segments, leases and prune records are ten decimal digits, ids 14 hexadecimal ones. */
export class ObjectNames {
  readonly share: string;
  readonly latest: string;
  readonly bundlePrefix: string;
  readonly blobPrefix: string;
  readonly manifestPrefix: string;
  readonly checkpointRoot: string;
  readonly leasePrefix: string;
  readonly prunePrefix: string;
  readonly keyPrefix: string;

  constructor(name: ShareName) {
    const root = formatShareName(name);
    this.share = `${root}/share.fb`;
    this.latest = `${root}/latest`;
    this.bundlePrefix = `${root}/bundles/`;
    this.blobPrefix = `${root}/blobs/`;
    this.manifestPrefix = `${root}/snapshots/`;
    this.checkpointRoot = `${root}/catalog/`;
    this.leasePrefix = `${root}/lease/`;
    this.prunePrefix = `${root}/prunes/`;
    this.keyPrefix = `${root}/keys/`;
    this.#segmentRoot = `${root}/segments/`;
  }

  readonly #segmentRoot: string;

  bundle(id: BundleId): string {
    return `${this.bundlePrefix}${folderOf(id)}/${hexId(id)}.tar`;
  }

  blob(id: ContentId): string {
    return `${this.blobPrefix}${folderOf(id)}/${hexId(id)}`;
  }

  manifest(number: SnapshotNumber): string {
    return `${this.manifestPrefix}${padded(number)}.fb`;
  }

  prune(number: PruneNumber): string {
    return `${this.prunePrefix}${padded(number)}.fb`;
  }

  segmentPrefix(snapshot: SnapshotNumber): string {
    return `${this.#segmentRoot}${padded(snapshot)}/`;
  }

  segment(snapshot: SnapshotNumber, number: number): string {
    return `${this.segmentPrefix(snapshot)}${padded(number)}.fb`;
  }

  checkpointPrefix(snapshot: SnapshotNumber): string {
    return `${this.checkpointRoot}${padded(snapshot)}/`;
  }

  /** The record, which sorts before the parts. */
  checkpoint(snapshot: SnapshotNumber): string {
    return `${this.checkpointPrefix(snapshot)}${CHECKPOINT_RECORD}`;
  }

  checkpointPart(snapshot: SnapshotNumber, number: number): string {
    return `${this.checkpointPrefix(snapshot)}parts/${padded(number)}`;
  }

  lease(number: FencingNumber): string {
    return `${this.leasePrefix}${padded(number)}.fb`;
  }

  key(slot: KeySlotId): string {
    return `${this.keyPrefix}${slot}.fb`;
  }

  /** The inverses: undefined for a name that this version would not have given. */
  bundleIdOf(name: string): BundleId | undefined {
    const id = idIn(name, this.bundlePrefix, 16, ".tar");
    return id !== undefined && this.bundle(id as BundleId) === name ? (id as BundleId) : undefined;
  }

  blobIdOf(name: string): ContentId | undefined {
    const id = idIn(name, this.blobPrefix, 16, "");
    return id !== undefined && this.blob(id as ContentId) === name ? (id as ContentId) : undefined;
  }

  manifestNumberOf(name: string): SnapshotNumber | undefined {
    const number = idIn(name, this.manifestPrefix, 10, ".fb") as SnapshotNumber | undefined;
    return number !== undefined && this.manifest(number) === name ? number : undefined;
  }

  leaseNumberOf(name: string): FencingNumber | undefined {
    const number = idIn(name, this.leasePrefix, 10, ".fb") as FencingNumber | undefined;
    return number !== undefined && this.lease(number) === name ? number : undefined;
  }

  pruneNumberOf(name: string): PruneNumber | undefined {
    const number = idIn(name, this.prunePrefix, 10, ".fb") as PruneNumber | undefined;
    return number !== undefined && this.prune(number) === name ? number : undefined;
  }

  keySlotOf(name: string): KeySlotId | undefined {
    const slot = name.slice(this.keyPrefix.length, -".fb".length);
    return isKeySlotId(slot) && this.key(slot) === name ? slot : undefined;
  }

  segmentNumberOf(snapshot: SnapshotNumber, name: string): number | undefined {
    const number = idIn(name, this.segmentPrefix(snapshot), 10, ".fb");
    return number !== undefined && this.segment(snapshot, number) === name ? number : undefined;
  }

  /** Of anything that lies in a checkpoint's folder. */
  checkpointSnapshotOf(name: string): SnapshotNumber | undefined {
    const digits = name.slice(this.checkpointRoot.length).split("/", 1)[0] ?? "";
    const snapshot = Number.parseInt(digits, 10) as SnapshotNumber;
    return Number.isSafeInteger(snapshot) && name.startsWith(this.checkpointPrefix(snapshot)) ? snapshot : undefined;
  }
}

const CHECKPOINT_RECORD = "checkpoint.fb";
const folderOf = (id: number): string => hexId(id).slice(0, FOLDER_DIGITS);
const padded = (number: number): string => number.toString().padStart(NUMBER_DIGITS, "0");

function idIn(name: string, prefix: string, radix: 10 | 16, suffix: string): number | undefined {
  if (!name.startsWith(prefix) || !name.endsWith(suffix)) return undefined;
  const text = name.slice(name.lastIndexOf("/") + 1, name.length - suffix.length);
  const id = Number.parseInt(text, radix);
  return Number.isSafeInteger(id) && id >= 0 ? id : undefined;
}
