// A thread of the mount that dies of a question: whoever asked is told, and the others are served.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { open } from "lmdb";
import { beforeEach, expect, it } from "vitest";
import { numberKey } from "../../../../catalog/keys.js";
import { listValue } from "../../../../catalog/values.js";
import type { ContentId, SnapshotNumber } from "../../../../core/ids.js";
import { requireCapability } from "../../../support/requires.js";
import { temporaryDirectory } from "../../../support/tmp.js";
import { makeFolder, mountInChild } from "../../support/mounted.js";
import { ShareBuilder } from "../../support/share-builder.js";
import { file, noise } from "../../support/trees.js";
import { docs } from "../../support/unmounted.js";

const MIB = 1024 * 1024;
/** Of a file of terabytes in small chunks: more than a thread's memory holds. */
const PARTS = 8_000_000;

beforeEach((ctx) => requireCapability(ctx, "fuse", "root"));

async function makeEndless(folder: string): Promise<void> {
  const catalog = open({ path: join(folder, "state", docs.tenant, docs.share), maxDbs: 64 });
  const lists = catalog.openDB<Buffer, Buffer>({ name: "lists", encoding: "binary", keyEncoding: "binary" });
  try {
    const [key] = [...lists.getKeys()];
    const part = { contentId: 1 as ContentId, sizeBytes: 1 };
    const parts = Array.from({ length: PARTS }, () => part);
    await lists.put(key ?? numberKey(0), listValue.encode({ snapshot: 1 as SnapshotNumber, segment: 0, parts }));
  } finally {
    await catalog.close();
  }
}

it("tells who asked, and goes on with the others", async () => {
  await using folder = await temporaryDirectory();
  {
    await using builder = await ShareBuilder.create(folder.path, docs);
    await builder.snapshot(
      new Map([
        ["a", file("one")],
        ["long", file(noise(2 * MIB, "long"))],
      ]),
    );
  }
  await makeEndless(folder.path);
  await using child = await mountInChild({
    folder: folder.path,
    mountPoint: await makeFolder(folder.join("mnt")),
    shares: [docs],
    root: { kind: "snapshot", share: docs, snapshot: { kind: "latest", back: 0 } },
    transport: "devfuse",
  });
  for (let round = 0; round < 3; round++) {
    await expect(readFile(join(child.mountPoint, "long"))).rejects.toMatchObject({ code: "EIO" });
    expect(child.log()).toMatch(/A thread of the mount has ended/);
    expect(await readdir(child.mountPoint)).toEqual(["a", "long"]);
    expect(await readFile(join(child.mountPoint, "a"), "utf8")).toBe("one");
  }
});
