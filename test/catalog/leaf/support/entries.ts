/** Arbitrary entries of one directory, of every kind and shape a section has to hold. */
import fc from "fast-check";
import { compareEntries, LIVE, type LeafEntry } from "../../../../catalog/leaf/leaf-entry.js";
import { nameProblem } from "../../../../core/names.js";

export const anyId = fc.oneof(fc.nat({ max: 2000 }), fc.integer({ min: 1, max: 2 ** 48 }));

export const anyName = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
    fc.constantFrom("a", "ab", "abc", "report 1", "ä", "😀"),
  )
  .filter((text) => nameProblem(text) === undefined);

export const anyTime = fc.oneof(
  fc.bigInt({ min: -(2n ** 55n), max: 2n ** 61n }),
  fc.bigInt({ min: 0n, max: 2n ** 54n }).map((ticks) => ticks * 100n),
  fc.constant(1_700_000_000_000_000_000n),
);

export const anyUntil = fc.oneof(
  { weight: 3, arbitrary: fc.constant<number>(LIVE) },
  fc.integer({ min: 1, max: 5000 }),
);

/** Entries whose times are made by `time`, and whose names by `name`. */
export function entryOf(name: fc.Arbitrary<string>, time: fc.Arbitrary<bigint>, until = anyUntil) {
  return fc
    .record({
      name,
      kind: fc.constantFrom("directory" as const, "file" as const, "symlink" as const),
      nodeId: anyId,
      version: anyId,
      until,
      mtimeNs: time,
      sizeBytes: fc.oneof(fc.nat({ max: 5 }), fc.integer({ min: 0, max: 2 ** 42 })),
      contentId: anyId,
      xorhash: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      signature: fc.nat({ max: 0xffff_ffff }),
      posixId: fc.nat({ max: 300 }),
    })
    .map((raw) => {
      const live = raw.until === LIVE;
      return {
        ...raw,
        sizeBytes: raw.kind === "directory" ? 0 : raw.sizeBytes,
        contentId: raw.kind === "file" ? raw.contentId : 0,
        xorhash: raw.kind === "file" && live ? raw.xorhash : 0n,
        signature: live ? raw.signature : 0,
      } as LeafEntry;
    });
}

export const anyEntry = entryOf(anyName, anyTime);

/** In order, no two with one name and one end. */
export function entriesOf(entry: fc.Arbitrary<LeafEntry>, maxLength = 40): fc.Arbitrary<LeafEntry[]> {
  return fc
    .uniqueArray(entry, { minLength: 1, maxLength, selector: (one) => `${one.name}\0${one.until}` })
    .map((all) => all.toSorted(compareEntries));
}

export const anyEntries = entriesOf(anyEntry);

/** As a directory looks that was backed up in one go and changed a little since: ids follow one another, nearly all. */
export const nearlyFreshEntries: fc.Arbitrary<LeafEntry[]> = fc
  .tuple(
    anyId,
    anyId,
    anyId,
    entriesOf(entryOf(anyName, anyTime, fc.constant(LIVE)), 60),
    anyEntries,
    fc.nat({ max: 4 }),
  )
  .map(([node, version, content, fresh, other, changed]) => {
    const all = fresh.map((entry, index) => ({
      ...entry,
      nodeId: node + index,
      version: version + index,
      contentId: entry.kind === "file" ? content + index : 0,
      mtimeNs: entry.mtimeNs - (entry.mtimeNs % 100n),
      posixId: 1,
    })) as unknown as LeafEntry[];
    const known = new Set(all.map(({ name, until }) => `${name}\0${until}`));
    const added = other.slice(0, changed).filter(({ name, until }) => !known.has(`${name}\0${until}`));
    return [...all, ...added].toSorted(compareEntries);
  });
