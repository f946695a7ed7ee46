// What threads that nobody asks anything hold on to.
import { join } from "node:path";
import { open } from "lmdb";
import { beforeEach, expect, it } from "vitest";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory } from "../../../support/tmp.js";
import { makeFolder, mountInChild } from "../../support/mounted.js";
import { ShareBuilder } from "../../support/share-builder.js";
import { file } from "../../support/trees.js";
import { docs } from "../../support/unmounted.js";

/** Of LMDB's environments, and missing in the typings. */
interface WithReaders {
  readerList(): string;
}

beforeEach((ctx) => requireCapability(ctx, "fuse", "root"));

it("hold no state of the catalog, whose pages could not be used again as long as the mount lives", async () => {
  await using folder = await temporaryDirectory();
  {
    await using builder = await ShareBuilder.create(folder.path, docs);
    await builder.snapshot(new Map([["a", file("one")]]));
  }
  await using child = await mountInChild({
    folder: folder.path,
    mountPoint: await makeFolder(folder.join("mnt")),
    shares: [docs],
    root: { kind: "snapshot", share: docs, snapshot: { kind: "latest", back: 0 } },
    transport: "devfuse",
  });
  const catalog = open({ path: join(folder.path, "state", docs.tenant, docs.share), readOnly: true });
  try {
    // A line for each reader: its process, its thread, and the state that it holds, or "-".
    const held = (): string[] =>
      (catalog as unknown as WithReaders)
        .readerList()
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .flatMap(([pid, , state]) => (pid === String(child.process.pid) && state !== undefined ? [state] : []));
    // The main thread holds its own for a moment.
    await expect.poll(held, { timeout: 5000 }).toSatisfy((states: string[]) => states.every((state) => state === "-"));
    expect(held().length).toBeGreaterThan(1);
  } finally {
    await catalog.close();
  }
});
