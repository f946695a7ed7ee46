// Segments whose checksums are right and whose records are not: written by somebody who may write to the store, but not by
// this program. Each is refused by the codec, with an error that names the object.
import { expect, it } from "vitest";
import { DamagedError } from "../../core/errors.js";
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { ContentRecord, NodePut } from "../../core/node.js";
import type { TimeNs } from "../../core/time.js";
import { PLAIN } from "../../store/crypto/plain-sealing.js";
import { listHash } from "../../store/content/list-hash.js";
import { decodeEnvelope, encodeEnvelope } from "../../store/envelope.js";
import { decodeSegment, encodeSegment } from "../../store/segments/segment-codec.js";

const NAME = "acme/docs/segments/1/0";
const place = { snapshot: 1 as SnapshotNumber, number: 0 };
/** Numbers that stand nowhere else in the segment. */
const NODE = 0x11_2233_4455;
const PARENT = 0x22_3344_5566;
const CONTENT = 0x33_4455_6677;
const VERSION = 0x44_5566_7788;

const put: NodePut = {
  entry: {
    nodeId: NODE as NodeId,
    parentId: PARENT as NodeId,
    name: "a name",
    kind: "file",
    sizeBytes: 10,
    mtimeNs: 1n as TimeNs,
    xorhash: 3n,
    signature: 4,
    contentId: CONTENT as ContentId,
    posix: undefined,
    sourceId: undefined,
  },
  metadata: {},
  movedFrom: undefined,
};

/** Of the first of two parts. */
const PART_SHA256 = Buffer.alloc(32, 0xa5);
const partSha256s = Buffer.concat([PART_SHA256, Buffer.alloc(32, 0x5a)]);
const list: ContentRecord = {
  kind: "list",
  contentId: 9 as ContentId,
  sizeBytes: 7,
  sha256: listHash(partSha256s),
  parts: [
    { contentId: 7 as ContentId, sizeBytes: 3 },
    { contentId: 8 as ContentId, sizeBytes: 4 },
  ],
  partSha256s,
};

/** A whole segment in which some bytes were put in the place of others, sealed as if it had been written so. */
function forged(from: Buffer, to: Buffer): Uint8Array {
  const batch = { firstVersion: VERSION as VersionNumber, bundles: [], contents: [list], removals: [], puts: [put] };
  const payload = Buffer.from(decodeEnvelope("segment", NAME, encodeSegment(NAME, place, batch, PLAIN), PLAIN));
  const at = payload.indexOf(from);
  expect(at).toBeGreaterThan(0);
  expect(payload.indexOf(from, at + 1)).toBe(-1);
  to.copy(payload, at);
  return encodeEnvelope("segment", NAME, payload, PLAIN);
}

function word(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const beyond = word(2n ** 53n);
const forgeries: readonly (readonly [string, Buffer, Buffer])[] = [
  ["a name with a slash", Buffer.from("a name"), Buffer.from("a/name")],
  ["a name with a NUL", Buffer.from("a name"), Buffer.from("a\0name")],
  ["a name that is no UTF-8", Buffer.from("a name"), Buffer.from("a\xffname", "latin1")],
  ["a part whose SHA-256 does not lead to that of its list", PART_SHA256, Buffer.alloc(32)],
  ["a node beyond the safe range", word(NODE), beyond],
  ["a node 0", word(NODE), word(0)],
  ["a second root", word(NODE), word(1)],
  ["a parent beyond the safe range", word(PARENT), beyond],
  ["no parent", word(PARENT), word(0)],
  ["content beyond the safe range", word(CONTENT), beyond],
  ["versions beyond the safe range", word(VERSION), word(2n ** 64n - 1n)],
];

it.each(forgeries)("a segment with %s is refused by name", (_, from, to) => {
  const object = forged(from, to);
  expect(() => decodeSegment(NAME, place, object, PLAIN)).toThrow(DamagedError);
  expect(() => decodeSegment(NAME, place, object, PLAIN)).toThrow(NAME);
});
