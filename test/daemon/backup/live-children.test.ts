import { expect, it } from "vitest";
import type { LiveTree } from "../../../catalog/catalog.js";
import type { EntryCursor, LiveCursor } from "../../../catalog/entry-cursor.js";
import type { NodeId } from "../../../core/ids.js";
import { LiveChildren } from "../../../daemon/backup/live-children.js";

const DIRECTORY = 7 as NodeId;

/** A tree of one directory, which counts how it is asked. */
function treeOf(names: readonly string[]) {
  const asked = { finds: 0, lookups: 0, visits: 0, isOpen: false };
  const entryOf = (name: string): LiveCursor => ({ name, nodeId: names.indexOf(name) + 10 }) as unknown as LiveCursor;
  const live: Partial<LiveTree> = {
    lookup: (_, name) => {
      asked.lookups++;
      return names.includes(name) ? (entryOf(name) as never) : undefined;
    },
    children: () => ({
      find: (name) => {
        asked.finds++;
        return names.includes(name) ? entryOf(name) : undefined;
      },
    }),
    visit: (_, after, visit) => {
      asked.visits++;
      asked.isOpen = true;
      for (let index = after === undefined ? 0 : Number(after) + 1; index < names.length; index++) {
        if (!visit({ name: names[index], nodeId: index + 10 } as unknown as EntryCursor)) break;
      }
      asked.isOpen = false;
    },
  };
  return { live: live as LiveTree, asked };
}

it("nodes of a large directory are told some at a time, with nothing open in between", () => {
  const names = Array.from({ length: 40_000 }, (_, index) => `${index}`);
  const { live, asked } = treeOf(names);
  const told: number[] = [];
  for (const page of new LiveChildren(live, DIRECTORY).nodes((nodeId) => nodeId % 2 === 0)) {
    expect(asked.isOpen).toBe(false);
    expect(page.length).toBeLessThanOrEqual(1000);
    told.push(...page);
  }
  expect(told).toEqual(Array.from({ length: 20_000 }, (_, index) => index * 2 + 10));
});

it("nodes that nobody wants are passed by in few turns", () => {
  const { live, asked } = treeOf(Array.from({ length: 40_000 }, (_, index) => `${index}`));
  expect([...new LiveChildren(live, DIRECTORY).nodes(() => false)].flat()).toEqual([]);
  expect(asked.visits).toBe(3);
});

it("a directory that is known to be empty is not looked at", () => {
  const { live, asked } = treeOf(["a"]);
  let isEmpty = true;
  const children = new LiveChildren(live, DIRECTORY, () => isEmpty);
  expect([children.find("a"), children.lookup("a"), ...children.nodes(() => true)]).toEqual([undefined, undefined]);
  expect(asked).toMatchObject({ finds: 0, lookups: 0, visits: 0 });
  isEmpty = false;
  expect(children.find("a")?.name).toBe("a");
  expect(children.lookup("a")?.name).toBe("a");
});
