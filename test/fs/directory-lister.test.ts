import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SnapshotTree } from "../../catalog/catalog.js";
import { DirectoryLister } from "../../fs/directory-lister.js";
import type { DirectoryPlace } from "../../fs/handle.js";
import type { Operations } from "../../fs/operations.js";
import { resolve, UnmountedFixture } from "./support/unmounted.js";

let fixture: UnmountedFixture;
let operations: Operations;

beforeAll(async () => {
  fixture = await UnmountedFixture.build();
  operations = await fixture.open();
});
afterAll(async () => {
  await operations[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

/** The root of the newest snapshot, and how often a node was looked for in it by its id. */
async function root(): Promise<{ place: DirectoryPlace; finds: () => number }> {
  const handle = await resolve(operations, `/acme/docs/${fixture.second.name}`);
  if (handle.kind !== "node") throw new Error("no node");
  let finds = 0;
  const { view } = handle;
  const counting: SnapshotTree = new Proxy(view, {
    get(target, name) {
      if (name === "find") finds++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { place: { ...handle, view: counting, nodeId: handle.entry.nodeId }, finds: () => finds };
}

/** Lists one entry at a time, each from where the one before had stopped. */
function oneByOne(listerOf: () => DirectoryLister, place: DirectoryPlace): string[] {
  const found: string[] = [];
  for (let offset = 0, isWhole = false; !isWhole;) {
    let taken = false;
    isWhole = listerOf().visit(place, offset, (entry) => {
      if (taken) return false;
      taken = true;
      found.push(entry.name);
      offset = 2 + entry.nodeId;
      return true;
    });
  }
  return found;
}

describe("a listing in pieces", () => {
  it("goes on where the piece before has stopped, without looking in the tree for where that was", async () => {
    const { place, finds } = await root();
    const names = [...place.view.list(place.nodeId)].map(({ name }) => name);
    expect(names.length).toBeGreaterThan(2);
    const lister = new DirectoryLister({ list: () => [] }, operations.shares);
    expect(oneByOne(() => lister, place)).toEqual(names);
    expect(finds()).toBe(0);
  });

  it("goes on just as well for who has not listed the piece before, such as another thread", async () => {
    const { place } = await root();
    const names = [...place.view.list(place.nodeId)].map(({ name }) => name);
    expect(oneByOne(() => new DirectoryLister({ list: () => [] }, operations.shares), place)).toEqual(names);
  });
});
