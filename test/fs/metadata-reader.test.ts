// What is read of segments once is not read again, and what should be in one and is not is damage.
import { describe, expect, it } from "vitest";
import type { PermissionPosition, SegmentPosition } from "../../catalog/catalog.js";
import { DamagedError } from "../../core/errors.js";
import type { SnapshotNumber, VersionNumber } from "../../core/ids.js";
import type { PermissionRecord } from "../../core/node.js";
import { MetadataReader } from "../../fs/metadata-reader.js";
import type { SegmentView } from "../../store/segments/segment-codec.js";

const ACL = { format: "sddl", text: "O:SYG:SYD:" } as const;
const OTHER = { format: "sddl", text: "O:BAG:SYD:" } as const;
const version = (number: number): VersionNumber => number as VersionNumber;

/** A catalog in which version n is of snapshot n, and a store whose segments have only permissions. */
function readerOf(
  segments: ReadonlyMap<number, readonly PermissionRecord[]>,
  { lost = 0, shares = ["one", "one", "one"] as readonly (string | undefined)[] } = {},
) {
  const read: number[] = [];
  const snapshots = [...segments.keys()];
  const at = (snapshot: number): SegmentPosition & PermissionPosition => ({
    snapshot: snapshot as SnapshotNumber,
    segment: 0,
    index: 0,
  });
  const catalog = {
    segmentOf: (wanted: VersionNumber) => at(wanted),
    permissionOf: (_key: string, snapshot?: SnapshotNumber) => {
      const found = snapshots.findLast((one) => snapshot === undefined || one <= snapshot) ?? snapshots[0];
      return found === undefined ? undefined : at(found);
    },
    laterPermissions: (_key: string, { snapshot }: PermissionPosition) =>
      snapshots.filter((one) => one > snapshot).map(at),
  };
  const store = {
    viewSegment: (snapshot: SnapshotNumber): Promise<SegmentView> => {
      read.push(snapshot);
      if (snapshot === lost) return Promise.reject(new DamagedError("It is lost.", { where: "a segment" }));
      const permission = (key: string) => segments.get(snapshot)?.find((record) => record.key === key);
      const view = { firstVersion: version(1), putCount: 0, sizeBytes: 64, permission };
      return Promise.resolve({ ...view, put: () => expect.unreachable(), content: () => undefined });
    },
    getManifest: (snapshot: SnapshotNumber) => Promise.resolve({ source: "s", sourceRoot: shares[snapshot - 1] }),
  };
  return { reader: new MetadataReader(catalog, store), read };
}

describe("descriptors of permission keys", () => {
  it("are read from the store once, however often and by however many they are asked for", async () => {
    const { reader, read } = readerOf(new Map([[1, [{ key: "k", descriptor: ACL }]]]));
    const asked = Array.from({ length: 5 }, () => reader.descriptorOf("k", version(1)));
    expect(await Promise.all(asked)).toEqual(asked.map(() => ACL));
    expect(await reader.descriptorOf("k", version(7))).toEqual(ACL);
    expect(read).toEqual([1]);
  });

  it("are those of the version's time, and the newest where no version is told", async () => {
    const { reader } = readerOf(
      new Map([
        [1, [{ key: "k", descriptor: ACL }]],
        [3, [{ key: "k", descriptor: OTHER }]],
      ]),
    );
    expect(await reader.descriptorOf("k", version(2))).toEqual(ACL);
    expect(await reader.descriptorOf("k", version(3))).toEqual(OTHER);
    expect(await reader.descriptorOf("k")).toEqual(OTHER);
  });

  it("are undefined where no backup could read them, and damage where a segment does not have what it should", async () => {
    expect(await readerOf(new Map()).reader.descriptorOf("k", version(1))).toBeUndefined();
    const { reader } = readerOf(new Map([[1, [{ key: "other", descriptor: ACL }]]]));
    await expect(reader.descriptorOf("k", version(1))).rejects.toMatchObject({ code: "DAMAGED" });
  });

  it("whose segment is lost are what a later backup was told of the key, in the same share alone", async () => {
    const segments = new Map([1, 2, 3].map((n) => [n, [{ key: "k", descriptor: n === 2 ? OTHER : ACL }]]));
    const asked = (shares: readonly (string | undefined)[]) =>
      readerOf(segments, { lost: 1, shares }).reader.descriptorOf("k", version(1));
    expect(await asked(["one", "another", "one"])).toEqual(ACL);
    await expect(asked(["one", "another", "another"])).rejects.toMatchObject({ code: "DAMAGED" });
    await expect(asked([undefined, undefined, undefined])).rejects.toMatchObject({ code: "DAMAGED" });
  });
});
