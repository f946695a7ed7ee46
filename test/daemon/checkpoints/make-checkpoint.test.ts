import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SharestrataError } from "../../../core/errors.js";
import { makeCheckpoint } from "../../../daemon/checkpoints/make-checkpoint.js";
import { hookedSource } from "../backup/support/sources.js";
import { World } from "../backup/support/world.js";
import { buildElsewhere } from "./support/catalogs.js";

async function edit(world: World, text: string): Promise<void> {
  await writeFile(join(world.sourceFolder, "file"), text);
}

it("makes one of the newest snapshot, those of other machines included, and not a second time", async () => {
  await using world = await World.create();
  await edit(world, "one");
  await world.backup();
  await using elsewhere = await buildElsewhere(world);
  await edit(world, "two");
  await world.backup();
  const { catalog, dedup } = elsewhere;
  const made = await makeCheckpoint({ store: world.store, catalog, dedup });
  expect(made).toMatchObject({ snapshot: 2, written: true });
  let storedBytes = 0;
  for await (const { name, sizeBytes } of world.objects.list(world.store.names.checkpointRoot)) {
    if (name.includes("/parts/")) storedBytes += sizeBytes;
  }
  expect(made.storedBytes).toBe(storedBytes);
  world.objects.reset();
  expect(await makeCheckpoint(world.parts)).toEqual({ ...made, written: false });
  expect(world.objects.counts).toMatchObject({ put: 0, putIfAbsent: 0, delete: 0 });
});

it("refuses a share that is being backed up, that has no snapshot, or whose backup was interrupted", async () => {
  await using world = await World.create();
  await expect(makeCheckpoint(world.parts)).rejects.toMatchObject({ code: "SNAPSHOT_UNKNOWN" });
  await edit(world, "one");
  await world.backup();
  {
    await using _claim = await world.catalog.claim();
    await expect(makeCheckpoint(world.parts)).rejects.toMatchObject({ code: "SHARE_BUSY" });
  }
  const onList = (): void => {
    throw new Error("cut");
  };
  await world.reopen({ source: (source) => hookedSource(source, { onList }) });
  await expect(world.backup()).rejects.toThrow("cut");
  await expect(makeCheckpoint(world.parts)).rejects.toMatchObject({
    code: "FAILED",
    message: expect.stringContaining("run sharestrata backup acme/docs first") as string,
  });
  expect(await world.store.checkpoints.list()).toEqual([]);
});

it("ends with the reason when it is stopped, and the next one succeeds", async () => {
  await using world = await World.create();
  await edit(world, "one");
  await world.backup();
  const reason = new SharestrataError("INTERRUPTED", "stopped");
  const stop = new AbortController();
  await world.reopen({
    store: (store) => ({
      uri: store.uri,
      put: (...args) => store.put(...args),
      get: (...args) => store.get(...args),
      getRange: (...args) => store.getRange(...args),
      stat: (...args) => store.stat(...args),
      list: (...args) => store.list(...args),
      delete: (...args) => store.delete(...args),
      putIfAbsent(...args) {
        if (args[0].endsWith("parts/0000000001")) stop.abort(reason);
        return store.putIfAbsent(...args);
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }),
  });
  await expect(makeCheckpoint(world.parts, stop.signal)).rejects.toBe(reason);
  expect(await world.store.checkpoints.list()).toEqual([]);
  await world.reopen({});
  expect(await makeCheckpoint(world.parts)).toMatchObject({ written: true });
});
