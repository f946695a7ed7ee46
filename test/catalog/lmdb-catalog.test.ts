import { describe, expect, it } from "vitest";
import { openCatalog, openCatalogReader } from "../../catalog/lmdb-catalog.js";
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../../core/ids.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf, walk } from "./support/model.js";

const node = (id: number): NodeId => id as NodeId;

describe("a catalog", () => {
  it("shows an entry with everything that was put, to the nanosecond", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    const entry = entryOf(2, 1, "Übersicht.", { posix: { mode: 0o4755, uid: 1000, gid: 4_000_000_000 } });
    await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry), putOf(entry)]));
    const { sourceId: _, ...kept } = entry;
    expect(catalog.live.lookup(node(1), "Übersicht.")).toMatchObject({ ...kept, since: 1, version: 2 });
  });

  it("keeps an unpublished snapshot from readers, and shows it once published", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry), putOf(entryOf(2, 1, "a"))]));
    await using reader = openCatalogReader(folder.path);
    expect(reader.snapshots()).toEqual([]);
    await catalog.publish(snapshotOf(1));
    await using later = openCatalogReader(folder.path);
    expect(later.snapshots()).toEqual([snapshotOf(1)]);
    expect([...walk(later.view(number)).keys()]).toEqual(["/a"]);
  });

  it("shows a snapshot published meanwhile to a reader that has read the one before", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const entries = [
      putOf(rootEntry),
      putOf(directoryOf(2, 1, "d")),
      putOf(entryOf(3, 2, "a")),
      putOf(directoryOf(4, 1, "e")),
    ];
    const { number } = await catalog.begin();
    await catalog.apply(number, 0, batchOf(1, [...entries, putOf(entryOf(5, 4, "x"))]));
    await catalog.publish(snapshotOf(1));
    await using reader = openCatalogReader(folder.path);
    expect(reader.view(number).lookup(node(2), "b")).toBeUndefined();
    const next = await catalog.begin();
    await catalog.apply(next.number, 0, batchOf(6, [putOf(entryOf(6, 2, "b"))]));
    await catalog.publish(snapshotOf(2));
    // LMDB renews a reader's state when the event loop turns.
    await new Promise(setImmediate);
    expect(reader.view(next.number).lookup(node(2), "b")?.nodeId).toBe(6);
    expect(reader.view(number).lookup(node(2), "b")).toBeUndefined();
  });

  it("takes up an unfinished snapshot where it stopped, and passes over a segment that is applied", async () => {
    await using folder = await temporaryDirectory();
    {
      await using catalog = openCatalog(folder.path);
      const { number } = await catalog.begin();
      await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry), putOf(entryOf(2, 1, "a"))]));
    }
    await using catalog = openCatalog(folder.path);
    expect(await catalog.begin()).toEqual({ number: 1, segments: 1, isPartial: false });
    await catalog.apply(1 as SnapshotNumber, 0, batchOf(1, [putOf(entryOf(3, 1, "b"))]));
    expect([...walk(catalog.live).keys()]).toEqual(["/a"]);
    await expect(catalog.apply(1 as SnapshotNumber, 2, batchOf(3, []))).rejects.toMatchObject({ code: "DAMAGED" });
  });

  it("moves a directory by its own entry: nothing beneath it is written, both snapshots stay right", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const first = await catalog.begin();
    await catalog.apply(
      first.number,
      0,
      batchOf(1, [
        putOf(rootEntry),
        putOf(directoryOf(2, 1, "old")),
        putOf(directoryOf(3, 1, "target")),
        putOf(entryOf(4, 2, "file")),
      ]),
    );
    await catalog.publish(snapshotOf(1));
    const second = await catalog.begin();
    const moved = putOf(directoryOf(2, 3, "new"), { parentId: 1, name: "old" });
    await catalog.apply(second.number, 0, batchOf(5, [moved]));
    await catalog.publish(snapshotOf(2));
    expect([...walk(catalog.view(first.number)).keys()]).toEqual(["/old", "/old/file", "/target"]);
    expect([...walk(catalog.view(second.number)).keys()]).toEqual(["/target", "/target/new", "/target/new/file"]);
    expect(catalog.view(first.number).pathOf(node(2))).toEqual(["old"]);
    expect(catalog.view(second.number).pathOf(node(2))).toEqual(["target", "new"]);
    expect(catalog.live.lookup(node(2), "file")).toMatchObject({ since: 1, version: 4 });
    expect(catalog.findSource("id-2")).toMatchObject({ nodeId: 2, parentId: 3, name: "new" });
  });

  it("swaps two names within one batch", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    await catalog.apply(
      number,
      0,
      batchOf(1, [putOf(rootEntry), putOf(directoryOf(2, 1, "a")), putOf(directoryOf(3, 1, "b"))]),
    );
    await catalog.publish(snapshotOf(1));
    const next = await catalog.begin();
    await catalog.apply(
      next.number,
      0,
      batchOf(4, [
        putOf(directoryOf(2, 1, "b"), { parentId: 1, name: "a" }),
        putOf(directoryOf(3, 1, "a"), { parentId: 1, name: "b" }),
      ]),
    );
    await catalog.publish(snapshotOf(2));
    expect(catalog.view(next.number).lookup(node(1), "a")?.nodeId).toBe(3);
    expect(catalog.view(next.number).lookup(node(1), "b")?.nodeId).toBe(2);
    expect(catalog.view(number).lookup(node(1), "a")?.nodeId).toBe(2);
    expect(catalog.totals()).toEqual({ files: 0, directories: 3, bytes: 0 });
    expect(catalog.findSource("id-2")).toMatchObject({ name: "b" });
    expect(catalog.findSource("id-3")).toMatchObject({ name: "a" });
  });

  it("finds where content lies: in a bundle, in an object of its own, or in parts", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    const sha256 = new Uint8Array(32);
    const id = (value: number): ContentId => value as ContentId;
    const parts = [{ contentId: id(7), sizeBytes: 2 }];
    await catalog.apply(number, 0, {
      ...batchOf(1, [putOf(rootEntry)]),
      bundles: [{ bundleId: 7 as never, firstContentId: id(3), count: 4, sizeBytes: 9, sha256 }],
      contents: [
        { kind: "bundled", contentId: id(3), sizeBytes: 1, sha256, bundleId: 7 as never },
        { kind: "blob", contentId: id(7), sizeBytes: 1, sha256 },
        { kind: "list", contentId: id(8), sizeBytes: 2, sha256, parts, partSha256s: sha256 },
        { kind: "foreign", contentId: id(9), sizeBytes: 2, sha256, owner: { share: "other", contentId: id(77) } },
      ],
    });
    expect(catalog.locate(id(3))).toEqual({ kind: "bundled", bundleId: 7 });
    expect(catalog.locate(id(6))).toEqual({ kind: "bundled", bundleId: 7 });
    expect(catalog.locate(id(7))).toEqual({ kind: "blob" });
    expect(catalog.locate(id(8))).toEqual({ kind: "list", parts, snapshot: 1, segment: 0 });
    expect(catalog.locate(id(9))).toEqual({ kind: "foreign", owner: { share: "other", contentId: 77 } });
    expect(catalog.locate(id(10))).toBeUndefined();
    expect(catalog.next()).toEqual({ node: 2, version: 2, content: 10, bundle: 8 });
    expect(catalog.publishedContent()).toBe(1);
    await catalog.publish(snapshotOf(number));
    expect(catalog.publishedContent()).toBe(10);
  });

  it("knows which segment describes a version", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry), putOf(entryOf(2, 1, "a"))]));
    await catalog.apply(number, 1, batchOf(3, [putOf(entryOf(3, 1, "b"))]));
    expect(catalog.segmentOf(2 as VersionNumber)).toEqual({ snapshot: 1, segment: 0, index: 1 });
    expect(catalog.segmentOf(3 as VersionNumber)).toEqual({ snapshot: 1, segment: 1, index: 0 });
    expect(catalog.segmentOf(4 as VersionNumber)).toBeUndefined();
  });

  it("lists from behind a name on, in the live tree and in a past one", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const { number } = await catalog.begin();
    const files = ["a", "b", "c", "d"].map((name, index) => entryOf(index + 2, 1, name));
    await catalog.apply(number, 0, batchOf(1, [putOf(rootEntry), ...files.map((file) => putOf(file))]));
    await catalog.publish(snapshotOf(1));
    const next = await catalog.begin();
    await catalog.apply(next.number, 0, batchOf(6, [], [removalOf(files[2]!)]));
    const names = (entries: Iterable<{ name: string }>): string[] => Array.from(entries, ({ name }) => name);
    expect(names(catalog.live.list(node(1), "a"))).toEqual(["b", "d"]);
    expect(names(catalog.view(number).list(node(1), "a"))).toEqual(["b", "c", "d"]);
    expect(names(catalog.view(number).list(node(1), "c"))).toEqual(["d"]);
  });

  it("refuses a second writer while the first lives", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    {
      await using _claim = await catalog.claim();
      await expect(catalog.claim()).rejects.toMatchObject({ code: "SHARE_BUSY", exitStatus: 11 });
    }
    await using _again = await catalog.claim();
  });

  it("says STORE_UNINITIALISED when a reader finds no catalog, and makes none", async () => {
    await using folder = await temporaryDirectory();
    expect(() => openCatalogReader(`${folder.path}/none`)).toThrow(
      expect.objectContaining({ code: "STORE_UNINITIALISED" }),
    );
  });
});
