import { expect, test } from "vitest";
import { FencedStore, type Fence } from "../../../store/wrappers/fenced-store.js";
import { CountingStore } from "../../../store/wrappers/counting-store.js";
import { describeObjectStore } from "../contract/object-store.js";
import { localStore } from "../support/stores.js";

const open: Fence = { expectFresh() {}, expectHeld: () => Promise.resolve() };
const lost = new Error("lost");
const isContent = (name: string): boolean => name.startsWith("blobs/");
const bytes = new Uint8Array(3);

describeObjectStore("FencedStore", async () => new FencedStore(await localStore(), open, isContent));

test("writes nothing and reads all when the fence is down", async () => {
  const inner = new CountingStore(await localStore());
  await inner.put("a", bytes);
  inner.reset();
  const down: Fence = {
    expectFresh() {
      throw lost;
    },
    expectHeld: () => Promise.reject(lost),
  };
  const store = new FencedStore(inner, down, isContent);
  for (const name of ["a", "blobs/a"]) {
    await expect(store.put(name, bytes)).rejects.toBe(lost);
    await expect(store.putIfAbsent(name, bytes)).rejects.toBe(lost);
    await expect(store.delete(name)).rejects.toBe(lost);
  }
  expect(inner.counts).toMatchObject({ put: 0, putIfAbsent: 0, delete: 0 });
  expect(await store.get("a")).toEqual(Buffer.from(bytes));
});

test("asks the store about the lease only for what others read, and again for what somebody else has written", async () => {
  const asked: string[] = [];
  const fence: Fence = {
    expectFresh: () => void asked.push("clock"),
    expectHeld: () => Promise.resolve(void asked.push("store")),
  };
  const store = new FencedStore(await localStore(), fence, isContent);
  await store.putIfAbsent("blobs/1", bytes);
  expect(asked.splice(0)).toEqual(["clock"]);
  await store.putIfAbsent("manifest", bytes);
  expect(asked.splice(0)).toEqual(["store"]);
  expect(await store.putIfAbsent("manifest", bytes)).toBe(false);
  expect(asked.splice(0)).toEqual(["store", "store"]);
});
