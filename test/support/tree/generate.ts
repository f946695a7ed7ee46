// Owns making a tree out of a seed.
import { childPath, type TreeEntry, type TreeModel, type TreePath } from "./model.js";
import { freshName, type NameOptions } from "./names.js";
import { Random } from "./random.js";

export interface TreeOptions extends NameOptions {
  readonly seed: number;
  readonly files: number;
  readonly directories: number;
  /** Symbolic links, for sources that have them; relative ones, some of them leading nowhere. */
  readonly symlinks: number;
  /** The largest file there may be; the large ones are between a quarter of it and all of it. */
  readonly maxFileBytes: number;
}

const defaults: Omit<TreeOptions, "seed"> = {
  files: 120,
  directories: 30,
  symlinks: 0,
  maxFileBytes: 4 * 1024 * 1024,
  trailingDots: true,
};

/** Every time in a generated tree lies at or after this moment, on a whole second: the coarsest clock around has two seconds, and SDKs differ below one. */
export const treeEpochMs = Date.UTC(2026, 0, 5, 8, 0, 0);

/**
 * A tree that is the same for the same options, always. There are nested, empty and crowded folders, names of every kind,
 * empty files, many small ones, a few large ones; half of them compress well.
 */
export function generateTree(options: Partial<TreeOptions> & { readonly seed: number }): TreeModel {
  const settings: TreeOptions = { ...defaults, ...options };
  const random = new Random(settings.seed);
  const tree = new Map<TreePath, TreeEntry>();
  const directories: TreePath[] = [""];
  const takenIn = new Map<TreePath, Set<string>>([["", new Set()]]);
  const place = (kind: "directory" | "file"): TreePath => {
    const parent = random.pick(directories);
    return childPath(parent, freshName(random, kind, takenIn.get(parent) as Set<string>, settings));
  };
  for (let i = 0; i < settings.directories; i++) {
    const path = place("directory");
    tree.set(path, { kind: "directory", mtimeMs: randomTime(random) });
    takenIn.set(path, new Set());
    if (i % 7 !== 3) directories.push(path); // the others stay empty
  }
  for (let i = 0; i < settings.files; i++) {
    const bytes = randomContent(random, settings.maxFileBytes);
    tree.set(place("file"), { kind: "file", bytes, mtimeMs: randomTime(random) });
  }
  for (let i = 0; i < settings.symlinks; i++) {
    const target = random.chance(0.2) ? "nowhere/at all" : `./${random.pick([...tree.keys()])}`;
    tree.set(place("file"), { kind: "symlink", target, mtimeMs: randomTime(random) });
  }
  return tree;
}

/** Content as files have it: empty, tiny, small, rarely large. Never more than `maxBytes`. */
export function randomContent(random: Random, maxBytes: number): Uint8Array {
  const [from, to] = {
    empty: [0, 0],
    tiny: [1, 511],
    // Around the sizes at which blocks and pages end, where mistakes by one show.
    edge: [4095, 4097],
    small: [512, 64 * 1024],
    medium: [64 * 1024, 512 * 1024],
    large: [maxBytes / 4, maxBytes],
  }[random.pickWeighted({ empty: 1, tiny: 5, edge: 1, small: 8, medium: 2, large: 0.4 })] as [number, number];
  const length = Math.min(maxBytes, random.integer(Math.floor(from), to));
  return random.chance(0.5) ? random.text(length) : random.bytes(length);
}

/** Within 100 days of the epoch. */
const randomTime = (random: Random): number => treeEpochMs + random.integer(0, 100 * 86_400) * 1000;
