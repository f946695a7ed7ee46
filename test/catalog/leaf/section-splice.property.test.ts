/** Changes spliced into a section, held against merging decoded entries in the plainest way. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DirectoryMerge, type NameChange } from "../../../catalog/leaf/directory-merge.js";
import { compareEntries, LIVE, type LeafEntry } from "../../../catalog/leaf/leaf-entry.js";
import { decodeSection, encodeSection, isEncoded, type Section } from "../../../catalog/leaf/section.js";
import type { NodeId, SnapshotNumber } from "../../../core/ids.js";
import { compareUtf8 } from "../../../core/utf8-order.js";
import { anyEntries, anyId, anyName, anyTime, entryOf, nearlyFreshEntries } from "./support/entries.js";
import { bytesOf, rewritten } from "./support/rewritten.js";

const DIRECTORY = 77 as NodeId;

/** What is made of the entries there are: `which` chooses a name among them, or `entry` brings a new one. */
interface Step {
  readonly what: "put" | "replace" | "end" | "end of another";
  readonly which: number;
  readonly entry: LeafEntry;
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("put" as const, "replace" as const, "end" as const, "end of another" as const),
  which: fc.nat({ max: 60 }),
  entry: entryOf(
    anyName,
    fc.oneof(
      anyTime.map((time) => time - (time % 100n)),
      anyTime,
    ),
    fc.constant(LIVE),
  ),
});

function changesOf(steps: readonly Step[], old: readonly LeafEntry[]): readonly NameChange[] {
  return steps
    .map(({ what, which, entry }): NameChange => {
      const known = old[which % Math.max(1, old.length)] ?? entry;
      const { name } = known;
      if (what === "put") return { name: entry.name, ends: undefined, put: entry };
      if (what === "replace") return { name, ends: undefined, put: { ...entry, name, nodeId: known.nodeId } };
      const live = old.find((other) => other.name === name && other.until === LIVE) ?? known;
      return { name, ends: what === "end" ? live.nodeId : ((live.nodeId + 1) as NodeId), put: undefined };
    })
    .toSorted((a, b) => compareUtf8(a.name, b.name));
}

type Event = readonly ["put", LeafEntry, LeafEntry | undefined] | readonly ["ended", LeafEntry];

interface Outcome {
  readonly entries: readonly LeafEntry[];
  readonly events: readonly Event[];
}

function naively(old: readonly LeafEntry[], changes: readonly NameChange[], snapshot: number, first: number): Outcome {
  const entries = [...old];
  const events: Event[] = [];
  for (const name of new Set(changes.map((change) => change.name))) {
    const own = changes.filter((change) => change.name === name);
    const put = own.findLast((change) => change.put)?.put;
    const at = entries.findIndex((entry) => entry.name === name && entry.until === LIVE);
    const live = entries[at];
    const isEnded = live && (put || own.some((change) => !change.put && change.ends === live.nodeId));
    if (isEnded) entries.splice(at, 1);
    if (put) {
      entries.push(put);
      events.push(["put", put, live]);
    }
    if (!isEnded) continue;
    events.push(["ended", live]);
    if (live.version < first) {
      entries.push({ ...live, until: snapshot as SnapshotNumber, xorhash: 0n, signature: 0 });
    }
  }
  return { entries: entries.toSorted(compareEntries), events };
}

function merged(
  section: Section | undefined,
  changes: readonly NameChange[],
  snapshot: number,
  first: number,
): { readonly section: Section | undefined; readonly events: readonly Event[] } {
  const events: Event[] = [];
  const merge = new DirectoryMerge(snapshot as SnapshotNumber, first, {
    put: (_directory, entry, replaced) => void events.push(["put", entry, replaced]),
    ended: (_directory, entry) => void events.push(["ended", entry]),
  });
  const piece = merge.merge(DIRECTORY, section, changes);
  return { section: piece && (isEncoded(piece) ? piece : encodeSection(piece)), events };
}

/** Among other bytes, as in a leaf. */
function within(section: Section): Section {
  const body = bytesOf(section);
  const bytes = Buffer.concat([Buffer.alloc(9, 0xff), body, Buffer.alloc(5, 0xff)]);
  return { ...section, bytes, start: 9, end: 9 + body.length };
}

describe("changes spliced into a section", () => {
  it.each([
    ["of all kinds", anyEntries],
    ["that is nearly fresh", nearlyFreshEntries],
  ])("%s leave the entries, and tell the events, that merging them one by one does", (_what, all) => {
    fc.assert(
      fc.property(
        all,
        fc.array(step, { minLength: 1, maxLength: 70 }),
        fc.nat({ max: 70 }),
        anyId,
        (old, steps, most, first) => {
          const changes = changesOf(steps.slice(0, most), old);
          const expected = naively(old, changes, 6000, first);
          const actual = merged(within(encodeSection({ directory: DIRECTORY, entries: old })), changes, 6000, first);
          expect(actual.section ? decodeSection(actual.section) : []).toEqual(expected.entries);
          expect(actual.events).toEqual(expected.events);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("make the bytes that writing every entry behind the header makes, however often it is done", () => {
    const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(nearlyFreshEntries, rounds, anyId, (all, stepsOf, first) => {
        let entries: readonly LeafEntry[] = all;
        let section: Section | undefined = encodeSection({ directory: DIRECTORY, entries });
        for (const [round, steps] of stepsOf.entries()) {
          const changes = changesOf(steps, entries);
          ({ entries } = naively(entries, changes, 6000 + round, first));
          ({ section } = merged(section && within(section), changes, 6000 + round, first));
          if (!section) {
            expect(entries).toEqual([]);
            continue;
          }
          expect(decodeSection(section)).toEqual(entries);
          expect(bytesOf(section).equals(rewritten(section))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are not asked for where nothing happens: the section stays as it is", () => {
    fc.assert(
      fc.property(anyEntries, (old) => {
        const section = encodeSection({ directory: DIRECTORY, entries: old });
        const [{ name, nodeId }] = old as [LeafEntry];
        const changes = [{ name, ends: (nodeId + 1) as NodeId, put: undefined }];
        expect(merged(section, changes, 6000, 0)).toEqual({ section, events: [] });
      }),
    );
  });
});
