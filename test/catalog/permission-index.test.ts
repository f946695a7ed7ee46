// Permission keys lead to the segment that says what they stand for: whichever backup, of whichever share, needed them.
import { describe, expect, it } from "vitest";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import type { Catalog } from "../../catalog/catalog.js";
import type { SnapshotNumber } from "../../core/ids.js";
import type { PermissionRecord } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, putOf, rootEntry, snapshotOf } from "./support/model.js";

const read = (key: string): PermissionRecord => ({ key, descriptor: { format: "sddl", text: `D:${key}` } });
const unread = (key: string): PermissionRecord => ({ key, descriptor: undefined });

/** Publishes a snapshot with a segment for each list of permissions. */
async function publish(catalog: Catalog, ...segments: readonly (readonly PermissionRecord[])[]): Promise<void> {
  const { number } = await catalog.begin();
  for (const [segment, permissions] of segments.entries()) {
    const puts = segment === 0 ? [putOf({ ...rootEntry, signature: number })] : [];
    await catalog.apply(number, segment, { ...batchOf(catalog.next().version, puts), permissions });
  }
  await catalog.publish(snapshotOf(number));
}

const at = (snapshot: number): SnapshotNumber => snapshot as SnapshotNumber;

describe("the catalog's permissions", () => {
  it("say in which segment a key's descriptor is, and tell keys apart of which one begins as the other", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await publish(catalog, [read("1*2"), read("1*23")], [read("1")]);
    await publish(catalog, [read("ü")]);
    expect(catalog.permissionOf("1*2")).toEqual({ snapshot: 1, segment: 0 });
    expect(catalog.permissionOf("1*23")).toEqual({ snapshot: 1, segment: 0 });
    expect(catalog.permissionOf("1")).toEqual({ snapshot: 1, segment: 1 });
    expect(catalog.permissionOf("ü")).toEqual({ snapshot: 2, segment: 0 });
    expect(catalog.permissionOf("1*")).toBeUndefined();
    expect([...catalog.unreadPermissions()]).toEqual([]);
  });

  it("keep what a key stood for in older snapshots when it has come to stand for something else", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await publish(catalog);
    await publish(catalog, [read("k")]);
    await publish(catalog);
    await publish(catalog, [read("k")]);
    const found = [1, 2, 3, 4, 5].map((snapshot) => catalog.permissionOf("k", at(snapshot))?.snapshot);
    expect(found).toEqual([2, 2, 2, 4, 4]);
    expect(catalog.permissionOf("k")?.snapshot).toBe(4);
  });

  it("count a key as unread until a backup has read it, and again when a later one could not", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await publish(catalog, [unread("a"), unread("b"), read("c")]);
    expect([...catalog.unreadPermissions()]).toEqual(["a", "b"]);
    expect(catalog.permissionOf("a")).toBeUndefined();
    await publish(catalog, [read("b"), unread("c")]);
    expect([...catalog.unreadPermissions()]).toEqual(["a", "c"]);
    expect(catalog.permissionOf("b", at(1))).toEqual({ snapshot: 2, segment: 0 });
    // What could not be read in snapshot 2 is not what it was in snapshot 1.
    expect(catalog.permissionOf("c", at(1))?.snapshot).toBe(1);
    expect(catalog.permissionOf("c", at(2))).toBeUndefined();
    await publish(catalog, [read("c")]);
    expect(catalog.permissionOf("c", at(2))?.snapshot).toBe(3);
  });

  it("are the same when a segment is applied again", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    const batch = { ...batchOf(1, [putOf(rootEntry)]), permissions: [read("a")] };
    await catalog.apply(number, 0, batch);
    await catalog.apply(number, 0, batch);
    await catalog.publish(snapshotOf(1));
    expect(catalog.permissionOf("a")).toEqual({ snapshot: 1, segment: 0 });
    expect(catalog.size().tables.find(({ name }) => name === "permissions")?.rows).toBe(1);
  });
});
