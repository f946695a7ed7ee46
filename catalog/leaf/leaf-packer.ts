/**
 * Filling leaves with sections. Sections go in whole as long as they fit; one that does not is cut between two
 * entries, so that leaves are full to within an entry. Cutting is the only time that entries are decoded here.
 */
import { decodeSection, encodeSection, sectionCost, type Section } from "./leaf.js";
import { directoryKey, entryKey } from "./leaf-key.js";

/** Sections that go into one leaf. */
export interface PackedLeaf {
  /** undefined for the first: it keeps the key of the leaf it comes from. */
  readonly key: Buffer | undefined;
  readonly sections: readonly Section[];
}

/** Less free room than this is not worth a cut: a cut costs a section header and a whole name. */
const WORTH_CUTTING_BYTES = 160;

/**
 * @param sections ascending; of one directory at most one
 * @param limitBytes how full a leaf may become, by `sectionCost`
 */
export function packLeaves(sections: readonly Section[], limitBytes: number): readonly PackedLeaf[] {
  const leaves: PackedLeaf[] = [];
  let key: Buffer | undefined;
  let open: Section[] = [];
  let used = 0;
  const costOf = (section: Section): number => sectionCost(section, open.at(-1)?.directory ?? 0);
  const close = (nextKey: Buffer): void => {
    if (open.length > 0) leaves.push({ key, sections: open });
    // Nothing was taken into the very first leaf: whatever comes keeps its key.
    if (open.length > 0) key = nextKey;
    open = [];
    used = 0;
  };
  const take = (section: Section): void => {
    used += costOf(section);
    open.push(section);
  };
  for (const section of sections) {
    let rest: Section | undefined = section;
    let restKey = directoryKey(section.directory);
    while (rest) {
      const free = limitBytes - used;
      if (costOf(rest) <= free) {
        take(rest);
        break;
      }
      const cut: CutSection | undefined =
        free >= WORTH_CUTTING_BYTES ? cutSection(rest, free, open.at(-1)?.directory ?? 0) : undefined;
      if (cut) {
        take(cut.head);
        restKey = cut.tailKey;
        rest = cut.tail;
      }
      close(restKey);
      if (!cut && used === 0 && open.length === 0 && costOf(rest) > limitBytes && free >= limitBytes) {
        // A single entry that is larger than the limit: it gets a leaf of its own.
        take(rest);
        break;
      }
    }
  }
  if (open.length > 0) leaves.push({ key, sections: open });
  return leaves;
}

interface CutSection {
  readonly head: Section;
  readonly tail: Section;
  readonly tailKey: Buffer;
}

/** @returns undefined when not even the first entry fits, or there is only one */
function cutSection(section: Section, freeBytes: number, previous: number): CutSection | undefined {
  const { directory } = section;
  const entries = decodeSection(section);
  const size = section.end - section.start;
  // Entries are of much the same size, so the place is nearly right at once.
  let count = Math.min(entries.length - 1, Math.floor((entries.length * freeBytes) / size));
  while (count > 0) {
    const head = encodeSection(directory, entries.slice(0, count));
    if (sectionCost(head, previous) <= freeBytes) {
      const first = entries[count];
      if (!first) return undefined;
      const tail = encodeSection(directory, entries.slice(count));
      return { head, tail, tailKey: entryKey(directory, first, entries[count - 1]?.name !== first.name) };
    }
    count -= Math.max(1, Math.floor(count / 32));
  }
  return undefined;
}
