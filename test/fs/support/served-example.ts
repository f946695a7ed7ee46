// Owns the share that the mounted tests look at: the example tree and the edited one, in a real catalog and store, with
// the originals in local folders beside them.
import { join } from "node:path";
import type { TimeNs } from "../../../core/time.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { writeTree } from "../../support/tree/local.js";
import { makeFolder } from "./mounted.js";
import { ShareBuilder, type NodeExtras } from "./share-builder.js";
import { EXACT_TIME_NS, editedTree, exampleTree } from "./trees.js";

export const EXAMPLE_SHARE = { tenant: "acme", share: "docs" };

export interface BuiltExample extends AsyncDisposable {
  readonly folder: TemporaryDirectory;
  /** An empty folder. */
  readonly mountPoint: string;
  readonly snapshots: readonly { readonly name: string; readonly original: string; readonly bytes: number }[];
}

const extras: ReadonlyMap<string, NodeExtras> = new Map([
  [
    "exact",
    {
      mtimeNs: EXACT_TIME_NS as TimeNs,
      metadata: { etag: '"0x8D"', xattrs: [{ name: "user.comment", value: Buffer.from("nice") }] },
    },
  ],
]);

export async function buildExample({ big = false }: { readonly big?: boolean } = {}): Promise<BuiltExample> {
  const folder = await temporaryDirectory();
  const first = exampleTree({ big });
  const snapshots = [];
  {
    await using builder = await ShareBuilder.create(folder.path, EXAMPLE_SHARE);
    for (const [index, tree] of [first, editedTree(first)].entries()) {
      const { name, bytes } = await builder.snapshot(tree, { extras });
      const original = await makeFolder(folder.join("original", String(index)));
      await writeTree(tree, original);
      snapshots.push({ name, original, bytes });
    }
  }
  return {
    folder,
    snapshots,
    mountPoint: await makeFolder(join(folder.path, "mnt with space")),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
