import { describe, expect, it } from "vitest";
import type { TreeView } from "../../../catalog/catalog.js";
import { ROOT_NODE } from "../../../core/ids.js";
import { judged } from "../../../daemon/restore/judged.js";
import { KeyFilter } from "../../../daemon/restore/key-filter.js";
import { keysOfTwins } from "../../../daemon/restore/name-twins.js";
import type { TargetNode } from "../../../daemon/restore/target.js";
import { FakeTree } from "./support/fake-tree.js";

const NAMES = [...Array.from({ length: 300 }, (_, n) => `Name ${n}`), "a", "A", "ü", "Ü", "b"];
const keyOf = (name: string): string => name.toUpperCase();
const { signal } = new AbortController();
const treeOf = (names: readonly string[]): TreeView =>
  new FakeTree({ in: Object.fromEntries(names.map((name) => [name, { file: "" }])) });

describe("names that the target takes for one", () => {
  it.each([10_000, 20])("are found, where %d are remembered at most", async (few) => {
    const keys = await keysOfTwins(treeOf(NAMES), ROOT_NODE, keyOf, { signal, few });
    expect([...keys].toSorted()).toEqual(["A", "Ü"]);
  });

  it("are no others, whatever was taken for one that had been there", async () => {
    const filter = () => ({ add: () => true });
    const keys = await keysOfTwins(treeOf(NAMES), ROOT_NODE, keyOf, { signal, few: 20, filter });
    expect([...keys].toSorted()).toEqual(["A", "Ü"]);
  });

  it("are known again by the filter, which hardly takes another one for them", () => {
    const filter = new KeyFilter();
    const names = Array.from({ length: 20_000 }, (_, n) => `REPORT ${n}.DOCX`);
    expect(names.filter((name) => filter.add(name)).length).toBeLessThan(5);
    expect(names.every((name) => filter.add(name))).toBe(true);
  });

  it("are not looked for any more when the run is stopped", async () => {
    const many = Array.from({ length: 5000 }, (_, n) => String(n));
    const stopped = AbortSignal.abort(new Error("stopped"));
    await expect(keysOfTwins(treeOf(many), ROOT_NODE, keyOf, { signal: stopped })).rejects.toThrow("stopped");
  });
});

describe("whether the snapshot has what lies in the target", () => {
  const THERE = ["NAME 7", "Name 8", "extra", "Extra 2", "B", "ü"];

  const told = async (isCaseBlind: boolean): Promise<readonly string[]> => {
    const nodes = async function* () {
      for (const name of THERE) yield { name } as TargetNode;
    };
    const target = { keyOf: isCaseBlind ? keyOf : (name: string) => name };
    const found: string[] = [];
    for await (const { node, isWanted } of judged(nodes(), ROOT_NODE, {
      view: treeOf(NAMES),
      target,
      signal,
      most: 2,
    })) {
      if (isWanted) found.push(node.name);
      else found.push(`-${node.name}`);
    }
    return found.toSorted();
  };

  it("is told of names in any case where case makes no difference, and of each once", async () => {
    expect(await told(true)).toEqual(["-Extra 2", "-extra", "B", "NAME 7", "Name 8", "ü"].toSorted());
  });

  it("is told of names as they are elsewhere", async () => {
    expect(await told(false)).toEqual(["-B", "-Extra 2", "-NAME 7", "-extra", "Name 8", "ü"].toSorted());
  });
});
