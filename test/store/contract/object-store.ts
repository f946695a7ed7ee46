// What every backend and every wrapper promises: run on each of them.
import { describe, expect, test } from "vitest";
import type { ObjectInfo, ObjectStore } from "../../../store/object-store.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined): string | undefined => found && Buffer.from(found).toString();

async function names(list: AsyncIterable<ObjectInfo>): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of list) found.push(name);
  return found;
}

/** @param open gives a fresh, empty store */
export function describeObjectStore(kind: string, open: () => Promise<ObjectStore>): void {
  describe(`${kind} as an object store`, () => {
    test("gives back what was put, whatever its size", async () => {
      await using store = await open();
      const large = Buffer.alloc(3_000_001, "large");
      await store.put("a/empty", new Uint8Array(0));
      await store.put("a/large", large);
      expect(await store.get("a/empty")).toHaveLength(0);
      expect(Buffer.compare((await store.get("a/large")) ?? bytes(""), large)).toBe(0);
    });

    test("replaces an object that is put again", async () => {
      await using store = await open();
      await store.put("a", bytes("a longer first one"));
      await store.put("a", bytes("second"));
      expect(text(await store.get("a"))).toBe("second");
    });

    test("says undefined for what is not there", async () => {
      await using store = await open();
      await store.put("folder/object", bytes("x"));
      for (const name of ["none", "folder", "folder/none", "folder/object/below"]) {
        expect(await store.get(name)).toBeUndefined();
        expect(await store.getRange(name, 0, 10)).toBeUndefined();
        expect(await store.stat(name)).toBeUndefined();
      }
    });

    test("puts if absent once and leaves alone what is there", async () => {
      await using store = await open();
      expect(await store.putIfAbsent("d/a", bytes("first"))).toBe(true);
      expect(await store.putIfAbsent("d/a", bytes("second"))).toBe(false);
      expect(text(await store.get("d/a"))).toBe("first");
    });

    test("lets exactly one of many put if absent", async () => {
      await using store = await open();
      const tries = Array.from({ length: 20 }, (_, i) => store.putIfAbsent("d/one", bytes(`writer ${i}`)));
      const created = await Promise.all(tries);
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(text(await store.get("d/one"))).toBe(`writer ${created.indexOf(true)}`);
    });

    test("never shows a part of an object that is being replaced", async () => {
      await using store = await open();
      const sides = ["a", "b"].map((side) => Buffer.alloc(300_000, side));
      await store.put("o", sides[0] ?? bytes(""));
      const writing = Promise.all(Array.from({ length: 10 }, (_, i) => store.put("o", sides[i % 2] ?? bytes(""))));
      for (let i = 0; i < 20; i++) {
        const seen = await store.get("o");
        expect(sides.some((side) => seen !== undefined && Buffer.compare(seen, side) === 0)).toBe(true);
      }
      await writing;
    });

    test("reads ranges, shorter ones at the end, and from the end", async () => {
      await using store = await open();
      await store.put("r", bytes("0123456789"));
      const range = async (offset: number, length: number) => text(await store.getRange("r", offset, length));
      expect(await range(0, 3)).toBe("012");
      expect(await range(4, 3)).toBe("456");
      expect(await range(8, 10)).toBe("89");
      expect(await range(10, 5)).toBe("");
      expect(await range(20, 5)).toBe("");
      expect(await range(3, 0)).toBe("");
      expect(await range(-4, 2)).toBe("67");
      expect(await range(-4, 100)).toBe("6789");
      expect(await range(-100, 100)).toBe("0123456789");
    });

    test("lists in byte order of the whole names", async () => {
      await using store = await open();
      const all = ["a-b/1", "a.b", "a/1", "a/1.x", "a/1/2", "a/10", "a/2", "a0", "aB", "ab"];
      // A file system cannot hold both an object and others below it, so "a/1" stays out where "a/1/2" is.
      const possible = all.filter((name) => name !== "a/1");
      for (const name of possible.toReversed()) await store.put(name, bytes(name));
      expect(await names(store.list(""))).toEqual(possible.toSorted());
      expect(await names(store.list("a/"))).toEqual(["a/1.x", "a/1/2", "a/10", "a/2"]);
      expect(await names(store.list("a/1"))).toEqual(["a/1.x", "a/1/2", "a/10"]);
      expect(await names(store.list("a/1/"))).toEqual(["a/1/2"]);
      expect(await names(store.list("b"))).toEqual([]);
      expect(await names(store.list("b/c/"))).toEqual([]);
    });

    test("lists from behind a name, whether or not it exists", async () => {
      await using store = await open();
      const all = ["x/00/1", "x/00/2", "x/01/1", "x/01/2", "x/02/1", "y/1"];
      for (const name of all) await store.put(name, bytes("."));
      for (const after of [...all, "", "a", "x", "x/", "x/00", "x/00/", "x/00/15", "x/01/3", "x/1", "z"]) {
        expect(await names(store.list("x/", { after }))).toEqual(
          all.filter((name) => name.startsWith("x/") && name > after),
        );
        expect(await names(store.list("", { after }))).toEqual(all.filter((name) => name > after));
      }
    });

    test("tells sizes, alone and in lists, and lets a list be left early", async () => {
      await using store = await open();
      for (let i = 0; i < 5; i++) await store.put(`s/${i}`, new Uint8Array(i));
      expect(await store.stat("s/3")).toEqual({ name: "s/3", sizeBytes: 3 });
      for await (const info of store.list("s/")) {
        if (info.name !== "s/2") continue;
        expect(info.sizeBytes).toBe(2);
        break;
      }
    });

    test("deletes, and finds no fault with what is gone already", async () => {
      await using store = await open();
      await store.put("d/1", bytes("1"));
      await store.put("d/2", bytes("2"));
      await store.delete("d/1");
      await store.delete("d/1");
      await store.delete("never/there");
      await store.delete("d");
      expect(await names(store.list(""))).toEqual(["d/2"]);
      expect(await store.putIfAbsent("d/1", bytes("again"))).toBe(true);
    });

    test.each(["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "ü", "a b", "a\0b", "a\\b", ".tmp/a"])(
      "refuses the name %j",
      async (name) => {
        await using store = await open();
        const code = { code: "INTERNAL" };
        await expect(store.put(name, bytes("x"))).rejects.toMatchObject(code);
        await expect(store.putIfAbsent(name, bytes("x"))).rejects.toMatchObject(code);
        await expect(store.get(name)).rejects.toMatchObject(code);
        await expect(store.getRange(name, 0, 1)).rejects.toMatchObject(code);
        await expect(store.delete(name)).rejects.toMatchObject(code);
        await expect(store.stat(name)).rejects.toMatchObject(code);
      },
    );

    test("stops at an aborted signal with its reason and leaves nothing behind", async () => {
      await using store = await open();
      await store.put("there", bytes("x"));
      const reason = new Error("the test says stop");
      const signal = AbortSignal.abort(reason);
      await expect(store.put("new", bytes("x"), { signal })).rejects.toBe(reason);
      await expect(store.putIfAbsent("new", bytes("x"), { signal })).rejects.toBe(reason);
      await expect(store.get("there", { signal })).rejects.toBe(reason);
      await expect(store.getRange("there", 0, 1, { signal })).rejects.toBe(reason);
      await expect(store.delete("there", { signal })).rejects.toBe(reason);
      await expect(store.stat("there", { signal })).rejects.toBe(reason);
      await expect(names(store.list("", { signal }))).rejects.toBe(reason);
      expect(await names(store.list(""))).toEqual(["there"]);
    });
  });
}
