/** What is done to a sound catalog (damage/support/sample-catalog.ts), and what a check has to say of it. */
import { numberKey, permissionRowKey } from "../../../catalog/keys.js";
import { decodeLeaf } from "../../../catalog/leaf/leaf.js";
import { LeafBuilder } from "../../../catalog/leaf/leaf-builder.js";
import type { LeafEntry } from "../../../catalog/leaf/leaf-entry.js";
import { LEAF_CAPACITY } from "../../../catalog/leaf/leaf-format.js";
import { decodeSection, type OpenSection } from "../../../catalog/leaf/section.js";
import { readState, snapshotKey, type Tables } from "../../../catalog/tables.js";
import type { Tree } from "../../../catalog/tree.js";
import { bundleRangeValue, foreignValue, listValue, segmentRangeValue } from "../../../catalog/values.js";
import type { NodeId, SnapshotNumber } from "../../../core/ids.js";
import type { ContentPart } from "../../../core/node.js";

function editLeaf({ leaves }: Tables, directory: number, edit: (entries: LeafEntry[]) => readonly LeafEntry[]): void {
  for (const { key, value } of Array.from(leaves.getRange())) {
    const sections = decodeLeaf(value);
    if (!sections.some((section) => section.directory === directory)) continue;
    const pieces: OpenSection[] = sections.map((section) => {
      const entries = decodeSection(section);
      return { directory: section.directory, entries: section.directory === directory ? edit(entries) : entries };
    });
    const builder = new LeafBuilder(key, LEAF_CAPACITY, (own, leaf) => void leaves.put(own, leaf));
    builder.add(pieces);
    builder.finish();
    return;
  }
}

const editFirst =
  (directory: number, edit: (entry: LeafEntry) => object) =>
  (tables: Tables): void =>
    editLeaf(tables, directory, ([first, ...rest]) => [
      { ...first, ...edit(first as LeafEntry) } as LeafEntry,
      ...rest,
    ]);

const editState = (edit: (state: ReturnType<typeof readState>) => object) => (tables: Tables) =>
  void tables.meta.put("state", { ...readState(tables), ...edit(readState(tables)) });

/** Directories of the sample have the nodes 2 to 121; 121 is gone since the third. */
const DIRECTORY = 20;
/** A file in it has changed. */
const CHANGED = 3;
const GONE = 121;

const listOf = (part: ContentPart): Buffer => listValue.encode({ snapshot: 1 as never, segment: 0, parts: [part] });

export const damages: readonly (readonly [string, (tables: Tables, tree: Tree) => void, RegExp])[] = [
  [
    "a version that was not handed out",
    editFirst(DIRECTORY, () => ({ version: 9_999_999 })),
    /version 9999999 was not/,
  ],
  ["a node that was not handed out", editFirst(DIRECTORY, () => ({ nodeId: 9_999_999 })), /node 9999999 was not/],
  [
    "a node that is live twice",
    editFirst(DIRECTORY, ({ nodeId }) => ({ nodeId: nodeId + 1 })),
    /live in another place/,
  ],
  [
    "content that was not handed out",
    editFirst(DIRECTORY, () => ({ contentId: 9_999_999 })),
    /content 9999999 was not/,
  ],
  ["a file without content", editFirst(DIRECTORY, () => ({ contentId: 0 })), /a size but no content/],
  ["an unknown owner", editFirst(DIRECTORY, () => ({ posixId: 77 })), /mode and owner 77/],
  [
    "another size",
    editFirst(DIRECTORY, ({ sizeBytes }) => ({ sizeBytes: sizeBytes + 1 })),
    /meta: state: the live tree has/,
  ],
  ["an impossible name", editFirst(DIRECTORY, () => ({ name: ".." })), /impossible name: ".." is reserved/],
  ["names out of order", editFirst(DIRECTORY, () => ({ name: "zzz" })), /it is out of order/],
  [
    "an end before the beginning",
    editFirst(DIRECTORY, () => ({ until: 1, xorhash: 0n, signature: 0 })),
    /it ends in snapshot 1, but/,
  ],
  [
    "an end in a snapshot that is not",
    editFirst(DIRECTORY, () => ({ until: 7, xorhash: 0n, signature: 0 })),
    /ends in snapshot 7, which there is not/,
  ],
  [
    "a kind that changes",
    (tables) =>
      editLeaf(tables, CHANGED, (entries) =>
        entries.map((entry) => (entry.until === 0 ? entry : { ...entry, kind: "symlink", contentId: 0 as never })),
      ),
    /is something else in another version/,
  ],
  [
    "two entries of one name that overlap",
    (tables) =>
      editLeaf(tables, CHANGED, (entries) =>
        entries.map((entry) => (entry.until === 0 ? entry : { ...entry, until: 3 as SnapshotNumber })),
      ),
    /two of its entries overlap in snapshot 2/,
  ],
  [
    "a file that changed its directory and nothing says so",
    (tables) => editLeaf(tables, DIRECTORY, (entries) => entries.slice(1)),
    /the live tree has/,
  ],
  [
    "a place that is another",
    (_, tree) =>
      tree.places.change([
        { nodeId: DIRECTORY as NodeId, since: 1 as SnapshotNumber, parentId: 3 as NodeId, name: "elsewhere" },
      ]),
    /node 20 is said to be in another place/,
  ],
  [
    "a directory that is said to be gone",
    (_, tree) =>
      tree.places.change([
        { nodeId: DIRECTORY as NodeId, since: 3 as SnapshotNumber, parentId: 0 as NodeId, name: "" },
      ]),
    /node 20: it is said to be gone but has a live entry/,
  ],
  [
    "a directory that is gone but has a place",
    (_, tree) =>
      tree.places.change([{ nodeId: GONE as NodeId, since: 3 as SnapshotNumber, parentId: 1 as NodeId, name: "back" }]),
    /node 121: it has a place but no live entry/,
  ],
  [
    "parents that form a cycle",
    (_, tree) =>
      tree.places.change([
        { nodeId: 12 as NodeId, since: 2 as SnapshotNumber, parentId: 13 as NodeId, name: "x" },
        { nodeId: 13 as NodeId, since: 2 as SnapshotNumber, parentId: 12 as NodeId, name: "y" },
      ]),
    /its parents form a cycle in snapshot 2/,
  ],
  [
    "a run of another directory",
    (_, tree) => tree.runs.change([{ nodeId: 500 as NodeId, since: 0, parentId: 3 as NodeId, name: "" }]),
    /came in another directory/,
  ],
  [
    "a stamp of a file",
    (_, tree) => tree.stamps.change([{ nodeId: 200 as NodeId, since: 2 as SnapshotNumber }]),
    /stamps: directory 200: it is no directory/,
  ],
  [
    "a stamp of a snapshot that is not",
    (_, tree) => tree.stamps.change([{ nodeId: DIRECTORY as NodeId, since: 8 as SnapshotNumber }]),
    /stamped with snapshot 8, which there is not/,
  ],
  [
    "a stamp that does not go up",
    (_, tree) => tree.stamps.change([{ nodeId: 60 as NodeId, since: 3 as SnapshotNumber }]),
    /stamped with snapshot 3, but directory \d+ above it is not/,
  ],
  [
    "missing stamps",
    ({ stamps }) => {
      for (const key of Array.from(stamps.getKeys())) void stamps.remove(key);
    },
    /it changed in snapshot 2, of which it has no stamp/,
  ],
  [
    "totals that are wrong",
    editState(({ totals }) => ({ totals: { ...totals, files: totals.files + 1 } })),
    /meta: state: the live tree has \d+ files, not/,
  ],
  [
    "numbers that are handed out again",
    editState(({ next }) => ({ next: { ...next, node: 500 } })),
    /node 500 was not handed out/,
  ],
  [
    "a snapshot that counts wrongly",
    ({ snapshots }) => {
      const row = snapshots.get(snapshotKey(2 as SnapshotNumber)) as string;
      void snapshots.put(snapshotKey(2 as SnapshotNumber), row.replace(/"files":\d+/, '"files":3'));
    },
    /snapshots: 2 .*: it has \d+ files, not 3/,
  ],
  [
    "a snapshot that cannot be read",
    ({ snapshots }) => void snapshots.put(snapshotKey(2 as SnapshotNumber), "{"),
    /A snapshot's record in the catalog is damaged/,
  ],
  [
    "a snapshot that has not begun",
    ({ epochs }) => void epochs.remove(snapshotKey(2 as SnapshotNumber)),
    /snapshot 2: it is published but has not begun/,
  ],
  [
    "epochs out of order",
    ({ epochs }) => void epochs.put(snapshotKey(2 as SnapshotNumber), Buffer.concat([numberKey(1), numberKey(1)])),
    /snapshot|begins before/,
  ],
  [
    "bundles that overlap",
    ({ bundles }) => void bundles.put(numberKey(2), bundleRangeValue.encode({ bundleId: 1 as never, count: 1 })),
    /bundles: row 0000000000000002: it overlaps/,
  ],
  [
    "a list of unknown parts",
    ({ lists }) => void lists.put(numberKey(500), listOf({ contentId: 9_999_999 as never, sizeBytes: 1 })),
    /its part 9999999 was not handed out/,
  ],
  [
    "a foreign content of no share",
    ({ foreign }) => void foreign.put(numberKey(501), foreignValue.encode({ share: "../up", contentId: 1 as never })),
    /foreign: row 00000000000001f5: content 501 belongs to no share/,
  ],
  [
    "a foreign content within a bundle",
    ({ foreign }) => void foreign.put(numberKey(2), foreignValue.encode({ share: "docs", contentId: 1 as never })),
    /content 2 is in a bundle as well/,
  ],
  [
    "a permission in a segment of a snapshot that there is not",
    ({ permissions }) => void permissions.put(permissionRowKey("1*2", 77, 0), Buffer.of(1)),
    /it is in a segment of snapshot 77, which there is not/,
  ],
  [
    "a permission whose row is damaged",
    ({ permissions }) => void permissions.put(permissionRowKey("1*2", 1, 0), Buffer.of(7)),
    /permissions: a row is damaged/,
  ],
  [
    "segments that leave versions out",
    ({ segments }) => void segments.remove(numberKey(2)),
    /versions 2 to \d+ are in no segment/,
  ],
  [
    "segments that overlap",
    ({ segments }) =>
      void segments.put(
        numberKey(3),
        segmentRangeValue.encode({ snapshot: 1 as SnapshotNumber, segment: 1, count: 1 }),
      ),
    /in two segments/,
  ],
  [
    "a leaf whose key is too great",
    ({ leaves }) => {
      const [, row] = [...leaves.getRange()];
      if (row) {
        void leaves.remove(row.key);
        void leaves.put(Buffer.concat([row.key, Buffer.from("zzzz")]), row.value);
      }
    },
    /it begins before its key/,
  ],
  [
    "a leaf whose key is too small",
    ({ leaves }) => {
      const [, row] = [...leaves.getRange()];
      if (row) {
        void leaves.remove(row.key);
        void leaves.put(numberKey(1), row.value);
      }
    },
    /the leaf before it reaches behind its key/,
  ],
  [
    "a leaf whose checksum is wrong",
    ({ leaves }) => {
      const [, row] = [...leaves.getRange()];
      if (row) {
        const value = Buffer.from(row.value);
        value[100]! ^= 1;
        void leaves.put(row.key, value);
      }
    },
    /A leaf of the node tree is damaged: its checksum is wrong/,
  ],
  [
    "a leaf that is missing",
    ({ leaves }) => {
      const [, row] = [...leaves.getRange()];
      if (row) void leaves.remove(row.key);
    },
    /the live tree has/,
  ],
  [
    "counters that are no numbers",
    ({ meta }) => void meta.put("state", { next: 3 }),
    /meta: state: the catalog's counters are damaged/,
  ],
];
