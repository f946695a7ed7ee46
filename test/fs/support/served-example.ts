// Owns the share that the mounted tests look at: the example tree and the edited one, in a real catalog and store, with
// the originals in local folders beside them.
import { join } from "node:path";
import type { TimeNs } from "../../../core/time.js";
import { temporaryDirectory, type TemporaryDirectory } from "../../support/tmp.js";
import { writeTree } from "../../support/tree/local.js";
import { makeFolder, mountInChild, type MountedChild } from "./mounted.js";
import type { TransportName } from "../../../fs/transports/transport-name.js";
import { ShareBuilder, type BuiltStore, type NodeExtras } from "./share-builder.js";
import { EXACT_TIME_NS, editedTree, exampleTree } from "./trees.js";
import { extrasOfTheWide, widened } from "./wide-tree.js";

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

export interface ExampleOptions {
  /** With the 40 MB file. */
  readonly big?: boolean;
  /** With what only few tests look at (wide-tree.ts). */
  readonly wide?: boolean;
  /** Default: `plain`. */
  readonly store?: BuiltStore;
}

export interface ServedExample extends BuiltExample {
  readonly child: MountedChild;
}

/** The example behind a mount of its share, in a process of its own. Disposing ends both. */
export async function serveExample(transport: TransportName, options: ExampleOptions = {}): Promise<ServedExample> {
  const example = await buildExample(options);
  try {
    const child = await mountInChild({
      folder: example.folder.path,
      mountPoint: example.mountPoint,
      shares: [EXAMPLE_SHARE],
      root: { kind: "share", share: EXAMPLE_SHARE },
      transport,
      store: options.store,
    });
    return {
      ...example,
      child,
      async [Symbol.asyncDispose]() {
        await child[Symbol.asyncDispose]();
        await example[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await example[Symbol.asyncDispose]();
    throw error;
  }
}

export async function buildExample({ big = false, wide = false, store }: ExampleOptions = {}): Promise<BuiltExample> {
  const folder = await temporaryDirectory();
  const first = wide ? widened(exampleTree({ big })) : exampleTree({ big });
  const snapshots = [];
  {
    await using builder = await ShareBuilder.create(folder.path, EXAMPLE_SHARE, store);
    for (const [index, tree] of [first, editedTree(first)].entries()) {
      const { name, bytes } = await builder.snapshot(tree, {
        extras: wide ? new Map([...extras, ...extrasOfTheWide]) : extras,
      });
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
