// Catalogs of a share on another machine, built as told, and everything that one can be asked.
import { randomUUID } from "node:crypto";
import type { Catalog } from "../../../../catalog/catalog.js";
import { type DedupIndex, openDedupIndex } from "../../../../catalog/dedup-index.js";
import { openCatalog } from "../../../../catalog/lmdb-catalog.js";
import type { ContentId, NodeId, VersionNumber } from "../../../../core/ids.js";
import { silentLogger, type Logger } from "../../../../core/logger.js";
import type { CheckpointLimits } from "../../../../daemon/checkpoints/policy.js";
import {
  buildBeside,
  type BuildOptions,
  type BuiltCatalog,
  moveIntoPlace,
} from "../../../../daemon/shares/build-catalog.js";
import type { World } from "../../backup/support/world.js";

/** Every backup that changes anything makes a checkpoint. */
export const ALWAYS: CheckpointLimits = { leastEntries: 0, bytesPerEntry: Number.MAX_SAFE_INTEGER };

export interface Listener {
  readonly logger: Logger;
  /** Level and message. */
  readonly lines: string[];
}

export function listener(): Listener {
  const lines: string[] = [];
  const say = (level: string) => (_fields: unknown, message: string) => void lines.push(`${level} ${message}`);
  return { lines, logger: { ...silentLogger, info: say("info"), warn: say("warn") } };
}

export interface Elsewhere extends AsyncDisposable {
  readonly built: BuiltCatalog;
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
}

/** A catalog from the world's store, in a folder of its own. */
export async function buildElsewhere(world: World, options: BuildOptions = {}): Promise<Elsewhere> {
  const folder = world.directory.join(`elsewhere-${randomUUID()}`, "catalog");
  const built = await buildBeside(folder, world.store, options, (building) => moveIntoPlace(building, folder));
  const catalog = openCatalog(folder, { create: false });
  const dedup = openDedupIndex(`${folder}/dedup`, () => catalog.next().content);
  return {
    built,
    catalog,
    dedup,
    async [Symbol.asyncDispose]() {
      await dedup[Symbol.asyncDispose]();
      await catalog[Symbol.asyncDispose]();
    },
  };
}

/** Everything a catalog says, in words that can be compared. */
export async function everythingIn(world: World, catalog: Catalog, dedup: DedupIndex): Promise<unknown> {
  const { next, snapshots } = { next: catalog.next(), snapshots: catalog.snapshots() };
  const trees = snapshots.map(({ number }) => {
    const view = catalog.view(number);
    const lines: unknown[] = [view.root];
    const visit = (directory: NodeId): void => {
      for (const entry of view.list(directory)) {
        lines.push(entry);
        if (entry.kind === "directory") {
          lines.push(view.pathOf(entry.nodeId));
          visit(entry.nodeId);
        }
      }
    };
    if (view.root) visit(view.root.nodeId);
    return [lines, [...catalog.entries(number)]];
  });
  const upTo = <T extends number>(end: number): T[] => Array.from({ length: end }, (_, number) => number as T);
  const { sources, digests, permissions } = await journalled(world);
  return {
    origin: catalog.origin(),
    next,
    totals: catalog.totals(),
    unfinished: catalog.unfinished(),
    snapshots,
    trees,
    versions: [...catalog.versions()],
    places: upTo<NodeId>(next.node).map((node) => catalog.placesOf(node)),
    contents: upTo<ContentId>(next.content + 2).map((content) => catalog.locate(content)),
    segments: upTo<VersionNumber>(next.version + 2).map((version) => catalog.segmentOf(version)),
    permissions: permissions.map((key) => [key, catalog.permissionOf(key), catalog.permissionOf(key, 1 as never)]),
    unreadPermissions: [...catalog.unreadPermissions()],
    sources: sources.map((source) => [source, catalog.findSource(source)]),
    digests: digests.map((sha256) => [dedup.get("blob", sha256), dedup.get("list", sha256)]),
  };
}

/** Every identity, digest and permission key that any segment has. */
async function journalled(world: World): Promise<{
  readonly sources: readonly string[];
  readonly digests: readonly Uint8Array[];
  readonly permissions: readonly string[];
}> {
  const keys = new Set<string>();
  const sources = new Set<string>();
  const digests: Uint8Array[] = [];
  for await (const snapshot of world.store.manifests()) {
    for await (const { number } of world.store.segments(snapshot)) {
      const { puts, contents, permissions = [] } = await world.store.getSegment(snapshot, number);
      for (const { entry } of puts) if (entry.sourceId !== undefined) sources.add(entry.sourceId);
      for (const { sha256 } of contents) digests.push(sha256);
      for (const { key } of permissions) keys.add(key);
    }
  }
  return { sources: [...sources], digests, permissions: [...keys] };
}
