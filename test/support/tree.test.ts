import { lstat, rename, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./tmp.js";
import {
  applyEdit,
  applyEdits,
  compareTrees,
  componentsOf,
  countTree,
  editTree,
  generateTree,
  maxNameBytes,
  nameKey,
  nameOf,
  parentOf,
  pathsOf,
  Random,
  readTree,
  writeTree,
  type Edit,
  type TreeEntry,
  type TreeModel,
} from "./tree.js";

const times = { fileTimes: true, directoryTimes: true };

describe("Random", () => {
  it("gives the same stream for the same seed, and another for another", () => {
    const stream = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.bits());
    };
    expect(stream(1)).toEqual(stream(1));
    expect(stream(1)).not.toEqual(stream(2));
  });

  it("reaches both ends of a range, and nothing outside", () => {
    const random = new Random(3);
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(2, 5)));
    expect(seen).toEqual(new Set([2, 3, 4, 5]));
  });
});

describe("generateTree", () => {
  it("is a function of its seed", () => {
    expect(compareTrees(generateTree({ seed: 11 }), generateTree({ seed: 11 }), times)).toEqual([]);
    expect(compareTrees(generateTree({ seed: 11 }), generateTree({ seed: 12 })).length).toBeGreaterThan(100);
  });

  it("makes as many entries as asked for", () => {
    const counts = countTree(generateTree({ seed: 5, files: 40, directories: 9, symlinks: 3 }));
    expect(counts).toMatchObject({ files: 40, directories: 9, symlinks: 3 });
  });

  it("has a folder for every parent, and names that both ext4 and Azure Files keep apart", () => {
    const tree = generateTree({ seed: 1, files: 800, directories: 60 });
    const seen = new Set<string>();
    for (const path of tree.keys()) {
      if (parentOf(path) !== "") expect(tree.get(parentOf(path))?.kind).toBe("directory");
      expect(Buffer.byteLength(nameOf(path))).toBeLessThanOrEqual(maxNameBytes);
      // oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
      expect(nameOf(path)).not.toMatch(/["\\/:|<>*?\x00-\x1f]|^\.{1,2}$/);
      seen.add(`${parentOf(path)}/${nameKey(nameOf(path))}`);
    }
    expect(seen.size).toBe(tree.size);
  });

  it("shows all that programs tend to get wrong", () => {
    const tree = generateTree({ seed: 1, files: 300 });
    const names = [...tree.keys()].map((path) => nameOf(path));
    const some = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
    expect({
      spaces: some(/ /),
      umlauts: some(/[äöüÄÖÜ]/),
      emoji: some(/\p{Extended_Pictographic}/u),
      hidden: some(/^\./),
      trailingDot: some(/\.$/),
      long: names.some((name) => Buffer.byteLength(name) > 250),
      deep: [...tree.keys()].some((path) => componentsOf(path).length >= 5),
      emptyFolder: pathsOf(tree, "directory").some(
        (folder) => ![...tree.keys()].some((path) => parentOf(path) === folder),
      ),
    }).toEqual({
      spaces: true,
      umlauts: true,
      emoji: true,
      hidden: true,
      trailingDot: true,
      long: true,
      deep: true,
      emptyFolder: true,
    });
    const sizes = [...tree.values()].flatMap((entry) => (entry.kind === "file" ? [entry.bytes.length] : []));
    expect(sizes.filter((size) => size === 0).length).toBeGreaterThan(3);
    expect(sizes.filter((size) => size > 0 && size < 4096).length).toBeGreaterThan(30);
    expect(sizes.filter((size) => size > 1024 * 1024).length).toBeGreaterThan(1);
  });
});

describe("a local folder", () => {
  it("gives back the tree that was written to it, times of folders and symlinks included", async () => {
    await using dir = await temporaryDirectory();
    const tree = generateTree({ seed: 21, symlinks: 5 });
    await writeTree(tree, dir.path);
    expect(compareTrees(await readTree(dir.path), tree, times)).toEqual([]);
  });

  it("is after edits what the model says, round by round", async () => {
    await using dir = await temporaryDirectory();
    let tree: TreeModel = generateTree({ seed: 31, files: 60, directories: 15, maxFileBytes: 200_000 });
    await writeTree(tree, dir.path);
    for (let seed = 1; seed <= 5; seed++) {
      const edited = editTree(tree, { seed, edits: 30, maxFileBytes: 200_000 });
      tree = await applyEdits(tree, edited.edits, dir.path);
      expect(compareTrees(tree, edited.tree, times)).toEqual([]);
      expect(compareTrees(await readTree(dir.path), tree, times)).toEqual([]);
    }
  });

  it("keeps the file itself through a write and a rename", async () => {
    await using dir = await temporaryDirectory();
    await writeFile(dir.join("a"), "one");
    const before = await lstat(dir.join("a"));
    await applyEdits(
      new Map([["a", { kind: "file", bytes: Buffer.from("one"), mtimeMs: 0 }]]),
      [
        { kind: "write", path: "a", bytes: Buffer.from("three"), mtimeMs: 1000 },
        { kind: "rename", from: "a", to: "b" },
      ],
      dir.path,
    );
    const { ino, size, mtimeMs } = await lstat(dir.join("b"));
    expect({ ino, size, mtimeMs }).toEqual({ ino: before.ino, size: 5, mtimeMs: 1000 });
  });
});

describe("editTree", () => {
  const tree = generateTree({ seed: 41, maxFileBytes: 50_000 });

  it("is a function of the tree and its seed, and leaves the tree as it was", () => {
    const before = new Map(tree);
    const [first, second] = [editTree(tree, { seed: 1, edits: 50 }), editTree(tree, { seed: 1, edits: 50 })];
    const inWords = ({ edits }: typeof first): string[] =>
      edits.map((edit) => `${edit.kind} ${"from" in edit ? edit.from : edit.path}`);
    expect(inWords(first)).toEqual(inWords(second));
    expect(compareTrees(first.tree, second.tree, times)).toEqual([]);
    expect(compareTrees(tree, before, times)).toEqual([]);
    expect(compareTrees(first.tree, tree)).not.toEqual([]);
  });

  it("makes only the kinds of edit that are asked for", () => {
    const { edits } = editTree(tree, { seed: 2, edits: 20, weights: { "rename-folder": 1, "move-folder": 1 } });
    expect(edits.length).toBeGreaterThan(15);
    for (const edit of edits) expect(edit.kind).toBe("rename");
  });

  it("always changes what it says it changes", () => {
    const { edits } = editTree(tree, { seed: 3, edits: 300, weights: { change: 1, append: 1 } });
    let current: TreeModel = tree;
    for (const edit of edits) {
      const next = applyEdit(current, edit);
      expect(compareTrees(next, current, { fileTimes: false }).length).toBe(1);
      current = next;
    }
  });

  it("stops where there is nothing left to edit", () => {
    expect(editTree(new Map(), { seed: 4, edits: 10, weights: { change: 1, "move-folder": 1 } }).edits).toEqual([]);
  });
});

describe("applyEdit", () => {
  const file = { kind: "file", bytes: Buffer.from("x"), mtimeMs: 0 } as const;
  const folder = { kind: "directory", mtimeMs: 0 } as const;
  const tree: TreeModel = new Map<string, TreeEntry>([
    ["a", folder],
    ["a/f", file],
    ["ab", file],
  ]);

  it("takes along what is in a folder, and no namesake", () => {
    expect([...applyEdit(tree, { kind: "rename", from: "a", to: "c" }).keys()].toSorted()).toEqual(["ab", "c", "c/f"]);
    expect([...applyEdit(tree, { kind: "delete", path: "a" }).keys()]).toEqual(["ab"]);
  });

  it.each<[string, Edit]>([
    ["a missing file", { kind: "write", path: "z", bytes: new Uint8Array(), mtimeMs: 0 }],
    ["a folder taken for a file", { kind: "append", path: "a", bytes: new Uint8Array(), mtimeMs: 0 }],
    ["a name in use", { kind: "rename", from: "ab", to: "a" }],
    ["a parent that is a file", { kind: "add", path: "ab/x", entry: file }],
    ["a folder into itself", { kind: "rename", from: "a", to: "a/b" }],
  ])("refuses %s", (_, edit) => {
    expect(() => applyEdit(tree, edit)).toThrow(RangeError);
  });
});

describe("compareTrees", () => {
  it("names each kind of difference", async () => {
    await using dir = await temporaryDirectory();
    const tree = generateTree({ seed: 51, files: 10, directories: 2, maxFileBytes: 5000 });
    await writeTree(tree, dir.path);
    const [first, second] = pathsOf(tree, "file") as [string, string];
    await rename(dir.join(first), dir.join("elsewhere"));
    await writeFile(dir.join(second), "quite different");
    const differences = compareTrees(await readTree(dir.path), tree);
    expect(differences).toContain(`${first}: missing`);
    expect(differences).toContain("elsewhere: should not be there");
    expect(differences.filter((line) => line.startsWith(`${second}: `))).toHaveLength(2); // content, and time
  });
});
