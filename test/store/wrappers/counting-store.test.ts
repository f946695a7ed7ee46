import { expect, test } from "vitest";
import { CountingStore } from "../../../store/wrappers/counting-store.js";
import { describeObjectStore } from "../contract/object-store.js";
import { FaultyStore } from "../support/faulty-store.js";
import { localStore } from "../support/stores.js";

describeObjectStore("CountingStore", async () => new CountingStore(await localStore()));
describeObjectStore("FaultyStore without faults", async () => new FaultyStore(await localStore()));

test("counts operations and bytes, and begins anew when told", async () => {
  const store = new CountingStore(await localStore());
  await store.put("a/1", new Uint8Array(10));
  await store.putIfAbsent("a/1", new Uint8Array(7));
  await store.get("a/1");
  await store.get("none");
  await store.getRange("a/1", 0, 4);
  await store.stat("a/1");
  for await (const info of store.list("a/")) expect(info.sizeBytes).toBe(10);
  await store.delete("a/1");
  expect(store.counts).toEqual({
    put: 1,
    putIfAbsent: 1,
    get: 2,
    getRange: 1,
    list: 1,
    listed: 1,
    delete: 1,
    stat: 1,
    bytesWritten: 17,
    bytesRead: 14,
  });
  store.reset();
  expect(store.counts.put).toBe(0);
});
