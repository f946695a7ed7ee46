import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Handle } from "../../fs/handle.js";
import { HandleNumbers, ROOT_NUMBER } from "../../fs/handle-numbers.js";
import type { NodeNumber } from "../../fs/node-number.js";
import type { Operations } from "../../fs/operations.js";
import { ShareSlots } from "../../fs/share-slots.js";
import { codeOf, names, resolve, UnmountedFixture } from "./support/unmounted.js";

let fixture: UnmountedFixture;
let operations: Operations;
let numbers: HandleNumbers;

beforeAll(async () => {
  fixture = await UnmountedFixture.build();
  operations = await fixture.open();
  numbers = new HandleNumbers(operations, new ShareSlots());
});
afterAll(async () => {
  await operations[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const text = ({ high, low }: NodeNumber): string => `${high}:${low}`;
const at = (path: string): Promise<Handle> => resolve(operations, path);

/** Every path beneath one, itself included. */
async function all(path: string): Promise<string[]> {
  const found = [path];
  if ((await operations.getattr(await at(path))).kind !== "directory") return found;
  for (const name of await names(operations, path)) {
    if (name !== "." && name !== "..") found.push(...(await all(`${path}/${name}`)));
  }
  return found;
}

describe("numbers of handles", () => {
  it("lead back to what they were given to, from the root down", async () => {
    expect(numbers.placeOf(operations.root)).toEqual(ROOT_NUMBER);
    const paths = ["/acme", "/acme/docs", "/acme/docs/latest", ...(await all(`/acme/docs/${fixture.first.name}`))];
    const seen = new Set<string>();
    for (const path of paths) {
      const handle = await at(path);
      const number = numbers.placeOf(handle);
      seen.add(text(number));
      const found = await numbers.handleOf(number);
      expect(found.kind).toBe(handle.kind);
      expect(await operations.getattr(found)).toEqual(await operations.getattr(handle));
      expect(numbers.placeOf(found)).toEqual(number);
    }
    expect(seen.size).toBe(paths.length);
  });

  it("are found again by whoever did not give them, such as another thread", async () => {
    const slots = new ShareSlots();
    const given = new HandleNumbers(operations, slots);
    const found = new HandleNumbers(operations, slots);
    for (const path of await all(`/acme/docs/${fixture.second.name}`)) {
      const handle = await at(path);
      const again = await found.handleOf(given.placeOf(handle));
      expect(await operations.getattr(again)).toEqual(await operations.getattr(handle));
    }
  });

  it("of `.` and `..` are those of the folders, whether these were listed before or not", async () => {
    const slots = new ShareSlots();
    const [listing, fresh] = [new HandleNumbers(operations, slots), new HandleNumbers(operations, slots)];
    const folders = [];
    for (const path of await all(`/acme/docs/${fixture.second.name}`)) {
      const handle = await at(path);
      if (handle.kind === "node" && handle.entry.kind === "directory") {
        folders.push({ ...handle, nodeId: handle.entry.nodeId });
      }
    }
    for (const folder of folders) {
      for (const entry of folder.view.list(folder.nodeId)) listing.numbersWithin(folder, entry);
    }
    expect(folders.length).toBeGreaterThan(3);
    for (const folder of folders) {
      const { own, parent } = fresh.dotInodesOf(folder);
      expect(own).toEqual(fresh.inodeOf(folder));
      const above = folders.find(({ nodeId }) => nodeId === folder.entry.parentId);
      expect(parent).toEqual(above && fresh.inodeOf(above));
      expect(listing.dotInodesOf(folder)).toEqual({ own, parent });
    }
  });

  it("are the same inode in two snapshots exactly where nothing changed, in folders nothing beneath", async () => {
    const inode = async (path: string): Promise<string> => text(numbers.inodeOf(await at(path)));
    const [first, second] = [`/acme/docs/${fixture.first.name}`, `/acme/docs/${fixture.second.name}`];
    const inSecond = new Set(await all(second));
    let same = 0;
    let different = 0;
    for (const path of await all(first)) {
      const other = path.replace(first, second);
      if (!inSecond.has(other)) continue;
      const [a, b] = [await at(path), await at(other)];
      if (a.kind !== "node" || b.kind !== "node") throw new Error("no nodes");
      const isSame =
        a.entry.kind === "directory"
          ? a.view.stampOf(a.entry.nodeId) === b.view.stampOf(b.entry.nodeId) && a.entry.nodeId === b.entry.nodeId
          : a.entry.version === b.entry.version;
      expect([path, (await inode(path)) === (await inode(other))]).toEqual([path, isSame]);
      if (isSame) same++;
      else different++;
    }
    expect(same).toBeGreaterThan(5);
    expect(different).toBeGreaterThan(1);
  });

  it("keep directories of two snapshots apart as places, even where they are the same inode", async () => {
    const [a, b] = [fixture.first.name, fixture.second.name].map((name) => at(`/acme/docs/${name}/many`));
    const [first, second] = [await (a as Promise<Handle>), await (b as Promise<Handle>)];
    expect(numbers.inodeOf(first)).toEqual(numbers.inodeOf(second));
    expect(numbers.placeOf(first)).not.toEqual(numbers.placeOf(second));
  });

  it("that nobody was given are ENOENT", async () => {
    for (const number of [
      { high: 0, low: 0 },
      { high: 0, low: 99 },
      { high: 0xfff0_0000, low: 7 },
      { high: 1 << 2, low: 0xffff_ffff },
      { high: (1 << 19) | (99 << 2), low: 5 },
    ]) {
      expect(await codeOf(() => numbers.handleOf(number))).toBe("ENOENT");
    }
  });
});
