import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashIndex } from "../../../catalog/hashed/hash-index.js";
import {
  encodeHashPage,
  entriesPerPage,
  HASH_BYTES,
  HashPage,
  type HashEntry,
} from "../../../catalog/hashed/hash-page.js";
import { PAGE_BYTES } from "../../../catalog/page.js";
import { DamagedError } from "../../../core/errors.js";
import { temporaryDirectory } from "../../support/tmp.js";

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest().subarray(0, HASH_BYTES);

/** Some share long beginnings. */
const hash = fc.oneof(
  fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES }),
  fc.uint8Array({ minLength: 2, maxLength: 2 }).map((end) => Uint8Array.of(...new Uint8Array(14).fill(7), ...end)),
  fc.constantFrom(new Uint8Array(HASH_BYTES), new Uint8Array(HASH_BYTES).fill(255)),
);
const entry = fc.record({ hash: hash.map((bytes) => Buffer.from(bytes)), value: fc.nat({ max: 2 ** 45 }) });
const hex = ({ hash: bytes }: HashEntry): string => bytes.toString("hex");
const sorted = fc
  .uniqueArray(entry, { minLength: 1, maxLength: 700, selector: hex, size: "max" })
  .map((all) => all.toSorted((a, b) => Buffer.compare(a.hash, b.hash)));

describe("a page of hashes", () => {
  it("finds each of as many as fit, and nothing else", () => {
    fc.assert(
      fc.property(sorted, fc.array(entry, { maxLength: 10 }), (all, others) => {
        const count = entriesPerPage(all, 0);
        const bytes = encodeHashPage(all, 0, count);
        expect(bytes.length).toBeLessThanOrEqual(PAGE_BYTES);
        const page = new HashPage(bytes);
        expect([...page.entries()]).toEqual(all.slice(0, count));
        for (const one of [...all, ...others]) {
          expect(page.find(one.hash)).toBe(all.slice(0, count).find((known) => hex(known) === hex(one))?.value);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("tells any flipped bit and any missing byte", () => {
    fc.assert(
      fc.property(sorted, fc.nat(), fc.nat({ max: 7 }), (all, position, bit) => {
        const page = encodeHashPage(all, 0, entriesPerPage(all, 0));
        const at = position % page.length;
        const flipped = Buffer.from(page);
        flipped[at]! ^= 1 << bit;
        expect(() => new HashPage(flipped)).toThrow(DamagedError);
        expect(() => new HashPage(page.subarray(0, at))).toThrow(DamagedError);
      }),
    );
  });
});

describe("an index of hashes", () => {
  it("answers as a map would, before and after it is packed, and when it is opened again", async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.array(entry, { maxLength: 400, size: "max" }) },
      { weight: 1, arbitrary: fc.constantFrom("settle" as const, "reopen" as const, "claim" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        await using folder = await temporaryDirectory();
        let index = new HashIndex(folder.path);
        const naive = new Map<string, HashEntry>();
        for (const what of steps) {
          if (what === "settle") await index.settle();
          else if (what === "claim") index.claimed();
          else if (what === "reopen") {
            await index[Symbol.asyncDispose]();
            index = new HashIndex(folder.path);
          } else {
            await index.add(what);
            for (const one of what) naive.set(hex(one), one);
          }
        }
        for (const one of naive.values()) expect(index.get(one.hash)).toBe(one.value);
        expect(index.get(hashOf("nobody"))).toBeUndefined();
        await index[Symbol.asyncDispose]();
      }),
      { numRuns: 25 },
    );
  });

  it("takes less than 24 bytes an entry once it is settled", async () => {
    await using folder = await temporaryDirectory();
    await using index = new HashIndex(folder.path);
    const count = 100_000;
    for (let from = 0; from < count; from += 5000) {
      await index.add(Array.from({ length: 5000 }, (_, at) => ({ hash: hashOf(`${from + at}`), value: from + at })));
    }
    await index.settle();
    for (let at = 0; at < count; at += 997) expect(index.get(hashOf(`${at}`))).toBe(at);
    const copy = folder.join("copy");
    await index.copyTo(copy);
    expect(statSync(`${copy}/data.mdb`).size / count).toBeLessThan(22);
    expect((statSync(folder.join("data.mdb")).blocks * 512) / count).toBeLessThan(60);
  });
});
