import { describe, expect, it } from "vitest";
import { TreeGenerator } from "../../bench/support/tree-generator.js";

describe("the register of a generated tree", () => {
  const generator = new TreeGenerator({ nodes: 20_000, seed: 3 });
  const entries = [...generator.batches()].flatMap(({ puts }) => puts.map(({ entry }) => entry));
  const { register } = generator;

  it("knows every node's directory", () => {
    expect(entries.map(({ nodeId }) => register.parentAtBirth(nodeId))).toEqual(
      entries.map(({ parentId }) => parentId),
    );
  });

  it("knows the large folders, and how many nodes are beneath each", () => {
    const beneath = new Map<number, number>();
    const parents = new Map(entries.map(({ nodeId, parentId }) => [nodeId as number, parentId as number]));
    for (const { parentId } of entries) {
      for (let at: number | undefined = parentId; at !== undefined && at > 0; at = parents.get(at)) {
        beneath.set(at, (beneath.get(at) ?? 0) + 1);
      }
    }
    const large = [...beneath].filter(([nodeId, count]) => nodeId !== 1 && count >= 200);
    expect(new Map(register.largeFolders.map((folder) => [folder.nodeId as number, folder.beneath]))).toEqual(
      new Map(large),
    );
  });
});
