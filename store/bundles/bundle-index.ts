/**
 * The index of a bundle: which blobs it holds, where, how long and with which SHA-256. In memory it is a few typed
 * arrays (57 bytes a blob), because many of them are kept; on disk it is FlatBuffers in an envelope that binds it
 * to the bundle's name. Content ids ascend strictly, and so do the places: no two blobs overlap.
 */
import { Builder, ByteBuffer } from "flatbuffers";
import { DamagedError } from "../../core/errors.js";
import type { BundleId, ContentId } from "../../core/ids.js";
import {
  BundleIndex as IndexTable,
  BundleMember as MemberTable,
  Codec as CodecNumber,
} from "../../schemas/generated/bundle_generated.js";
import { addSha256, addTables, uint32, uint64 } from "../building.js";
import { CODEC_NUMBERS, codecOf, type CodecName } from "../content/codec.js";
import type { Sealing } from "../crypto/sealing.js";
import { damaged, FORMAT_VERSION, decodeEnvelope, encodeEnvelope } from "../envelope.js";
import { checkFormat, checkIdentifier, decoding, positiveId, id, SHA256_BYTES, vector } from "../fields.js";

const IDENTIFIER = "SSBI";
const BYTES_PER_MEMBER = 96;

export interface BundleMember {
  readonly contentId: ContentId;
  /** Of the stored bytes, from the start of the object. */
  readonly offset: number;
  readonly storedBytes: number;
  readonly plainBytes: number;
  readonly codec: CodecName;
  /** 32 bytes, of the plain bytes. */
  readonly sha256: Uint8Array;
}

export class BundleIndex {
  readonly #ids: Float64Array;
  readonly #offsets: Float64Array;
  readonly #storedBytes: Uint32Array;
  readonly #plainBytes: Uint32Array;
  readonly #codecs: Uint8Array;
  readonly #hashes: Uint8Array;

  /** @param members by ascending content id */
  constructor(members: readonly BundleMember[]) {
    const count = members.length;
    this.#ids = Float64Array.from(members, ({ contentId }) => contentId);
    this.#offsets = Float64Array.from(members, ({ offset }) => offset);
    this.#storedBytes = Uint32Array.from(members, ({ storedBytes }) => storedBytes);
    this.#plainBytes = Uint32Array.from(members, ({ plainBytes }) => plainBytes);
    this.#codecs = Uint8Array.from(members, ({ codec }) => CODEC_NUMBERS[codec]);
    this.#hashes = new Uint8Array(count * SHA256_BYTES);
    for (const [i, { sha256 }] of members.entries()) this.#hashes.set(sha256, i * SHA256_BYTES);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** What it takes in memory, for caches. */
  get heldBytes(): number {
    return 512 + this.size * (8 + 8 + 4 + 4 + 1 + SHA256_BYTES);
  }

  /** @returns undefined when the bundle does not hold it */
  find(contentId: ContentId): BundleMember | undefined {
    return this.at(this.positionOf(contentId));
  }

  /** @returns −1 when the bundle does not hold it */
  positionOf(contentId: ContentId): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ids[middle] ?? 0) < contentId) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low] === contentId ? low : -1;
  }

  /** @param position 0 … size − 1, in the order in which the blobs lie in the bundle */
  at(position: number): BundleMember | undefined {
    const contentId = this.#ids[position];
    const codec = codecOf(this.#codecs[position] ?? 255);
    if (contentId === undefined || codec === undefined) return undefined;
    return {
      contentId: contentId as ContentId,
      offset: this.#offsets[position] ?? 0,
      storedBytes: this.#storedBytes[position] ?? 0,
      plainBytes: this.#plainBytes[position] ?? 0,
      codec,
      sha256: this.#hashes.subarray(position * SHA256_BYTES, (position + 1) * SHA256_BYTES),
    };
  }

  *[Symbol.iterator](): Generator<BundleMember, void> {
    for (let position = 0; position < this.size; position++) {
      const member = this.at(position);
      if (member) yield member;
    }
  }
}

/** @param name of the bundle's object @returns the index as it stands in the bundle, without padding and footer */
export function encodeBundleIndex(
  name: string,
  bundleId: BundleId,
  members: readonly BundleMember[],
  sealing: Sealing,
): Uint8Array {
  const builder = new Builder(256 + members.length * BYTES_PER_MEMBER);
  const tables = addTables(
    builder,
    members.map((member) => encodeMember(builder, member)),
  );
  const root = IndexTable.createBundleIndex(builder, FORMAT_VERSION, uint64(bundleId), tables);
  builder.finish(root, IDENTIFIER);
  return encodeEnvelope("bundleIndex", name, builder.asUint8Array(), sealing);
}

function encodeMember(builder: Builder, member: BundleMember): number {
  const sha256 = addSha256(builder, member.sha256);
  return MemberTable.createBundleMember(
    builder,
    uint64(member.contentId),
    uint64(member.offset),
    uint32(member.storedBytes),
    uint32(member.plainBytes),
    member.codec === "zstd" ? CodecNumber.Zstd : CodecNumber.Stored,
    sha256,
  );
}

/**
 * @param dataBytes where the index member begins: every blob ends before
 * @throws DamagedError naming the bundle; SharestrataError `NEWER_FORMAT`
 */
export function decodeBundleIndex(
  name: string,
  bundleId: BundleId,
  bytes: Uint8Array,
  dataBytes: number,
  sealing: Sealing,
): BundleIndex {
  const payload = decodeEnvelope("bundleIndex", name, bytes, sealing);
  return decoding(name, () => {
    const buffer = new ByteBuffer(payload);
    checkIdentifier(name, buffer, IDENTIFIER);
    const table = IndexTable.getRootAsBundleIndex(buffer);
    checkFormat(name, table.format());
    if (table.bundleId() !== BigInt(bundleId)) throw damaged(name, `is bundle ${table.bundleId()}`);
    const members = vector(buffer, table.membersLength(), (index) => table.members(index), decodeMember);
    checkPlaces(members, dataBytes);
    return new BundleIndex(members);
  });
}

function decodeMember(table: MemberTable): BundleMember {
  const codec = codecOf(table.codec());
  const sha256 = table.sha256Array();
  if (codec === undefined || sha256?.length !== SHA256_BYTES) {
    throw new DamagedError("an entry of the index has an unknown codec or no SHA-256", { where: "index" });
  }
  return {
    contentId: positiveId<ContentId>(table.contentId(), "a content id"),
    offset: id(table.offset(), "an offset"),
    storedBytes: table.storedSize(),
    plainBytes: table.size(),
    codec,
    sha256,
  };
}

function checkPlaces(members: readonly BundleMember[], dataBytes: number): void {
  let lastId = 0;
  let end = 0;
  for (const { contentId, offset, storedBytes } of members) {
    if (contentId <= lastId) throw new DamagedError("the index is not in order", { where: "index" });
    if (offset < end || offset + storedBytes > dataBytes) {
      throw new DamagedError(`the place of blob ${contentId} overlaps with another`, { where: "index" });
    }
    lastId = contentId;
    end = offset + storedBytes;
  }
}
