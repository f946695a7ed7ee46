import { beforeEach, describe, expect, test } from "vitest";
import { StoreError } from "../../../core/errors.js";
import type { ContentId } from "../../../core/ids.js";
import type { TimeNs } from "../../../core/time.js";
import { systemClock } from "../../../core/clock.js";
import { BlobReader } from "../../../store/blob-reader.js";
import type { KeySecret, KeySlot, KeySlotId } from "../../../store/crypto/key-slot.js";
import { decodeKeySlot, encodeKeySlot } from "../../../store/crypto/key-codec.js";
import { unlockWith } from "../../../store/crypto/unlock.js";
import type { ObjectStore } from "../../../store/object-store.js";
import { ShareStore } from "../../../store/share-store.js";
import { noise, stored } from "../support/content.js";
import { FaultyStore } from "../support/faulty-store.js";
import { CHEAP, keyFile, passphrase } from "../support/keys.js";
import { localStore, newShare, SHARE } from "../support/stores.js";

const NOW = 5n as TimeNs;
const BLOB = noise(2000);

let objects: ObjectStore;
let store: ShareStore;

beforeEach(async () => {
  objects = await localStore();
  store = await ShareStore.create(
    objects,
    SHARE,
    {},
    {
      clock: systemClock,
      lock: { secret: passphrase("one"), cost: CHEAP },
    },
  );
  await stored(store, [BLOB]);
});

const open = (secret: KeySecret, over = objects) => ShareStore.open(over, SHARE, { unlock: unlockWith(secret) });

const add = (secret: KeySecret, over = store) => over.addKey({ secret, label: "", createdAt: NOW, cost: CHEAP });

/** Whether the secret opens the share, and what is in it. */
async function opens(secret: KeySecret): Promise<boolean> {
  try {
    const reader = new BlobReader({ store: await open(secret) });
    return Buffer.compare(await reader.read(1 as ContentId, { kind: "blob" }), BLOB) === 0;
  } catch (error) {
    expect(error).toMatchObject({ code: "WRONG_KEY", fields: { share: "acme/docs" } });
    return false;
  }
}

const contents = async () => {
  const found: string[] = [];
  for await (const { name } of objects.list("")) {
    if (!name.includes("/keys/")) found.push(name, Buffer.from((await objects.get(name)) ?? []).toString("hex"));
  }
  return found;
};

test("a share is opened by its passphrase and by nothing else", async () => {
  expect(await opens(passphrase("one"))).toBe(true);
  expect(await opens(passphrase("One"))).toBe(false);
  expect(await opens(keyFile(1))).toBe(false);
  await expect(ShareStore.open(objects, SHARE)).rejects.toMatchObject({ code: "KEY_REQUIRED" });
});

test("a share that is not encrypted asks for nothing", async () => {
  const plain = await newShare();
  const asked = () => Promise.reject(new Error("asked"));
  expect((await ShareStore.open(plain.objects, SHARE, { unlock: asked })).sealing.isSealed).toBe(false);
  await expect(add(keyFile(1), plain)).rejects.toMatchObject({ code: "USAGE" });
});

test("keys are added and removed, and nothing else is written", async () => {
  const before = await contents();
  const added = await add(keyFile(7));
  expect(await opens(passphrase("one"))).toBe(true);
  expect(await opens(keyFile(7))).toBe(true);
  const { openedBy } = await open(passphrase("one"));
  await (await open(keyFile(7))).keys.remove(openedBy!);
  expect(await opens(passphrase("one"))).toBe(false);
  expect(await opens(keyFile(7))).toBe(true);
  expect((await store.keys.list()).slots.map(({ id }) => id)).toEqual([added.id]);
  expect(await contents()).toEqual(before);
});

test("the last key is never removed, nor one that is not there", async () => {
  const [only] = (await store.keys.list()).slots;
  await expect(store.keys.remove(only!.id)).rejects.toMatchObject({ code: "USAGE" });
  await expect(store.keys.remove("0123456789abcdef" as KeySlotId)).rejects.toMatchObject({ code: "USAGE" });
  expect(await opens(passphrase("one"))).toBe(true);
});

test("a key that cannot be read does not count as another one", async () => {
  const [first] = (await store.keys.list()).slots;
  const second = await add(passphrase("two"));
  await objects.put(store.names.key(second.id), Buffer.from("no key"));
  const { slots, unreadable } = await store.keys.list();
  expect(slots).toEqual([first]);
  expect(unreadable).toMatchObject([{ code: "DAMAGED", fields: { where: store.names.key(second.id) } }]);
  await expect(store.keys.remove(first!.id)).rejects.toMatchObject({ code: "USAGE" });
  expect(await opens(passphrase("one"))).toBe(true);
});

test("two that remove each other's key at the same time leave one", async () => {
  const [first] = (await store.keys.list()).slots;
  const second = await add(passphrase("two"));
  // The other one deletes its key between our look and our own deletion.
  class Racing extends FaultyStore {
    override async delete(name: string): Promise<void> {
      await objects.delete(store.names.key(second.id));
      await super.delete(name);
    }
  }
  const racing = new Racing(objects);
  const other = await open(passphrase("one"), racing);
  await expect(other.keys.remove(first!.id)).rejects.toMatchObject({ code: "USAGE" });
  expect(await opens(passphrase("one"))).toBe(true);
});

test("a rotation that is cut off after any step leaves a key that works", async () => {
  const fault = new StoreError("UNREACHABLE", "cut");
  for (const [operation, object, when] of [
    ["putIfAbsent", "/keys/", "before"],
    ["putIfAbsent", "/keys/", "after"],
    ["delete", "/keys/", "before"],
    ["delete", "/keys/", "after"],
  ] as const) {
    const faulty = new FaultyStore(objects, [{ operation, object, when, error: fault }]);
    const { slots } = await store.keys.list();
    const secret = (await opens(passphrase("one"))) ? passphrase("one") : passphrase("two");
    const rotating = await open(secret, faulty);
    const rotated = async () => {
      await add(passphrase("two"), rotating);
      await rotating.keys.remove(rotating.openedBy!);
    };
    await expect(rotated()).rejects.toBe(fault);
    expect(faulty.unmet).toEqual([]);
    expect(slots.length).toBeGreaterThan(0);
    expect((await opens(passphrase("one"))) || (await opens(passphrase("two")))).toBe(true);
  }
});

describe("a share that is being made", () => {
  const SECOND = { tenant: "acme", share: "second" };
  const create = (over: ObjectStore, secret: KeySecret | undefined) =>
    ShareStore.create(over, SECOND, {}, { clock: systemClock, lock: secret && { secret, cost: CHEAP } });
  const keysOf = async () => {
    const found: string[] = [];
    for await (const { name } of objects.list("acme/second/keys/")) found.push(name);
    return found;
  };
  const cut = { operation: "putIfAbsent", object: "share.fb", when: "before" } as const;

  test.each([
    ["encrypted", keyFile(2)],
    ["plain", undefined],
  ] as const)(
    "has its key first; what is left of it when it is cut off goes when the share is made %s",
    async (_how, secret) => {
      const fault = new StoreError("UNREACHABLE", "cut");
      await expect(create(new FaultyStore(objects, [{ ...cut, error: fault }]), keyFile(1))).rejects.toBe(fault);
      expect(await keysOf()).toHaveLength(1);
      await expect(ShareStore.open(objects, SECOND)).rejects.toMatchObject({ code: "STORE_UNINITIALISED" });
      const made = await create(objects, secret);
      expect(await keysOf()).toEqual(made.openedBy === undefined ? [] : [made.names.key(made.openedBy)]);
      await ShareStore.open(objects, SECOND, { unlock: unlockWith(keyFile(2)) });
    },
  );

  test("by two at once is one's, and the other's key goes", async () => {
    const results = await Promise.allSettled([1, 2, 3].map((n) => create(objects, keyFile(n))));
    const made = results.flatMap((result, at) => (result.status === "fulfilled" ? [at + 1] : []));
    expect(made).toHaveLength(1);
    expect(await keysOf()).toHaveLength(1);
    await ShareStore.open(objects, SECOND, { unlock: unlockWith(keyFile(made[0]!)) });
  });
});

describe("a key slot", () => {
  const slot = async (): Promise<KeySlot> => (await store.keys.list()).slots[0]!;

  test("of another share, or another slot, opens nothing", async () => {
    const own = await slot();
    const second = await add(passphrase("two"));
    const object = (await objects.get(store.names.key(own.id))) ?? noise(1);
    await objects.put(store.names.key(second.id), object);
    expect((await store.keys.list()).unreadable).toHaveLength(1);
    // Also when it is forged to say that it is: what is wrapped is bound to the name.
    await objects.put(store.names.key(second.id), encodeKeySlot(store.names.key(second.id), { ...own, id: second.id }));
    await objects.delete(store.names.key(own.id));
    expect(await opens(passphrase("one"))).toBe(false);
  });

  test.each([
    [{ n: 2 ** 24, r: 8, p: 1 }],
    [{ n: 2 ** 17, r: 2 ** 20, p: 1 }],
    [{ n: 2 ** 17, r: 8, p: 2 ** 10 }],
    [{ n: 100, r: 8, p: 1 }],
    [{ n: 0, r: 0, p: 0 }],
  ])("that asks for scrypt with %o is refused before anything is computed", async (cost) => {
    const own = await slot();
    const name = store.names.key(own.id);
    const object = encodeKeySlot(name, { ...own, cost });
    expect(() => decodeKeySlot(name, SHARE, own.id, object)).toThrow(
      expect.objectContaining({ code: "DAMAGED", fields: { where: name } }),
    );
    await objects.put(name, object);
    await expect(open(passphrase("one"))).rejects.toMatchObject({ code: "DAMAGED", fields: { where: name } });
  });

  test("of which any byte has changed is told, and opens nothing", async () => {
    const own = await slot();
    const name = store.names.key(own.id);
    const object = (await objects.get(name)) ?? noise(1);
    for (let at = 0; at < object.length; at += 3) {
      const altered = Uint8Array.from(object);
      altered[at] = (altered[at] ?? 0) ^ 4;
      expect(() => decodeKeySlot(name, SHARE, own.id, altered)).toThrow(expect.objectContaining({ code: "DAMAGED" }));
    }
  });
});

test("a share whose share.fb was made to say that nothing is encrypted shows nothing of it", async () => {
  const other = await newShare(await localStore());
  await objects.put(store.names.share, (await other.objects.get(store.names.share)) ?? noise(1));
  const plain = await ShareStore.open(objects, SHARE);
  const reading = new BlobReader({ store: plain }).read(1 as ContentId, { kind: "blob" });
  await expect(reading).rejects.toMatchObject({
    code: "DAMAGED",
    message: expect.stringContaining("is encrypted, in a share"),
  });
});

test("a share.fb of another key is refused", async () => {
  const other = await newShare(await localStore(), SHARE, true);
  await objects.put(store.names.share, (await other.objects.get(store.names.share)) ?? noise(1));
  await expect(open(passphrase("one"))).rejects.toMatchObject({
    code: "DAMAGED",
    fields: { where: store.names.share },
  });
});
