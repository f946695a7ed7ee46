import fc from "fast-check";
import { open, type Database } from "lmdb";
import { describe, expect, it } from "vitest";
import { PackedTable } from "../../../catalog/packed/packed-table.js";
import { placeRecords, type PlaceRecord } from "../../../catalog/packed/places.js";
import { encodePage, RecordPage } from "../../../catalog/packed/record-page.js";
import { compareRecords, type PackedRecord, type RecordCodec } from "../../../catalog/packed/record.js";
import { runRecords, type RunRecord } from "../../../catalog/packed/runs.js";
import { stampRecords, type StampRecord } from "../../../catalog/packed/stamps.js";
import { PAGE_BYTES } from "../../../catalog/page.js";
import { DamagedError } from "../../../core/errors.js";
import { temporaryDirectory } from "../../support/tmp.js";

const nodeId = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 2 ** 44 }));
const since = fc.integer({ min: 0, max: 2 ** 31 });
const name = fc.oneof(
  fc.constant(""),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("Bericht", "Berichte"),
);
const place = fc.record({ nodeId, since, parentId: nodeId, name }) as unknown as fc.Arbitrary<PlaceRecord>;
const run = fc.record({ nodeId, since: fc.constant(0), parentId: nodeId, name }) as unknown as fc.Arbitrary<RunRecord>;
const stamp = fc.record({ nodeId, since }) as unknown as fc.Arbitrary<StampRecord>;

async function inDatabase(use: (database: Database<Buffer, Buffer>) => Promise<void>): Promise<void> {
  await using folder = await temporaryDirectory();
  const environment = open({ path: folder.path, noSubdir: false });
  try {
    await use(environment.openDB<Buffer, Buffer>({ name: "t", encoding: "binary", keyEncoding: "binary" }));
  } finally {
    await environment.close();
  }
}

describe("a packed table that one reads while another writes", () => {
  it("answers as of a published snapshot what it did when that was published, from whatever page it remembers", async () => {
    const changed = fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 400 });
    const asked = fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(changed, asked), { minLength: 1, maxLength: 8 }), (snapshots) =>
        inDatabase(async (database) => {
          const writer = new PackedTable(database, stampRecords);
          const reader = new PackedTable(database, stampRecords);
          for (const [index, [nodes, probes]] of snapshots.entries()) {
            const published = index + 1;
            const puts = nodes.toSorted((a, b) => a - b).map((id) => ({ nodeId: id, since: published }) as StampRecord);
            await database.transaction(() => writer.change(puts));
            for (const id of probes) {
              for (let at = 0; at <= published; at++) {
                const expected = snapshots.findLastIndex(([had], n) => n < at && had.includes(id)) + 1;
                expect(reader.newestAsOf(id, at)?.since ?? 0).toBe(expected);
              }
            }
          }
        }),
      ),
      { numRuns: 40 },
    );
  });
});

function suite<R extends PackedRecord>(codec: RecordCodec<R>, record: fc.Arbitrary<R>): void {
  describe(`a packed table of ${codec.name}`, () => {
    it("holds what a sorted list would, whatever order records come in", async () => {
      const batches = fc.array(fc.array(record, { maxLength: 300 }), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(batches, fc.array(record, { maxLength: 20 }), (all, probes) =>
          inDatabase(async (database) => {
            const table = new PackedTable(database, codec);
            const naive = new Map<string, R>();
            for (const batch of all) {
              const puts = [...new Map(batch.map((one) => [`${one.nodeId} ${one.since}`, one])).values()];
              puts.sort(compareRecords);
              await database.transaction(() => table.change(puts));
              for (const put of puts) naive.set(`${put.nodeId} ${put.since}`, put);
            }
            const sorted = [...naive.values()].toSorted(compareRecords);
            expect([...table.from({ nodeId: 0, since: 0 })]).toEqual(sorted);
            const floorOf = table.floors();
            for (const probe of [...probes, ...sorted]) {
              expect(floorOf(probe)).toEqual(sorted.findLast((one) => compareRecords(one, probe) <= 0));
            }
            for (const probe of [...probes, ...sorted.slice(0, 20)]) {
              expect(table.floor(probe)).toEqual(sorted.findLast((one) => compareRecords(one, probe) <= 0));
              expect(table.newest(probe.nodeId, probe.since)).toEqual(
                sorted.findLast((one) => one.nodeId === probe.nodeId && one.since <= probe.since),
              );
              expect([...table.of(probe.nodeId)]).toEqual(sorted.filter((one) => one.nodeId === probe.nodeId));
            }
            for (const { value } of database.getRange()) expect(value.length).toBeLessThanOrEqual(PAGE_BYTES);
          }),
        ),
        { numRuns: 25 },
      );
    });

    it("tells any flipped bit and any missing byte of a page", () => {
      const records = fc.array(record, { minLength: 1, maxLength: 100 }).map((all) => all.toSorted(compareRecords));
      fc.assert(
        fc.property(records, fc.nat(), fc.nat({ max: 7 }), (all, position, bit) => {
          const page = encodePage(codec, all);
          const at = position % page.length;
          const flipped = Buffer.from(page);
          flipped[at]! ^= 1 << bit;
          expect(() => new RecordPage(codec, flipped)).toThrow(DamagedError);
          expect(() => new RecordPage(codec, page.subarray(0, at))).toThrow(DamagedError);
        }),
      );
    });

    it("whose group is damaged behind a right checksum ends in an error or in records, never in a hang", () => {
      const records = fc.array(record, { minLength: 1, maxLength: 32 }).map((all) => all.toSorted(compareRecords));
      const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(records, damage, (all, changes) => {
          const bytes = codec.encode(all);
          for (const [position, value] of changes) bytes[position % bytes.length] = value;
          try {
            for (const cursor = codec.cursor(bytes, 0, bytes.length); cursor.next();) cursor.record();
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedError);
          }
        }),
        { numRuns: 1000 },
      );
    });
  });
}

suite(placeRecords, place);
suite(runRecords, run);
suite(stampRecords, stamp);
