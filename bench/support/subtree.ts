/** Finds the folder of a tree that comes nearest to a number of files and bytes. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Subtree {
  /** Relative to the tree; "" is all of it. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

export function findSubtree(tree: string, wanted: { readonly files: number; readonly bytes: number }): Subtree {
  const distance = ({ files, bytes }: Subtree): number =>
    Math.abs(Math.log((files + 1) / wanted.files)) + Math.abs(Math.log((bytes + 1) / wanted.bytes));
  let best: Subtree | undefined;
  const visit = (path: string): Subtree => {
    let [files, bytes] = [0, 0];
    for (const entry of readdirSync(join(tree, path), { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) {
        const beneath = visit(child);
        files += beneath.files;
        bytes += beneath.bytes;
      } else if (entry.isFile()) {
        files++;
        bytes += lstatSync(join(tree, child)).size;
      }
    }
    const own = { path, files, bytes };
    if (!best || distance(own) < distance(best)) best = own;
    return own;
  };
  const whole = visit("");
  return best ?? whole;
}
