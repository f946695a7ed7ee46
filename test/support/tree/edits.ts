// Owns what can happen to a tree between two backups: each edit is a value, applied to the model here and to a folder or
// a share by their writers. Names and contents are in the edit, so that a writer decides nothing.
import { randomContent, treeEpochMs } from "./generate.js";
import {
  childPath,
  isWithin,
  nameOf,
  parentOf,
  pathsOf,
  type TreeEntry,
  type TreeModel,
  type TreePath,
} from "./model.js";
import { freshName, nameKey } from "./names.js";
import { Random } from "./random.js";

/** `rename` covers renaming and moving, of files and folders: a folder takes along what is in it. `delete` of a folder deletes what is in it. */
export type Edit =
  | { readonly kind: "write"; readonly path: TreePath; readonly bytes: Uint8Array; readonly mtimeMs: number }
  | { readonly kind: "append"; readonly path: TreePath; readonly bytes: Uint8Array; readonly mtimeMs: number }
  | { readonly kind: "add"; readonly path: TreePath; readonly entry: TreeEntry }
  | { readonly kind: "delete"; readonly path: TreePath }
  | { readonly kind: "rename"; readonly from: TreePath; readonly to: TreePath };

/** The kinds of edit that chance chooses from. */
export type EditKind =
  | "change"
  | "append"
  | "add-file"
  | "add-folder"
  | "delete-file"
  | "delete-folder"
  | "rename-file"
  | "move-file"
  | "rename-folder"
  | "move-folder";

export interface EditOptions {
  readonly seed: number;
  readonly edits: number;
  /** How often each kind is chosen; kinds left out never are. */
  readonly weights?: Partial<Readonly<Record<EditKind, number>>>;
  readonly maxFileBytes?: number;
  readonly trailingDots?: boolean;
}

const usualWeights: Readonly<Record<EditKind, number>> = {
  change: 6,
  append: 3,
  "add-file": 5,
  "add-folder": 2,
  "delete-file": 3,
  "delete-folder": 0.5,
  "rename-file": 2,
  "move-file": 2,
  "rename-folder": 1,
  "move-folder": 1,
};

/**
 * Random edits and the tree after them; the same for the same tree and options, always. There are fewer edits than asked for
 * when the tree offers nothing to do any more. `seed` also says how late the new times are, so that two rounds with growing
 * seeds have growing times.
 */
export function editTree(
  tree: TreeModel,
  options: EditOptions,
): { readonly tree: TreeModel; readonly edits: readonly Edit[] } {
  const random = new Random(options.seed);
  const weights = (options.weights ?? usualWeights) as Readonly<Record<EditKind, number>>;
  const edits: Edit[] = [];
  let current = tree;
  for (let i = 0; i < options.edits; i++) {
    const mtimeMs = treeEpochMs + 200 * 86_400_000 + options.seed * 3_600_000 + i * 1000;
    const edit = chooseEdit(current, random, random.pickWeighted(weights), { ...options, mtimeMs });
    if (edit === undefined) continue;
    edits.push(edit);
    current = applyEdit(current, edit);
  }
  return { tree: current, edits };
}

/** The tree after one edit. An edit that does not fit the tree is a RangeError. */
export function applyEdit(tree: TreeModel, edit: Edit): TreeModel {
  const next = new Map(tree);
  switch (edit.kind) {
    case "write":
      fileAt(tree, edit.path);
      return next.set(edit.path, { kind: "file", bytes: edit.bytes, mtimeMs: edit.mtimeMs });
    case "append": {
      const bytes = Buffer.concat([fileAt(tree, edit.path).bytes, edit.bytes]);
      return next.set(edit.path, { kind: "file", bytes, mtimeMs: edit.mtimeMs });
    }
    case "add":
      checkFree(tree, edit.path);
      return next.set(edit.path, edit.entry);
    case "delete":
      entryAt(tree, edit.path);
      for (const path of tree.keys()) if (isWithin(path, edit.path)) next.delete(path);
      return next;
    case "rename":
      entryAt(tree, edit.from);
      checkFree(tree, edit.to);
      if (isWithin(edit.to, edit.from)) throw new RangeError(`${edit.from} cannot be moved into itself`);
      for (const [path, entry] of tree) {
        if (!isWithin(path, edit.from)) continue;
        next.delete(path);
        next.set(edit.to + path.slice(edit.from.length), entry);
      }
      return next;
  }
}

interface Circumstances {
  readonly mtimeMs: number;
  readonly maxFileBytes?: number;
  readonly trailingDots?: boolean;
}

function chooseEdit(tree: TreeModel, random: Random, kind: EditKind, options: Circumstances): Edit | undefined {
  const { mtimeMs, maxFileBytes = 4 * 1024 * 1024, trailingDots = true } = options;
  const files = pathsOf(tree, "file");
  const folders = pathsOf(tree, "directory");
  const nameIn = (parent: TreePath, what: "directory" | "file"): TreePath =>
    childPath(parent, freshName(random, what, namesIn(tree, parent), { trailingDots }));
  const move = (from: TreePath, what: "directory" | "file"): Edit | undefined => {
    const targets = ["", ...folders].filter((folder) => !isWithin(folder, from) && folder !== parentOf(from));
    if (targets.length === 0) return undefined;
    const parent = random.pick(targets);
    const kept = childPath(parent, nameOf(from));
    return { kind: "rename", from, to: namesIn(tree, parent).has(nameKey(nameOf(from))) ? nameIn(parent, what) : kept };
  };
  if (kind === "add-file") {
    const bytes = randomContent(random, maxFileBytes);
    return {
      kind: "add",
      path: nameIn(random.pick(["", ...folders]), "file"),
      entry: { kind: "file", bytes, mtimeMs },
    };
  }
  if (kind === "add-folder") {
    return {
      kind: "add",
      path: nameIn(random.pick(["", ...folders]), "directory"),
      entry: { kind: "directory", mtimeMs },
    };
  }
  const isAboutFolders = kind.endsWith("-folder");
  const candidates = isAboutFolders ? folders : files;
  if (candidates.length === 0) return undefined;
  const path = random.pick(candidates);
  const what = isAboutFolders ? "directory" : "file";
  switch (kind) {
    case "change":
      return { kind: "write", path, bytes: changed(random, fileAt(tree, path).bytes, maxFileBytes), mtimeMs };
    case "append":
      return { kind: "append", path, bytes: random.text(random.integer(1, 10_000)), mtimeMs };
    case "delete-file":
    case "delete-folder":
      return { kind: "delete", path };
    case "rename-file":
    case "rename-folder":
      return { kind: "rename", from: path, to: nameIn(parentOf(path), what) };
    case "move-file":
    case "move-folder":
      return move(path, what);
  }
}

/** A few bytes over, a few bytes in between (everything behind them shifts), or something else altogether. */
function changed(random: Random, bytes: Uint8Array, maxBytes: number): Uint8Array {
  const at = random.integer(0, bytes.length);
  const piece = random.bytes(random.integer(1, 100));
  switch (random.pickWeighted({ overwrite: 2, insert: 1, replace: 1 })) {
    case "overwrite": {
      // Starting from the piece, not the file: a file of the same size and other content, even an empty one's neighbour.
      const copy = Buffer.from(bytes);
      copy.set(piece.subarray(0, bytes.length - at), at);
      return Buffer.compare(copy, bytes) === 0 ? piece : copy;
    }
    case "insert":
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    case "replace":
      return randomContent(random, maxBytes);
  }
}

const namesIn = (tree: TreeModel, parent: TreePath): Set<string> =>
  new Set([...tree.keys()].filter((path) => parentOf(path) === parent).map((path) => nameKey(nameOf(path))));

function entryAt(tree: TreeModel, path: TreePath): TreeEntry {
  const entry = tree.get(path);
  if (entry === undefined) throw new RangeError(`there is no ${path}`);
  return entry;
}

function fileAt(tree: TreeModel, path: TreePath): Extract<TreeEntry, { kind: "file" }> {
  const entry = entryAt(tree, path);
  if (entry.kind !== "file") throw new RangeError(`${path} is a ${entry.kind}`);
  return entry;
}

function checkFree(tree: TreeModel, path: TreePath): void {
  if (tree.has(path)) throw new RangeError(`${path} exists already`);
  const parent = parentOf(path);
  if (parent !== "" && tree.get(parent)?.kind !== "directory") throw new RangeError(`${parent} is no folder`);
}
