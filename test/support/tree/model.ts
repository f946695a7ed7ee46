// Owns the description of a tree that tests compare everything with: plain data in memory, knowing nothing of disks or
// services. Writers (writeTree for a local folder, an emulator's own) bring it somewhere.

/** Where an entry is: its names from the root, joined by `/`, which no name contains. The root itself is no entry. */
export type TreePath = string;

export interface DirectoryEntry {
  readonly kind: "directory";
  readonly mtimeMs: number;
}

export interface FileEntry {
  readonly kind: "file";
  readonly bytes: Uint8Array;
  readonly mtimeMs: number;
}

export interface SymlinkEntry {
  readonly kind: "symlink";
  /** As stored, not resolved. */
  readonly target: string;
  readonly mtimeMs: number;
}

export type TreeEntry = DirectoryEntry | FileEntry | SymlinkEntry;

/**
 * A tree at one moment. Every parent is an entry of its own. Never changed in place: an edit gives a new map, and shares
 * the entries it did not touch, so that keeping the tree of every snapshot costs little.
 */
export type TreeModel = ReadonlyMap<TreePath, TreeEntry>;

/** The names on the way from the root. */
export const componentsOf = (path: TreePath): readonly string[] => path.split("/");

/** The last name. */
export const nameOf = (path: TreePath): string => path.slice(path.lastIndexOf("/") + 1);

/** The folder an entry is in; `''` is the root. */
export const parentOf = (path: TreePath): TreePath => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** `name` in the folder `parent`; `''` is the root. */
export const childPath = (parent: TreePath, name: string): TreePath => (parent === "" ? name : `${parent}/${name}`);

/** Whether `path` is `ancestor` or lies beneath it. */
export const isWithin = (path: TreePath, ancestor: TreePath): boolean =>
  path === ancestor || ancestor === "" || path.startsWith(`${ancestor}/`);

/** Entries with every folder before what is in it: the order to create them in. Reversed, the order to delete them in. */
export function topDown(tree: TreeModel): readonly (readonly [TreePath, TreeEntry])[] {
  const depth = (path: TreePath): number => componentsOf(path).length;
  return [...tree].toSorted(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

/** The paths of one kind, in a fixed order. */
export const pathsOf = (tree: TreeModel, kind: TreeEntry["kind"]): readonly TreePath[] =>
  [...tree].flatMap(([path, entry]) => (entry.kind === kind ? [path] : [])).toSorted();

/** How many directories, files and symlinks, and how many bytes in the files. */
export function countTree(tree: TreeModel): {
  readonly directories: number;
  readonly files: number;
  readonly symlinks: number;
  readonly bytes: number;
} {
  const counts = { directories: 0, files: 0, symlinks: 0, bytes: 0 };
  for (const entry of tree.values()) {
    if (entry.kind === "directory") counts.directories++;
    else if (entry.kind === "symlink") counts.symlinks++;
    else {
      counts.files++;
      counts.bytes += entry.bytes.length;
    }
  }
  return counts;
}

/** Which times `compareTrees` looks at. Folders get new times from whatever happens in them, so they are left out unless asked for. */
export interface CompareOptions {
  readonly fileTimes?: boolean;
  readonly directoryTimes?: boolean;
}

/** What is different, one sentence each, sorted by path; empty when the trees are equal. For `expect(…).toEqual([])`. */
export function compareTrees(
  actual: TreeModel,
  expected: TreeModel,
  { fileTimes = true, directoryTimes = false }: CompareOptions = {},
): readonly string[] {
  const differences: string[] = [];
  for (const path of [...new Set([...actual.keys(), ...expected.keys()])].toSorted()) {
    const [found, wanted] = [actual.get(path), expected.get(path)];
    if (found === undefined || wanted === undefined) {
      differences.push(`${path}: ${found === undefined ? "missing" : "should not be there"}`);
      continue;
    }
    const difference = compareEntries(found, wanted);
    if (difference !== undefined) differences.push(`${path}: ${difference}`);
    const timed = found.kind === "directory" ? directoryTimes : fileTimes;
    if (timed && found.mtimeMs !== wanted.mtimeMs) {
      differences.push(`${path}: modified at ${isoTime(found)} instead of ${isoTime(wanted)}`);
    }
  }
  return differences;
}

function compareEntries(found: TreeEntry, wanted: TreeEntry): string | undefined {
  if (found.kind !== wanted.kind) return `${found.kind} instead of ${wanted.kind}`;
  if (found.kind === "symlink" && wanted.kind === "symlink" && found.target !== wanted.target) {
    return `points to ${found.target} instead of ${wanted.target}`;
  }
  if (found.kind !== "file" || wanted.kind !== "file") return undefined;
  if (found.bytes.length !== wanted.bytes.length) {
    return `${found.bytes.length} bytes instead of ${wanted.bytes.length}`;
  }
  return Buffer.compare(found.bytes, wanted.bytes) === 0 ? undefined : "other content of the same size";
}

const isoTime = ({ mtimeMs }: TreeEntry): string => new Date(mtimeMs).toISOString();
