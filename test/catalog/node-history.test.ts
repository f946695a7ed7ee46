import { describe, expect, it } from "vitest";
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { nodeHistory } from "../../catalog/node-history.js";
import { Published } from "../../catalog/published.js";
import { type NodeId, ROOT_NODE, type SnapshotNumber } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import type { NodePut, NodeRemoval } from "../../core/node.js";
import { temporaryDirectory } from "../support/tmp.js";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf } from "./support/model.js";

async function backUp(
  catalog: Catalog,
  puts: readonly NodePut[],
  removals: readonly NodeRemoval[] = [],
): Promise<void> {
  const { number } = await catalog.begin();
  await catalog.apply(number, 0, batchOf(catalog.next().version, puts, removals));
  await catalog.publish(snapshotOf(number));
}

async function historyOf(catalog: Catalog, name: string): Promise<readonly string[]> {
  const published = new Published(catalog);
  const entry = catalog.live.lookup(ROOT_NODE, name) as CatalogEntry;
  return (await nodeHistory(catalog, published, entry, new Pace())).map(
    ({ first, last, path, change }) => `${first.number}-${last.number} ${path.join("/")} ${change.kind}`,
  );
}

describe("a name that another node has taken over", () => {
  it.each([
    ["directory", directoryOf],
    ["file", entryOf],
  ] as const)("begins anew when the %s before lives on under another name", async (_, nodeOf) => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await backUp(catalog, [putOf(rootEntry), putOf(nodeOf(2, 1, "log"))]);
    await backUp(catalog, [putOf(nodeOf(2, 1, "log.1"), { parentId: 1, name: "log" }), putOf(nodeOf(3, 1, "log"))]);
    expect(await historyOf(catalog, "log")).toEqual(["2-2 log created"]);
    expect(await historyOf(catalog, "log.1")).toEqual(["2-2 log.1 renamed", "1-1 log created"]);
  });

  it("goes on with the one before when that is gone, whichever of the two is asked for", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const [old, link] = [entryOf(2, 1, "a"), entryOf(4, 1, "b")];
    await backUp(catalog, [putOf(rootEntry), putOf(old), putOf(link)]);
    await backUp(
      catalog,
      [putOf(entryOf(3, 1, "a")), putOf(directoryOf(5, 1, "b"))],
      [removalOf(old), removalOf(link)],
    );
    const lines = ["2-2 a replaced", "1-1 a created"];
    expect(await historyOf(catalog, "a")).toEqual(lines);
    const history = await nodeHistory(catalog, new Published(catalog), old, new Pace());
    expect(history.map(({ change }) => change.kind)).toEqual(["replaced", "created"]);
    // A folder is no version of a file.
    expect(await historyOf(catalog, "b")).toEqual(["2-2 b created"]);
  });

  it("begins anew when a snapshot lies between", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const old = entryOf(2, 1, "a");
    await backUp(catalog, [putOf(rootEntry), putOf(old)]);
    await backUp(catalog, [], [removalOf(old)]);
    await backUp(catalog, [putOf(entryOf(3, 1, "a"))]);
    expect(await historyOf(catalog, "a")).toEqual(["3-3 a created"]);
    expect(await nodeHistory(catalog, new Published(catalog), old, new Pace())).toMatchObject([
      { removedIn: { number: 2 } },
    ]);
  });
});

describe("a file that a new node replaces in each of many snapshots", () => {
  /** Reads that its history takes, from the oldest node and from the newest. */
  async function readsFor(snapshots: number): Promise<Record<string, number>> {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await backUp(catalog, [putOf(rootEntry), putOf(directoryOf(2, 1, "d")), putOf(entryOf(3, 2, "f"))]);
    for (let id = 4; id < snapshots + 3; id++) {
      await backUp(catalog, [putOf(entryOf(id, 2, "f"))], [removalOf(entryOf(id - 1, 2, "f"))]);
    }
    const reads = { names: 0, versions: 0, views: 0, steps: 0 };
    const counted = {
      placesOf: (id: NodeId) => catalog.placesOf(id),
      view: (number: SnapshotNumber) => (reads.views++, catalog.view(number)),
      *versionsOf(parentId: NodeId, name: string) {
        reads.names++;
        for (const version of catalog.versionsOf(parentId, name)) yield ((reads.versions++, version));
      },
    };
    class CountedPace extends Pace {
      override step(steps = 1): Promise<void> | undefined {
        reads.steps += steps;
        return super.step(steps);
      }
    }
    const published = new Published(catalog);
    for (const id of [3, snapshots + 2]) {
      const history = await nodeHistory(
        counted as unknown as Catalog,
        published,
        entryOf(id, 2, "f"),
        new CountedPace(),
      );
      expect(history.map(({ change }) => change.kind)).toEqual([...Array(snapshots - 1).fill("replaced"), "created"]);
    }
    return reads;
  }

  it("is read once, and each snapshot opened once", async () => {
    const [once, twice] = [await readsFor(40), await readsFor(80)];
    expect(once).toMatchObject({ names: 2, versions: 80, views: 80 });
    expect(twice).toMatchObject({ names: 2, versions: 160, views: 160 });
    expect(twice.steps).toBeLessThanOrEqual(2 * (once.steps ?? 0) + 200);
  });

  it("can be interrupted", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    await backUp(catalog, [putOf(rootEntry), putOf(entryOf(2, 1, "f"))]);
    for (let id = 3; id < 60; id++) {
      await backUp(catalog, [putOf(entryOf(id, 1, "f"))], [removalOf(entryOf(id - 1, 1, "f"))]);
    }
    const reason = new Error("enough");
    const running = nodeHistory(
      catalog,
      new Published(catalog),
      entryOf(2, 1, "f"),
      new Pace(AbortSignal.abort(reason)),
    );
    await expect(running).rejects.toBe(reason);
  });
});
