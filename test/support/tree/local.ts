// Owns bringing a tree to a local folder and reading one back.
import {
  appendFile,
  lutimes,
  mkdir,
  readFile,
  readdir,
  readlink,
  lstat,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { applyEdit, type Edit } from "./edits.js";
import { childPath, topDown, type TreeEntry, type TreeModel, type TreePath } from "./model.js";

/** Creates the tree in `folder`, which exists and is empty, with all times, those of folders included. */
export async function writeTree(tree: TreeModel, folder: string): Promise<void> {
  for (const [path, entry] of topDown(tree)) await create(join(folder, path), entry);
  await settleTimes(tree, folder);
}

/**
 * Carries the edits out in `folder`, which holds `tree`, by the same means a person would use: a renamed file stays the same
 * file. Returns the tree after them; all times are the model's again.
 */
export async function applyEdits(tree: TreeModel, edits: readonly Edit[], folder: string): Promise<TreeModel> {
  let current = tree;
  for (const edit of edits) {
    await carryOut(edit, folder);
    current = applyEdit(current, edit);
  }
  await settleTimes(current, folder);
  return current;
}

/** The tree in `folder`; times are cut to the millisecond. Anything but folders, files and symlinks is an error. */
export async function readTree(folder: string): Promise<TreeModel> {
  const tree = new Map<TreePath, TreeEntry>();
  const waiting: TreePath[] = [""];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const name of await readdir(join(folder, parent))) {
      const path = childPath(parent, name);
      const entry = await readEntry(join(folder, path));
      tree.set(path, entry);
      if (entry.kind === "directory") waiting.push(path);
    }
  }
  return tree;
}

async function readEntry(file: string): Promise<TreeEntry> {
  const stats = await lstat(file, { bigint: true });
  // The float `mtimeMs` rounds a time just below a millisecond up to it.
  const mtimeMs = Number(stats.mtimeNs / 1_000_000n);
  if (stats.isDirectory()) return { kind: "directory", mtimeMs };
  if (stats.isSymbolicLink()) return { kind: "symlink", target: await readlink(file), mtimeMs };
  if (stats.isFile()) return { kind: "file", bytes: await readFile(file), mtimeMs };
  throw new Error(`${file} is neither folder, file nor symlink`);
}

async function create(file: string, entry: TreeEntry): Promise<void> {
  switch (entry.kind) {
    case "directory":
      return mkdir(file);
    case "file":
      return writeFile(file, entry.bytes, { flag: "wx" });
    case "symlink":
      return symlink(entry.target, file);
  }
}

async function carryOut(edit: Edit, folder: string): Promise<void> {
  switch (edit.kind) {
    case "write":
      return writeFile(join(folder, edit.path), edit.bytes); // truncates and keeps the file itself
    case "append":
      return appendFile(join(folder, edit.path), edit.bytes);
    case "add":
      return create(join(folder, edit.path), edit.entry);
    case "delete":
      return rm(join(folder, edit.path), { recursive: true });
    case "rename":
      return rename(join(folder, edit.from), join(folder, edit.to));
  }
}

// From the bottom up, as setting anything in a folder gives the folder itself a new time.
async function settleTimes(tree: TreeModel, folder: string): Promise<void> {
  for (const [path, { mtimeMs }] of topDown(tree).toReversed()) {
    await lutimes(join(folder, path), mtimeMs / 1000, mtimeMs / 1000);
  }
}
