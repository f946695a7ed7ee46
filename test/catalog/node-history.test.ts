import { describe, expect, it } from "vitest";
import type { Catalog, CatalogEntry } from "../../catalog/catalog.js";
import { openCatalog } from "../../catalog/lmdb-catalog.js";
import { nodeHistory } from "../../catalog/node-history.js";
import { Published } from "../../catalog/published.js";
import { ROOT_NODE } from "../../core/ids.js";
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

function historyOf(catalog: Catalog, name: string): readonly string[] {
  const published = new Published(catalog);
  const entry = catalog.live.lookup(ROOT_NODE, name) as CatalogEntry;
  return nodeHistory(catalog, published, entry).map(
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
    expect(historyOf(catalog, "log")).toEqual(["2-2 log created"]);
    expect(historyOf(catalog, "log.1")).toEqual(["2-2 log.1 renamed", "1-1 log created"]);
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
    expect(historyOf(catalog, "a")).toEqual(lines);
    expect(nodeHistory(catalog, new Published(catalog), old).map(({ change }) => change.kind)).toEqual([
      "replaced",
      "created",
    ]);
    // A folder is no version of a file.
    expect(historyOf(catalog, "b")).toEqual(["2-2 b created"]);
  });

  it("begins anew when a snapshot lies between", async () => {
    await using folder = await temporaryDirectory();
    await using catalog = openCatalog(folder.path);
    const old = entryOf(2, 1, "a");
    await backUp(catalog, [putOf(rootEntry), putOf(old)]);
    await backUp(catalog, [], [removalOf(old)]);
    await backUp(catalog, [putOf(entryOf(3, 1, "a"))]);
    expect(historyOf(catalog, "a")).toEqual(["3-3 a created"]);
    expect(nodeHistory(catalog, new Published(catalog), old)).toMatchObject([{ removedIn: { number: 2 } }]);
  });
});
