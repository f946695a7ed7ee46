// Every codec of the catalog fed with bytes that nobody wrote, under checksums that are right: what comes out is what the types
// promise, or a DamagedError; never another error, and never a loop without end.
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader, ByteWriter } from "../../catalog/bytes.js";
import { decodeLeaf, findSection, lastDirectoryOf, verifyLeaf } from "../../catalog/leaf/leaf.js";
import { LEAF_FORMAT } from "../../catalog/leaf/leaf-format.js";
import { decodeSection, encodeSection } from "../../catalog/leaf/section.js";
import type { LeafEntry } from "../../catalog/leaf/leaf-entry.js";
import { placeRecords } from "../../catalog/packed/places.js";
import { encodePage, RecordPage } from "../../catalog/packed/record-page.js";
import type { PackedRecord, RecordCodec } from "../../catalog/packed/record.js";
import { runRecords } from "../../catalog/packed/runs.js";
import { stampRecords } from "../../catalog/packed/stamps.js";
import { PAGE_BYTES } from "../../catalog/pages/meta-page.js";
import { pageProblem, TreePage } from "../../catalog/pages/tree-page.js";
import { decodeSnapshot } from "../../catalog/snapshot-codec.js";
import { bundleRangeValue, foreignValue, listValue, posixValue, segmentRangeValue } from "../../catalog/values.js";
import { DamagedError } from "../../core/errors.js";
import type { NodeId } from "../../core/ids.js";

const NUM_RUNS = 4000;
const LATEST_SNAPSHOT = 0xffff_ffff;

/** Bytes among which long varints and small numbers are frequent. */
const byte = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff));
const bytes = fc.array(byte, { maxLength: 120 }).map((all) => Buffer.from(all));
const change = fc.tuple(fc.nat(), byte);
const changes = fc.array(change, { minLength: 1, maxLength: 5 });

/** Numbers as they would be written, also such as nobody would write. */
const numbers = fc
  .array(fc.oneof(fc.nat({ max: 9 }), fc.maxSafeNat(), fc.nat({ max: 2 ** 34 })), { maxLength: 24 })
  .map((all) => {
    const writer = new ByteWriter();
    for (const number of all) writer.varint(number);
    return writer.finish();
  });

/** @returns undefined when it is damaged */
function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(DamagedError);
    return undefined;
  }
}

function expectId(value: number, most = Number.MAX_SAFE_INTEGER): void {
  // An expectation of every number would take longer than all the rest.
  if (!Number.isSafeInteger(value) || value < 0 || value > most) expect.unreachable(`${value} is out of range`);
}

function mutated(original: Buffer, all: readonly (readonly [number, number])[], from = 0): Buffer {
  const copy = Buffer.from(original);
  for (const [position, value] of all) copy[from + (position % (copy.length - from))] = value;
  return copy;
}

function sealed(content: Buffer): Buffer {
  const page = Buffer.concat([Buffer.alloc(4), content]);
  page.writeUInt32LE(crc32(content), 0);
  return page;
}

function expectEntry(entry: LeafEntry): void {
  for (const value of [entry.nodeId, entry.version, entry.until, entry.sizeBytes, entry.contentId, entry.posixId]) {
    expectId(value);
  }
  expectId(entry.until, LATEST_SNAPSHOT);
  expect(Buffer.byteLength(entry.name)).toBeLessThanOrEqual(3 * 1024);
}

describe("whatever bytes it is given", () => {
  it("a reader of bytes ends with values in range or with DamagedError", () => {
    const step = fc.constantFrom("byte", "varint", "signed", "uint32", "uint64", "int64", "text", "into", "end");
    const run = (): void =>
      fc.assert(
        fc.property(bytes, fc.array(step, { maxLength: 20 }), (input, steps) => {
          const reader = new ByteReader(input, "test");
          attempt(() => {
            for (const one of steps) {
              if (one === "into") reader.bytesInto(Buffer.alloc(16), 4, 8);
              else if (one === "varint") expectId(reader.varint());
              else if (one === "signed") expect(Number.isSafeInteger(reader.signed())).toBe(true);
              else reader[one]();
            }
          });
        }),
        { numRuns: NUM_RUNS },
      );
    expect(run).not.toThrow();
  });

  it("a section gives entries in range or DamagedError", () => {
    const entries = [0, 1, 2, 3].map((index) => ({
      name: `a name ${index >> 1}`,
      kind: index === 3 ? "directory" : "file",
      nodeId: 40 + (index >> 1),
      version: 90 - index,
      until: index % 2 === 0 ? 0 : 5,
      mtimeNs: 1_700_000_000_123_456_700n + BigInt(index),
      sizeBytes: index === 3 ? 0 : 1000 * index,
      contentId: index === 3 ? 0 : 70 + index,
      xorhash: 5n,
      signature: 9,
      posixId: index,
    })) as unknown as LeafEntry[];
    const { bytes: body } = encodeSection({ directory: 12 as NodeId, entries });
    const input = fc.oneof(
      bytes,
      // Behind the head of the section a past entry "a" whose end may be any number.
      numbers.map((end) => Buffer.concat([body.subarray(0, 9), Buffer.of(0x41, 0, 1, 0x61), end, Buffer.alloc(9)])),
      changes.map((all) => mutated(body, all)),
    );
    fc.assert(
      fc.property(input, fc.constantFrom(0, 12, Number.MAX_SAFE_INTEGER), (of, directory) => {
        const section = { directory: directory as NodeId, bytes: of, start: 0, end: of.length };
        attempt(() => decodeSection(section))?.forEach(expectEntry);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it("a leaf gives sections that lie within it or DamagedError", () => {
    fc.assert(
      fc.property(bytes, fc.nat({ max: 300 }), (content, directory) => {
        const leaf = sealed(Buffer.concat([Buffer.of(LEAF_FORMAT), content]));
        attempt(() => findSection(verifyLeaf(leaf), directory as NodeId)?.next());
        attempt(() => lastDirectoryOf(leaf));
        for (const section of attempt(() => decodeLeaf(verifyLeaf(leaf))) ?? []) {
          expectId(section.directory);
          expect(section.end).toBeLessThanOrEqual(leaf.length);
          attempt(() => decodeSection(section))?.forEach(expectEntry);
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });

  const suite = <R extends PackedRecord>(codec: RecordCodec<R>, records: readonly R[]): void => {
    it(`a page of ${codec.name} gives records in range or DamagedError`, () => {
      const page = encodePage(codec, records).subarray(4);
      const input = fc.oneof(
        bytes,
        // One group, which begins behind the header.
        numbers.map((group) => Buffer.concat([Buffer.of(1, 0, 8, 0), group])),
        changes.map((all) => mutated(page, all)),
      );
      fc.assert(
        fc.property(input, fc.nat({ max: 100 }), (content, nodeId) => {
          const read = attempt(() => new RecordPage(codec, sealed(content)));
          if (!read) return;
          attempt(() => read.floor({ nodeId, since: 3 }));
          for (const record of attempt(() => [...read.records()]) ?? []) {
            expectId(record.nodeId);
            expectId(record.since, LATEST_SNAPSHOT);
            if ("parentId" in record) expectId(record.parentId as number);
          }
        }),
        { numRuns: NUM_RUNS },
      );
    });
  };
  const numbered = Array.from({ length: 70 }, (_, index) => ({ nodeId: 3 + index, since: 1 + (index % 3) }));
  const placed = numbered.map((one) => ({ ...one, parentId: one.nodeId - 1, name: `name ${one.nodeId}` }));
  suite(placeRecords, placed as never);
  suite(runRecords, placed.map((one) => ({ ...one, since: 0 })) as never);
  suite(stampRecords, numbered as never);

  it("values of the smaller tables are in range or DamagedError", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        for (const codec of [bundleRangeValue, segmentRangeValue, posixValue]) {
          Object.values(attempt(() => codec.decode(input)) ?? {}).forEach((number: number) => expectId(number));
        }
        const owner = attempt(() => foreignValue.decode(input));
        if (owner) expectId(owner.contentId);
        attempt(() => listValue.decode(input))?.parts.forEach((part) =>
          Object.values(part).forEach((value) => expectId(value)),
        );
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it("a snapshot's record is one or DamagedError", () => {
    const run = (): void =>
      fc.assert(
        fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
          attempt(() => decodeSnapshot(text));
        }),
      );
    expect(run).not.toThrow();
  });

  it("a page of LMDB that is said to be sound leads nowhere outside itself and the file", () => {
    const limits = { lastPage: 90, transaction: 12 };
    // Two nodes that fill a page from its end, then changed here and there.
    const page = Buffer.alloc(PAGE_BYTES);
    page.writeBigUInt64LE(7n, 0);
    page.writeUInt16LE(2, 18);
    page.writeUInt16LE(4, 20);
    page.writeUInt16LE(4032, 22);
    page.writeUInt16LE(4052, 24);
    page.writeUInt16LE(4032, 26);
    for (const node of [4052, 4032]) {
      page.writeUInt32LE(4, 24 + node);
      page.writeUInt16LE(8, 24 + node + 6);
    }
    expect(pageProblem(page, 7, true, limits)).toBeUndefined();
    const place = fc.oneof(fc.integer({ min: 18, max: 30 }), fc.integer({ min: 4056, max: 4095 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(place, byte), { maxLength: 4 }), fc.boolean(), (all, isLeaf) => {
        const copy = Buffer.from(page);
        for (const [at, value] of all) copy[at] = value;
        if (pageProblem(copy, 7, isLeaf, limits) !== undefined) return;
        const sound = new TreePage(copy);
        for (let index = 0; index < sound.count; index++) {
          const key = sound.key(index);
          if (!isLeaf) expect(sound.child(index)).toBeLessThanOrEqual(limits.lastPage);
          else {
            expect(key.length).toBeGreaterThan(0);
            const value = sound.value(index);
            if (!Buffer.isBuffer(value)) expect(value.page + value.pages - 1).toBeLessThanOrEqual(limits.lastPage);
            else expect(value.byteOffset + value.length).toBeLessThanOrEqual(copy.byteOffset + PAGE_BYTES);
          }
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
