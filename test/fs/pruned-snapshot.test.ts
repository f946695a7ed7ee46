// What is still held of a snapshot that a prune has removed: as it was, or gone, and never that of another snapshot.
import { expect, it } from "vitest";
import { systemClock } from "../../core/clock.js";
import { silentLogger } from "../../core/logger.js";
import { defaultOwnership } from "../../fs/attributes.js";
import { BlobCache } from "../../fs/content/blob-cache.js";
import type { Handle } from "../../fs/handle.js";
import { HandleNumbers } from "../../fs/handle-numbers.js";
import { Operations } from "../../fs/operations.js";
import { ShareSlots } from "../../fs/share-slots.js";
import { temporaryDirectory } from "../support/tmp.js";
import { openBuiltShare, ShareBuilder } from "./support/share-builder.js";
import { file } from "./support/trees.js";
import { codeOf, docs, resolve } from "./support/unmounted.js";

it("a directory's children are those of its own snapshot, whoever is asked", async () => {
  await using folder = await temporaryDirectory();
  await using builder = await ShareBuilder.create(folder.path, docs);
  const tree = (text: string) =>
    new Map([
      ["a", { kind: "directory", mtimeMs: 0 } as const],
      ["a/b", { kind: "directory", mtimeMs: 0 } as const],
      ["a/b/c", file(text)],
    ]);
  const first = await builder.snapshot(tree("one"));
  await builder.snapshot(tree("two"));
  const open = (): Promise<Operations> =>
    Operations.open({
      directory: { list: () => [docs], open: (name) => openBuiltShare(folder.path, name, new BlobCache()) },
      root: { kind: "share", share: docs },
      ownership: defaultOwnership(),
      clock: systemClock,
      logger: silentLogger,
    });
  await using operations = await open();
  await using fresh = await open();
  const slots = new ShareSlots();
  const numbers = new HandleNumbers(operations, slots);
  const a = numbers.placeOf(await resolve(operations, `/${first.name}/a`));
  const b = numbers.placeOf(await resolve(operations, `/${first.name}/a/b`));

  await builder.prune(first);
  for (const { shares } of [operations, fresh]) for (const share of shares.opened()) share.snapshots();

  // Not what this one has kept of it, but as after many others.
  const again = new HandleNumbers(operations, slots);
  const held: Handle = await again.handleOf(a);
  const child = await operations.lookup(held, "b");
  expect(again.placeOf(child)).toEqual(b);
  const [, , inside] = await operations.readdir(await again.handleOf(b), 0, 10);
  const read = operations.read(operations.open(inside?.handle as Handle, { write: false }), 0, 10);
  expect(Buffer.from(await read).toString()).toBe("one");
  // Whoever has never seen the snapshot.
  expect(await codeOf(() => new HandleNumbers(fresh, slots).handleOf(a))).toBe("ENOENT");
});
