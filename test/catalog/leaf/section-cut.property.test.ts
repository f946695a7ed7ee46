/** Sections cut in two and joined again without being decoded. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LeafEntry } from "../../../catalog/leaf/leaf-entry.js";
import { entryKey } from "../../../catalog/leaf/leaf-key.js";
import { cutSection, joinSections } from "../../../catalog/leaf/section-cut.js";
import { decodeSection, encodeSection, readSection } from "../../../catalog/leaf/section.js";
import type { NodeId } from "../../../core/ids.js";
import { anyEntries, nearlyFreshEntries } from "./support/entries.js";
import { bytesOf, rewritten } from "./support/rewritten.js";

const DIRECTORY = 77 as NodeId;
const entries = fc.oneof(anyEntries, nearlyFreshEntries);

describe("a section", () => {
  it("is cut before the first entry that does not fit, and what it is told by goes on in each part", () => {
    fc.assert(
      fc.property(entries, fc.nat({ max: 2500 }), (all, room) => {
        const section = encodeSection({ directory: DIRECTORY, entries: all });
        const { head, tail } = cutSection(section, room);
        const count = head ? decodeSection(head).length : 0;
        if (head) expect(head.end - head.start).toBeLessThanOrEqual(room);
        expect([...(head ? decodeSection(head) : []), ...(tail ? decodeSection(tail.section) : [])]).toEqual(all);
        if (!tail) return;
        const reader = readSection(section);
        for (let read = 0; read <= count; read++) reader.next();
        expect(reader.entryEnd).toBeGreaterThan(room);
        expect(bytesOf(tail.section).equals(rewritten(tail.section))).toBe(true);
        if (!head) return;
        const next = all[count] as LeafEntry;
        expect(tail.key).toEqual(entryKey(DIRECTORY, next, all[count - 1]?.name !== next.name));
      }),
      { numRuns: 500 },
    );
  });

  it("has no more entries in its head than it may", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const { head } = cutSection(encodeSection({ directory: DIRECTORY, entries: all }), 1e6, 1);
        expect(head && decodeSection(head)).toEqual(all.slice(0, 1));
      }),
    );
  });

  it("that is joined from two has the entries of both, told one by the other", () => {
    fc.assert(
      fc.property(entries, fc.nat({ max: 60 }), (all, at) => {
        const cut = 1 + (at % Math.max(1, all.length - 1));
        const parts = [all.slice(0, cut), all.slice(cut)].filter((part) => part.length > 0);
        const [a, b] = parts.map((part) => encodeSection({ directory: DIRECTORY, entries: part }));
        if (!a || !b) return;
        const joined = joinSections(a, b);
        expect(decodeSection(joined)).toEqual(all);
        expect(bytesOf(joined).equals(rewritten(joined))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
