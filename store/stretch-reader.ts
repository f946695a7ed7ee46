/**
 * Reads small blobs of a store that is far away: with each, its neighbours in the bundle, in one range read. Whoever asks for a
 * neighbour meanwhile waits for the same read. The first read in a bundle is short, since it may be for one file alone; whoever goes on where
 * the last one ended gets long ones.
 */
import { LRUCache } from "lru-cache";
import type { BundleId, ContentId } from "../core/ids.js";
import type { BundleIndex, BundleMember } from "./bundles/bundle-index.js";
import { decodeMember, memberOf } from "./bundles/bundle-reader.js";
import { stretchFrom, type Stretch } from "./bundles/stretch.js";
import type { BlobCodec } from "./content/codec.js";
import type { ShareStore } from "./share-store.js";

/** What becomes of the blobs that are read along with one. */
export interface Neighbours {
  /** How much of them can be kept at a time. */
  readonly roomBytes: number;
  /** Whether a blob would be kept: what is there already is not read again. */
  isWanted(contentId: ContentId): boolean;
  /** @param blob verified */
  keep(contentId: ContentId, blob: Uint8Array): void;
}

const FIRST_BYTES = 1024 * 1024;
const NEXT_BYTES = 8 * 1024 * 1024;
/** Bundles of which it is known where reading ended. */
const BUNDLES_KNOWN = 64;
/** What is decoded before others get their turn. */
const BYTES_PER_TURN = 256 * 1024;

interface Flight extends Stretch {
  /** Of the first blob in it, within the object. */
  readonly offset: number;
  /** Undefined when the object is gone. */
  readonly bytes: Promise<Uint8Array | undefined>;
}

export class StretchReader {
  readonly #store: Pick<ShareStore, "objects" | "names" | "sealing">;
  readonly #codec: BlobCodec;
  readonly #flights = new Map<BundleId, Flight[]>();
  /** Where the last stretch of a bundle ended: the position behind it. */
  readonly #ends = new LRUCache<BundleId, number>({ max: BUNDLES_KNOWN });

  constructor(store: Pick<ShareStore, "objects" | "names" | "sealing">, codec: BlobCodec) {
    this.#store = store;
    this.#codec = codec;
  }

  /**
   * @returns the blob, verified; neighbours are kept afterwards, those that are damaged excepted
   * @throws DamagedError, StoreError
   */
  async read(
    bundleId: BundleId,
    index: BundleIndex,
    contentId: ContentId,
    neighbours: Neighbours,
  ): Promise<Uint8Array> {
    const { names } = this.#store;
    const member = memberOf(index, names.bundle(bundleId), contentId);
    const position = index.positionOf(contentId);
    const underWay = this.#flights.get(bundleId)?.find(({ first, last }) => first <= position && position <= last);
    const flight = underWay ?? this.#start(bundleId, index, position, neighbours);
    return this.#decode(bundleId, member, flight);
  }

  #start(bundleId: BundleId, index: BundleIndex, position: number, neighbours: Neighbours): Flight {
    const isNext = this.#ends.get(bundleId) === position;
    const limits = { storedBytes: isNext ? NEXT_BYTES : FIRST_BYTES, plainBytes: neighbours.roomBytes };
    const stretch = stretchFrom(index, position, limits, (at) => {
      const contentId = index.at(at)?.contentId;
      return contentId !== undefined && neighbours.isWanted(contentId);
    });
    const [first, last] = [index.at(stretch.first), index.at(stretch.last)];
    if (!first || !last) throw new RangeError("a stretch leads out of its bundle");
    const { objects, names } = this.#store;
    const length = last.offset + last.storedBytes - first.offset;
    const bytes = objects.getRange(names.bundle(bundleId), first.offset, length);
    const flight: Flight = { ...stretch, offset: first.offset, bytes };
    this.#ends.set(bundleId, stretch.last + 1);
    this.#flights.set(bundleId, [...(this.#flights.get(bundleId) ?? []), flight]);
    void this.#keepNeighbours(bundleId, index, flight, position, neighbours);
    return flight;
  }

  async #keepNeighbours(
    bundleId: BundleId,
    index: BundleIndex,
    flight: Flight,
    position: number,
    neighbours: Neighbours,
  ): Promise<void> {
    try {
      await flight.bytes;
      let sinceTurn = 0;
      for (let at = flight.first; at <= flight.last; at++) {
        const member = at === position ? undefined : index.at(at);
        if (!member || !neighbours.isWanted(member.contentId)) continue;
        if ((sinceTurn += member.plainBytes) > BYTES_PER_TURN) {
          sinceTurn = 0;
          await new Promise((resolve) => setImmediate(resolve));
        }
        const blob = await this.#decode(bundleId, member, flight).catch(() => undefined);
        // Whoever asks for a damaged one is told.
        if (blob) neighbours.keep(member.contentId, blob);
      }
    } catch {
      // Whoever has asked is told by the same promise.
    } finally {
      const left = (this.#flights.get(bundleId) ?? []).filter((other) => other !== flight);
      if (left.length > 0) this.#flights.set(bundleId, left);
      else this.#flights.delete(bundleId);
    }
  }

  async #decode(bundleId: BundleId, member: BundleMember, { offset, bytes }: Flight): Promise<Uint8Array> {
    const { names, sealing } = this.#store;
    const start = member.offset - offset;
    const stored = (await bytes)?.subarray(start, start + member.storedBytes);
    const plain = await decodeMember(names.bundle(bundleId), member, stored, this.#codec, sealing);
    // What was stored as it is would keep the whole stretch in memory.
    return plain.buffer === stored?.buffer ? Uint8Array.prototype.slice.call(plain) : plain;
  }
}
