/** From an address to the snapshot and node it means. */
import type { CatalogEntry, CatalogReader, SnapshotTree } from "../../catalog/catalog.js";
import {
  type Address,
  formatAddress,
  formatSelector,
  selectSnapshot,
  type SnapshotSelector,
} from "../../core/address.js";
import { SharestrataError } from "../../core/errors.js";
import { formatShareName, type ShareName } from "../../core/names.js";
import type { Snapshot } from "../../core/snapshot.js";
import { lastSeen } from "../../catalog/last-seen.js";
import { Published } from "../../catalog/published.js";
import { closest } from "../config/suggest.js";

export const LATEST: SnapshotSelector = { kind: "latest", back: 0 };

/** @throws SharestrataError `SNAPSHOT_UNKNOWN`, saying which snapshots there are */
export function findSnapshot(share: ShareName, snapshots: readonly Snapshot[], selector: SnapshotSelector): Snapshot {
  const found = selectSnapshot(snapshots, selector);
  if (found) return found;
  const name = formatShareName(share);
  const wanted = formatSelector(selector);
  const near = closest(
    wanted,
    snapshots.map((snapshot) => snapshot.name),
  );
  const hint =
    snapshots.length === 0
      ? `it has none yet: run sharestrata backup ${name}.`
      : near !== undefined
        ? `did you mean ${near}?`
        : `it has ${snapshots.length}, the newest ${snapshots.at(-1)?.name}.`;
  throw new SharestrataError("SNAPSHOT_UNKNOWN", `${name} has no snapshot ${wanted}; ${hint}`, {
    share: name,
    snapshot: wanted,
  });
}

/** A node as an address names it. */
export interface Located {
  readonly snapshot: Snapshot;
  readonly view: SnapshotTree;
  readonly entry: CatalogEntry;
  readonly path: readonly string[];
}

/**
 * @param address without a snapshot it means `latest`, without a path the root
 * @throws SharestrataError `SNAPSHOT_UNKNOWN`, `PATH_UNKNOWN`
 */
export function locate(catalog: CatalogReader, address: Address): Located {
  const snapshot = findSnapshot(address.share, catalog.snapshots(), address.snapshot ?? LATEST);
  const view = catalog.view(snapshot.number);
  const path = address.path ?? [];
  let entry = view.root;
  for (const [depth, name] of path.entries()) {
    const parent: CatalogEntry | undefined = entry;
    entry = parent?.kind === "directory" ? view.lookup(parent.nodeId, name) : undefined;
    if (!entry) throw unknownPath(address, snapshot, depth);
  }
  if (!entry) throw unknownPath(address, snapshot, 0);
  return { snapshot, view, entry, path };
}

/** A node of the newest snapshot that has it. */
export interface LocatedLast {
  /** The snapshots among which it was looked for. */
  readonly published: Published;
  readonly snapshot: Snapshot;
  readonly entry: CatalogEntry;
}

/**
 * As `locate`, but an address without a snapshot means the newest that has the path.
 * @throws SharestrataError `SNAPSHOT_UNKNOWN`, `PATH_UNKNOWN`
 */
export function locateLast(catalog: CatalogReader, address: Address): LocatedLast {
  const published = new Published(catalog);
  if (address.snapshot || !published.newest) return { published, ...locate(catalog, address) };
  const path = address.path ?? [];
  const found = lastSeen(catalog, published, path);
  if (found) return { published, ...found };
  const shown = `/${path.join("/")}`;
  throw new SharestrataError("PATH_UNKNOWN", `No snapshot of ${formatShareName(address.share)} has ${shown}.`, {
    path: shown,
  });
}

function unknownPath(address: Address, snapshot: Snapshot, depth: number): SharestrataError {
  const path = address.path ?? [];
  const known = `/${path.slice(0, depth).join("/")}`;
  const wanted = formatAddress({ ...address, snapshot: { kind: "name", name: snapshot.name } });
  const hint = depth < path.length - 1 ? `: there is no "${path[depth]}" in ${known}` : "";
  return new SharestrataError("PATH_UNKNOWN", `${wanted} does not exist${hint}.`, {
    path: `/${path.join("/")}`,
    snapshot: snapshot.name,
  });
}
