/** A catalog that has everything in it which a catalog can have, made the same way every time. */
import { openCatalog } from "../../../catalog/lmdb-catalog.js";
import { openDedupIndex } from "../../../catalog/dedup-index.js";
import type { ContentRecord, NodePut, NodeRemoval } from "../../../core/node.js";
import type { BundleId, ContentId, NodeId } from "../../../core/ids.js";
import { join } from "node:path";
import { batchOf, directoryOf, entryOf, putOf, removalOf, rootEntry, snapshotOf } from "../../catalog/support/model.js";

const DIRECTORIES = 120;
const FILES = 60;
const LIST_SIZE = 2_000_000;

/** Files and directories in three snapshots: renamed, moved, changed, gone. The tables are some pages each. */
export async function makeSampleCatalog(folder: string): Promise<void> {
  await using catalog = openCatalog(folder);
  await using dedup = openDedupIndex(join(folder, "dedup"), () => catalog.next().content);
  await catalog.keepOrigin("a store");
  const apply = async (puts: readonly NodePut[], removals: readonly NodeRemoval[] = []): Promise<void> => {
    const { number, segments } = await catalog.begin();
    const contents = contentsOf(puts, catalog.next().content);
    const bundled = contents.filter(({ kind }) => kind === "bundled").length;
    const bundles =
      bundled === 0
        ? []
        : [
            {
              bundleId: catalog.next().bundle,
              firstContentId: catalog.next().content,
              count: bundled,
              sizeBytes: 1,
              sha256: new Uint8Array(32),
            },
          ];
    const batch = { ...batchOf(catalog.next().version, puts, removals), contents, bundles };
    await catalog.apply(number, segments, batch, new Uint8Array(32));
    await dedup.add(contents);
  };
  const publish = async (): Promise<void> => {
    const { number } = await catalog.begin();
    await catalog.publish(snapshotOf(number, catalog.totals()));
  };

  let node = 2;
  await apply([putOf(rootEntry)]);
  const directories: NodePut[] = [];
  for (let at = 0; at < DIRECTORIES; at++) {
    const parent = at < 10 ? 1 : 2 + (at % 10);
    directories.push(putOf(directoryOf(node++, parent, `directory ${at}`)));
  }
  await apply(directories);
  const files: NodePut[] = [];
  for (const {
    entry: { nodeId },
  } of directories) {
    for (let at = 0; at < FILES; at++) {
      const extra = { ...content(node), posix: { mode: 0o640 + (at % 3), uid: 1000, gid: 100 } };
      files.push(putOf(entryOf(node++, nodeId, `a file with number ${at}`, extra)));
    }
  }
  for (let from = 0; from < files.length; from += 2000) await apply(files.slice(from, from + 2000));
  await publish();

  const some = files.filter((_, index) => index % 97 === 0);
  const moved = directories[50] as NodePut;
  await apply(
    [
      putOf({ ...rootEntry, signature: 7 }),
      ...some.map(({ entry }) => putOf({ ...entry, mtimeNs: (entry.mtimeNs + 100n) as typeof entry.mtimeNs })),
      putOf({ ...moved.entry, parentId: 1 as NodeId, name: "moved" }, moved.entry),
    ],
    files.filter((_, index) => index % 101 === 1).map(({ entry }) => removalOf(entry)),
  );
  const renamed = files.filter((_, index) => index % 103 === 2 && index % 97 !== 0 && index % 101 !== 1);
  await apply(renamed.map(({ entry }) => putOf({ ...entry, name: `${entry.name} renamed` }, entry)));
  await publish();

  const goneDirectory = directories.at(-1) as NodePut;
  const within = files.filter(({ entry }) => entry.parentId === goneDirectory.entry.nodeId);
  const live = new Set(Array.from(catalog.live.list(goneDirectory.entry.nodeId), ({ nodeId }) => nodeId));
  const left = within
    .filter(({ entry }) => live.has(entry.nodeId))
    .map(({ entry }) =>
      renamed.some((one) => one.entry.nodeId === entry.nodeId) ? { ...entry, name: `${entry.name} renamed` } : entry,
    );
  await apply([], [...left.map(removalOf), removalOf(goneDirectory.entry)]);
  await publish();
}

/** Content ids follow node ids in this tree: the first file has the first. */
const FIRST_FILE = DIRECTORIES + 2;

function content(node: number): { readonly contentId: ContentId; readonly sizeBytes: number } {
  const contentId = (node - FIRST_FILE + 1) as ContentId;
  return { contentId, sizeBytes: contentId % 500 === 0 ? LIST_SIZE : contentId };
}

function contentsOf(puts: readonly NodePut[], next: ContentId): readonly ContentRecord[] {
  const fresh = puts.filter(({ entry }) => entry.kind === "file" && entry.contentId >= next);
  const firstList = fresh.findIndex(({ entry }) => entry.sizeBytes === LIST_SIZE);
  return fresh.map(({ entry: { contentId, sizeBytes } }, index) => {
    const sha256 = Buffer.alloc(32);
    sha256.writeUInt32BE(contentId, 0);
    if (sizeBytes === LIST_SIZE) {
      const parts = [1, 2].map((part) => ({ contentId: (contentId - part) as ContentId, sizeBytes: LIST_SIZE / 2 }));
      return { kind: "list", contentId, sizeBytes, sha256, parts, partSha256s: Buffer.alloc(64) };
    }
    if (firstList < 0 || index < firstList)
      return { kind: "bundled", contentId, sizeBytes, sha256, bundleId: 1 as BundleId };
    return { kind: "blob", contentId, sizeBytes, sha256 };
  });
}
