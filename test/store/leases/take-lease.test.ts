import { expect, it } from "vitest";
import { StoreError } from "../../../core/errors.js";
import type { FencingNumber } from "../../../core/ids.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { FaultyStore, type Fault } from "../support/faulty-store.js";
import { localStore, newShare } from "../support/stores.js";
import { Machines, type Machine } from "./support/machines.js";

const SECOND = 1000;
const away = new StoreError("UNREACHABLE", "The store does not answer.");

async function twoMachines(wrap?: (objects: ObjectStore) => ObjectStore) {
  const objects = await localStore();
  await newShare(objects);
  const machines = new Machines(objects);
  return { machines, one: await machines.add("one", wrap), other: await machines.add("other") };
}

async function leasesOf({ store }: Machine): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of store.objects.list(store.names.leasePrefix)) names.push(name);
  return names;
}

it("numbers go up from lease to lease, on whatever machine, and one object is what stays", async () => {
  const { one, other } = await twoMachines();
  for (const [index, machine] of [one, other, other, one].entries()) {
    await using lease = await machine.take();
    expect(lease.number).toBe(index + 1);
    await lease.expectHeld();
    expect(await leasesOf(one)).toEqual([`acme/docs/lease/000000000${index + 1}.fb`]);
  }
  expect(await leasesOf(one)).toEqual(["acme/docs/lease/0000000004.fb"]);
});

it("is refused while another machine has it, after its next heartbeat, and says who has it since when", async () => {
  const { one, other } = await twoMachines();
  await using lease = await one.take();
  const beganMs = other.nowMs();
  await expect(other.take()).rejects.toMatchObject({
    code: "SHARE_BUSY",
    exitStatus: 11,
    message: "Another backup of acme/docs is running (process 1000 on one, since 2026-11-20T00:00:00.000Z, lease 1).",
    fields: { share: "acme/docs", pid: 1000, host: "one", since: "2026-11-20T00:00:00.000Z", fencing: 1 },
  });
  expect(other.nowMs() - beganMs).toBeLessThanOrEqual(12 * SECOND);
  await lease.expectHeld();
  expect(await leasesOf(one)).toHaveLength(1);
});

it.each(["stopped", "asleep"] as const)(
  "a machine that is %s loses its lease after a minute without a change, and learns it before it writes",
  async (state) => {
    const { machines, one, other } = await twoMachines();
    await using lost = await one.take();
    await machines.pass(20 * SECOND);
    one.state = state;
    const beganMs = other.nowMs();
    await using taken = await other.take();
    expect(taken.number).toBe(2);
    expect(other.nowMs() - beganMs).toBeGreaterThanOrEqual(60 * SECOND);
    expect(other.nowMs() - beganMs).toBeLessThanOrEqual(64 * SECOND);
    one.state = "awake";
    const before = await other.store.leases.read(taken.number);
    await expect(lost.expectHeld()).rejects.toMatchObject({ code: "LEASE_LOST", exitStatus: 11 });
    expect(lost.signal.reason).toMatchObject({ code: "LEASE_LOST", fields: { share: "acme/docs", fencing: 1 } });
    await lost[Symbol.asyncDispose]();
    expect(await other.store.leases.read(taken.number)).toEqual(before);
    expect(await leasesOf(one)).toHaveLength(1);
    await taken.expectHeld();
  },
);

it("a sleeper learns that it lost its lease even when the one that took over has come and gone", async () => {
  const { one, other } = await twoMachines();
  await using lost = await one.take();
  one.state = "asleep";
  for (let n = 0; n < 3; n++) await (await other.take())[Symbol.asyncDispose]();
  expect(await leasesOf(one)).toEqual(["acme/docs/lease/0000000004.fb"]);
  one.state = "awake";
  lost.expectFresh();
  await expect(lost.expectHeld()).rejects.toMatchObject({ code: "LEASE_LOST" });
});

it("the next heartbeat of a machine that slept finds that another has taken over, and says so by the signal", async () => {
  const { machines, one, other } = await twoMachines();
  await using lost = await one.take();
  one.state = "asleep";
  await using _taken = await other.take();
  one.state = "awake";
  await machines.pass(11 * SECOND);
  expect(lost.signal.reason).toMatchObject({ code: "LEASE_LOST" });
  expect(await leasesOf(one)).toEqual(["acme/docs/lease/0000000002.fb"]);
});

it("a process that is known to be gone is followed at once", async () => {
  const { one, other } = await twoMachines();
  await using _dead = await one.take();
  one.state = "stopped";
  other.gone = ({ owner }) => owner.host === "one";
  const beganMs = other.nowMs();
  await using lease = await other.take();
  expect([lease.number, other.nowMs()]).toEqual([2, beganMs]);
});

it("of many that take it at the same time one has it, and the others are refused", async () => {
  const { machines, one, other } = await twoMachines();
  await (await one.take())[Symbol.asyncDispose]();
  const takers = [one, other, await machines.add("third"), await machines.add("fourth")];
  const results = await Promise.allSettled(takers.map((taker) => taker.take()));
  const taken = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  expect(taken.map(({ number }) => number)).toEqual([2]);
  expect(refused).toEqual([1, 2, 3].map(() => expect.objectContaining({ code: "SHARE_BUSY" })));
  await taken[0]?.expectHeld();
  await taken[0]?.[Symbol.asyncDispose]();
});

it("a number that others have used and cleared away is no lease for one who was slow to take it", async () => {
  let meanwhile = (): Promise<void> => Promise.resolve();
  const { one, other } = await twoMachines((objects) => ({
    ...passing(objects),
    async putIfAbsent(...args) {
      const work = meanwhile;
      meanwhile = () => Promise.resolve();
      await work();
      return objects.putIfAbsent(...args);
    },
  }));
  meanwhile = async () => {
    for (let n = 0; n < 2; n++) await (await other.take())[Symbol.asyncDispose]();
  };
  await using lease = await one.take();
  expect(lease.number).toBe(3);
  expect(await leasesOf(one)).toEqual(["acme/docs/lease/0000000003.fb"]);
});

const passing = (objects: ObjectStore): ObjectStore => ({
  uri: objects.uri,
  put: (...args) => objects.put(...args),
  putIfAbsent: (...args) => objects.putIfAbsent(...args),
  get: (...args) => objects.get(...args),
  getRange: (...args) => objects.getRange(...args),
  list: (...args) => objects.list(...args),
  delete: (...args) => objects.delete(...args),
  stat: (...args) => objects.stat(...args),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

/** The first machine's way to the store, with faults that must all be met. */
function faulty(faults: readonly Omit<Fault, "error" | "object">[]) {
  const met: FaultyStore[] = [];
  const wrap = (objects: ObjectStore): ObjectStore => {
    const store = new FaultyStore(
      objects,
      faults.map((fault) => ({ ...fault, object: "/lease/", error: away })),
    );
    met.push(store);
    return store;
  };
  return { wrap, unmet: () => met.flatMap((store) => store.unmet) };
}

it("has a lease whose taking was done and answered with an error", async () => {
  const { wrap, unmet } = faulty([{ operation: "putIfAbsent", when: "after" }]);
  const { one, other } = await twoMachines(wrap);
  await using lease = await one.take();
  expect([lease.number, unmet()]).toEqual([1, []]);
  await expect(other.take()).rejects.toMatchObject({ code: "SHARE_BUSY" });
});

it.each([
  ["list", "before"],
  ["putIfAbsent", "before"],
  ["list", "after"],
] as const)("a store that fails at %s (%s) ends the taking, and the next one succeeds", async (operation, when) => {
  const { wrap, unmet } = faulty([{ operation, when }]);
  const { one } = await twoMachines(wrap);
  await expect(one.take()).rejects.toBe(away);
  expect(unmet()).toEqual([]);
  await using lease = await one.take();
  await lease.expectHeld();
});

it("two heartbeats that fail and one whose answer is lost cost nothing when the next arrives", async () => {
  const { wrap, unmet } = faulty([
    { operation: "put", when: "before" },
    { operation: "put", when: "before" },
    { operation: "put", when: "after" },
  ]);
  const { machines, one, other } = await twoMachines(wrap);
  await using lease = await one.take();
  await machines.pass(31 * SECOND);
  expect(unmet()).toEqual([]);
  lease.expectFresh();
  await machines.pass(120 * SECOND);
  await lease.expectHeld();
  await expect(other.take()).rejects.toMatchObject({ code: "SHARE_BUSY" });
});

it("heartbeats that all fail end the lease before anybody may take it over", async () => {
  const { wrap, unmet } = faulty([1, 2, 3, 4].map(() => ({ operation: "put", when: "before" })));
  const { machines, one, other } = await twoMachines(wrap);
  await using lost = await one.take();
  await machines.pass(49 * SECOND);
  lost.expectFresh();
  await machines.pass(SECOND);
  expect(unmet()).toEqual([]);
  expect(lost.signal.reason).toMatchObject({
    code: "LEASE_LOST",
    message:
      "The backup of acme/docs was stopped: it has lost its lease 1, because it could not be renewed for 50 seconds (The store does not answer.).",
    cause: away,
  });
  const beganMs = other.nowMs();
  await using taken = await other.take();
  expect(taken.number).toBe(2);
  expect(other.nowMs() - beganMs).toBeGreaterThanOrEqual(60 * SECOND);
});

it("a lease that cannot be given back is nobody's fault, and expires", async () => {
  const { wrap, unmet } = faulty([{ operation: "put", when: "before" }]);
  const { one, other } = await twoMachines(wrap);
  await (await one.take())[Symbol.asyncDispose]();
  expect(unmet()).toEqual([]);
  await using lease = await other.take();
  expect(lease.number).toBe(2);
});

it("a damaged lease locks nobody out for longer than any other, and is believed while it changes", async () => {
  const { one, other } = await twoMachines();
  const name = one.store.names.lease(1 as FencingNumber);
  await one.store.objects.put(name, Buffer.from("damaged"));
  let writes = 0;
  const stop = one.every(10 * SECOND, () => void one.store.objects.put(name, Buffer.from(`damaged ${++writes}`)));
  await expect(other.take()).rejects.toMatchObject({ code: "SHARE_BUSY", fields: { fencing: 1 } });
  stop();
  await using lease = await other.take();
  expect(lease.number).toBe(2);
});

it("waiting for another's lease ends with the signal's reason", async () => {
  const { one, other } = await twoMachines();
  await using _lease = await one.take();
  const abort = new AbortController();
  one.every(3 * SECOND, () => abort.abort(new Error("stopped")));
  await expect(other.take(abort.signal)).rejects.toThrow("stopped");
});
