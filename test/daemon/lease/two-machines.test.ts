// Whole backups of two machines: a store and a source that both see, and a state folder for each.
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { StoreError } from "../../../core/errors.js";
import type { FencingNumber, SnapshotNumber } from "../../../core/ids.js";
import { silentLogger } from "../../../core/logger.js";
import { runBackup, type BackupOptions, type BackupResult } from "../../../daemon/backup/run-backup.js";
import { makeCheckpoint } from "../../../daemon/checkpoints/make-checkpoint.js";
import { openSource } from "../../../daemon/sources/open-source.js";
import { systemLeaseTime } from "../../../store/leases/lease-time.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { Child } from "../../catalog/crash/children.js";
import { compareTrees, generateTree, readTree, writeTree } from "../../support/tree.js";
import { Machines, type Machine } from "../../store/leases/support/machines.js";
import { FaultyStore, type Fault } from "../../store/support/faulty-store.js";
import { fill } from "../backup/support/sources.js";
import { share, World } from "../backup/support/world.js";

const killed = "test/end-to-end/support/backup-child.ts";
const at = (number: number): SnapshotNumber => number as SnapshotNumber;

/** The world's own state is for reading what the machines have published. */
async function setUp(wrap?: (objects: ObjectStore) => ObjectStore) {
  const world = await World.create();
  onTestFinished(() => world[Symbol.asyncDispose]());
  await writeTree(generateTree({ seed: 5, files: 40 }), world.sourceFolder);
  const machines = new Machines(world.objects);
  return { world, machines, one: await machines.add("one", wrap), other: await machines.add("other") };
}

async function backUp(world: World, machine: Machine, options: Partial<BackupOptions> = {}): Promise<BackupResult> {
  const folder = join(world.directory.path, `state of ${machine.owner.host}`);
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  return await runBackup({
    share,
    source: openSource({ url: `file://${world.sourceFolder}` }, { logger: silentLogger }),
    store: machine.store,
    catalog,
    dedup,
    clock: world.clock,
    logger: silentLogger,
    lease: { holder: machine, time: machine },
    ...options,
  });
}

/** Everything in the store, by name. */
async function contents({ objects }: World): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { name } of objects.list("")) {
    found.set(name, Buffer.from((await objects.get(name)) ?? []).toString("base64"));
  }
  return found;
}

async function expectWhole(world: World, snapshots: number): Promise<void> {
  const published: number[] = [];
  for await (const number of world.store.manifests()) published.push(number);
  expect(published).toEqual(Array.from({ length: snapshots }, (_, index) => index + 1));
  // Its own state is behind: the snapshots are folded from the store, and the content is read back and verified.
  const { snapshot } = await world.backup();
  expect(snapshot).toMatchObject({ number: snapshots + 1, counters: { added: 0, modified: 0, deleted: 0 } });
  const tree = await world.read(world.catalog.view(at(snapshots)));
  expect(compareTrees(tree, await readTree(world.sourceFolder))).toEqual([]);
}

/** Names of what is not the same in both. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

/** The machine's store, in which the first write of an object of this kind waits: right behind the fence, or once it is done. */
function gated({ store }: Machine, kind: string, when: "before" | "after" = "before") {
  const inner = store.objects;
  let tellReached = (): void => {};
  const reached = new Promise<void>((resolve) => (tellReached = resolve));
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const wait = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
    if (!name.includes(kind)) return write();
    const result = when === "after" ? await write() : undefined;
    tellReached();
    await opened;
    return result ?? write();
  };
  const objects: ObjectStore = {
    uri: inner.uri,
    put: (name, ...rest) => wait(name, () => inner.put(name, ...rest)),
    putIfAbsent: (name, ...rest) => wait(name, () => inner.putIfAbsent(name, ...rest)),
    get: (...args) => inner.get(...args),
    getRange: (...args) => inner.getRange(...args),
    list: (...args) => inner.list(...args),
    delete: (...args) => inner.delete(...args),
    stat: (...args) => inner.stat(...args),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { store: store.over(objects), reached, open: () => open() };
}

it("a second machine is refused while the first backs up, and neither the store nor the first backup suffers", async () => {
  const { world, one, other } = await setUp();
  const gate = gated(one, "/segments/");
  const first = backUp(world, one, { store: gate.store });
  await gate.reached;
  const before = await contents(world);
  await expect(backUp(world, other)).rejects.toMatchObject({
    code: "SHARE_BUSY",
    exitStatus: 11,
    fields: { host: "one", pid: one.owner.pid, fencing: 1 },
  });
  expect(changed(before, await contents(world))).toEqual(["acme/docs/lease/0000000001.fb"]);
  gate.open();
  expect((await first).snapshot.number).toBe(1);
  await backUp(world, other);
  expect((await world.store.getManifest(at(1))).fencing).toBe(1);
  expect((await world.store.getManifest(at(2))).fencing).toBe(2);
  await expectWhole(world, 2);
});

it("a machine without a state folder of its own is refused as well when it wants to make a checkpoint", async () => {
  const { world, one } = await setUp();
  await world.backup();
  const gate = gated(one, "/snapshots/");
  const running = backUp(world, one, { store: gate.store });
  await gate.reached;
  const lease = { holder: one, time: one };
  await expect(makeCheckpoint({ ...world.parts, lease })).rejects.toMatchObject({ code: "SHARE_BUSY" });
  gate.open();
  await running;
  expect(await makeCheckpoint({ ...world.parts, lease })).toMatchObject({ snapshot: 2, written: true });
});

const PAUSES = (["bundles", "segments", "snapshots"] as const).flatMap((kind) =>
  (["asleep", "stopped"] as const).map((state) => [state, kind] as const),
);

it.each(PAUSES)(
  "a writer that is %s before its first object of %s, and wakes when another has taken over and finished, changes nothing",
  async (state, kind) => {
    const { world, one, other } = await setUp();
    const gate = gated(one, `/${kind}/`);
    const late = backUp(world, one, { store: gate.store });
    await gate.reached;
    one.state = state;
    expect((await backUp(world, other)).snapshot).toMatchObject({ number: 1 });
    const before = await contents(world);
    one.state = "awake";
    gate.open();
    await expect(late).rejects.toMatchObject({ code: "LEASE_LOST", exitStatus: 11, fields: { fencing: 1 } });
    expect(changed(before, await contents(world))).toEqual([]);
    await fill(world.sourceFolder, { "added later": "x" });
    expect((await backUp(world, one)).snapshot).toMatchObject({ number: 2, counters: { added: 1 } });
    await expectWhole(world, 2);
  },
);

it("a writer that sleeps behind its manifest has made its snapshot, and leaves the marker to the next", async () => {
  const { world, one, other } = await setUp();
  const gate = gated(one, "/snapshots/", "after");
  const late = backUp(world, one, { store: gate.store });
  await gate.reached;
  one.state = "asleep";
  expect((await backUp(world, other)).snapshot.number).toBe(2);
  one.state = "awake";
  gate.open();
  expect((await late).snapshot.number).toBe(1);
  expect(await world.store.latest()).toBe(2);
  await expectWhole(world, 2);
});

/** Heartbeats of the first machine that do not arrive. */
function withoutBeats(count: number): (objects: ObjectStore) => ObjectStore {
  const error = new StoreError("UNREACHABLE", "The store does not answer.");
  const beatFault = (): Fault => ({ operation: "put", object: "/lease/", error, when: "before" });
  return (objects) => {
    const faulty = new FaultyStore(objects, Array.from({ length: count }, beatFault));
    onTestFinished(() => expect(faulty.unmet).toEqual([]));
    return faulty;
  };
}

it("a backup outlives heartbeats that fail for less than the lease lives", async () => {
  const { world, machines, one } = await setUp(withoutBeats(3));
  const gate = gated(one, "/segments/");
  const running = backUp(world, one, { store: gate.store });
  await gate.reached;
  await machines.pass(100_000);
  gate.open();
  expect((await running).snapshot.number).toBe(1);
  await expectWhole(world, 1);
});

it("a backup whose heartbeats fail for longer stops, and another machine takes up what it has stored", async () => {
  const { world, machines, one, other } = await setUp(withoutBeats(4));
  const gate = gated(one, "/segments/");
  const running = backUp(world, one, { store: gate.store });
  await gate.reached;
  await machines.pass(50_000);
  gate.open();
  await expect(running).rejects.toMatchObject({ code: "LEASE_LOST", cause: { code: "UNREACHABLE" } });
  expect(await world.store.latest()).toBeUndefined();
  const { snapshot } = await backUp(world, other);
  expect(snapshot).toMatchObject({ number: 1, counters: { bytesRead: 0 } });
  await expectWhole(world, 1);
});

it("a backup after one that was killed on the same machine goes on at once, under the next number", async () => {
  const { world } = await setUp();
  await fill(world.sourceFolder, { large: "x".repeat(3_000_000) });
  const folder = world.directory.path;
  await using child = new Child(killed, { folder, killAfterBytes: 1_000_000 });
  expect(await child.end).toMatchObject({ signal: "SIGKILL" });
  expect(await world.store.leases.read(1 as FencingNumber)).toMatchObject({ record: { state: "held" } });
  const time = { ...systemLeaseTime, wait: () => Promise.reject(new Error("it waits")) };
  expect((await world.backup({ lease: { time } })).snapshot.number).toBe(1);
  expect((await world.store.getManifest(at(1))).fencing).toBe(2);
});
