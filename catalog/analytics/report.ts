/**
 * What there is to tell of a snapshot, or of a directory in it: one pass over its entries, each shown to every table. All
 * tables are bounded, so memory is too, whatever the size of the tree.
 */
import type { NodeId } from "../../core/ids.js";
import { ROOT_NODE } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { TimeNs } from "../../core/time.js";
import type { CatalogEntry, CatalogReader, TreeView } from "../catalog.js";
import { pathWithin } from "../paths.js";
import { entriesBeneath } from "../subtree.js";
import { AgeHistogram, type AgeStep } from "./age-histogram.js";
import { type DirectoryTally, DirectoryTotals } from "./directory-totals.js";
import { type DuplicateGroup, DuplicateFinder, type Duplicates } from "./duplicates.js";
import { type Growth, growthOf } from "./growth.js";
import { Largest } from "./largest.js";
import { pathsOf } from "./node-paths.js";
import { SizeHistogram, type SizeStep } from "./size-histogram.js";
import { type Types, TypeTable } from "./type-table.js";

/** Paths are names from below the share's root. */
export interface SnapshotReport {
  /** `directories` counts the directory itself; `bytes` are those of files. */
  readonly totals: {
    readonly files: number;
    readonly directories: number;
    readonly symlinks: number;
    readonly bytes: number;
  };
  /** undefined when there is no file. */
  readonly averageBytes: number | undefined;
  /** Within 5 %. undefined when there is no file. */
  readonly medianBytes: number | undefined;
  readonly types: Types;
  readonly sizes: readonly SizeStep[];
  readonly ages: readonly AgeStep[];
  readonly largestFiles: readonly LargeFile[];
  /** By the bytes of files directly in them. */
  readonly largestDirectories: readonly (DirectoryTally & { readonly path: readonly string[] })[];
  /** undefined when they were not to be looked for. */
  readonly duplicates: ReportedDuplicates | undefined;
  /** Of the whole share, oldest first. */
  readonly growth: readonly Growth[];
}

export interface LargeFile {
  readonly path: readonly string[];
  readonly sizeBytes: number;
  readonly mtimeNs: TimeNs;
}

export interface ReportedDuplicates extends Duplicates {
  readonly largest: readonly (DuplicateGroup & { readonly paths: readonly (readonly string[])[] })[];
}

export interface ReportOptions {
  /** How many of each are told: types, files, directories, groups of duplicates, snapshots. */
  readonly top: number;
  /** A folder for a temporary file, as of `DuplicateFinder`; undefined: duplicates are not looked for. */
  readonly duplicatesIn: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then. */
  readonly onProgress?: (progress: ReportProgress) => void;
}

export interface ReportProgress {
  readonly phase: "reading" | "comparing";
  /** Files and symlinks read so far, and the bytes of the files. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * @param snapshot a published one
 * @param directoryId in that snapshot; ROOT_NODE for all of it
 * @throws SharestrataError `STORE_FULL` and `FAILED` when the temporary file cannot be written; `DAMAGED`; the signal's reason
 */
export async function reportOn(
  catalog: CatalogReader,
  snapshot: Snapshot,
  directoryId: NodeId,
  options: ReportOptions,
): Promise<SnapshotReport> {
  const { top, duplicatesIn: folder, signal, onProgress } = options;
  signal?.throwIfAborted();
  const view = catalog.view(snapshot.number);
  const tables = new Tables(snapshot.startedAt, top);
  using finder = folder === undefined ? undefined : new DuplicateFinder({ folder, expectedFiles: snapshot.files });
  const pace = new Pace(signal);
  // What entries() gives of the whole includes the root, what lies beneath a directory does not include that.
  if (directoryId !== ROOT_NODE) tables.directories++;
  const all = directoryId === ROOT_NODE ? catalog.entries(snapshot.number) : entriesBeneath(view, directoryId);
  for (const entry of all) {
    tables.add(entry);
    if (finder && entry.kind === "file") finder.add(entry);
    const pause = pace.step();
    if (!pause) continue;
    onProgress?.({ phase: "reading", ...tables.progress() });
    await pause;
  }
  onProgress?.({ phase: "comparing", ...tables.progress() });
  const duplicates = await finder?.finish(top, signal);
  return {
    ...tables.report(view, top),
    duplicates: duplicates && (await withPaths(view, duplicates, pace)),
    growth: growthOf(catalog.snapshots(), snapshot.number, top),
  };
}

class Tables {
  files = 0;
  directories = 0;
  symlinks = 0;
  bytes = 0;
  readonly #types = new TypeTable();
  readonly #sizes = new SizeHistogram();
  readonly #ages: AgeHistogram;
  readonly #largestFiles: Largest<CatalogEntry>;
  readonly #directoryTotals: DirectoryTotals;

  constructor(at: TimeNs, top: number) {
    this.#ages = new AgeHistogram(at);
    this.#largestFiles = new Largest(top);
    this.#directoryTotals = new DirectoryTotals(top);
  }

  add(entry: CatalogEntry): void {
    if (entry.kind === "directory") this.directories++;
    else if (entry.kind === "symlink") this.symlinks++;
    else this.#addFile(entry);
  }

  #addFile(entry: CatalogEntry): void {
    const { sizeBytes } = entry;
    this.files++;
    this.bytes += sizeBytes;
    this.#types.add(entry.name, sizeBytes);
    this.#sizes.add(sizeBytes);
    this.#ages.add(entry.mtimeNs, sizeBytes);
    this.#largestFiles.add(sizeBytes, entry);
    this.#directoryTotals.add(entry.parentId, sizeBytes);
  }

  progress(): { readonly files: number; readonly bytes: number } {
    return { files: this.files + this.symlinks, bytes: this.bytes };
  }

  report(view: TreeView, top: number): Omit<SnapshotReport, "duplicates" | "growth"> {
    const { files, directories, symlinks, bytes } = this;
    return {
      totals: { files, directories, symlinks, bytes },
      averageBytes: this.#sizes.averageBytes(),
      medianBytes: this.#sizes.medianBytes(),
      types: this.#types.types(top),
      sizes: this.#sizes.steps(),
      ages: this.#ages.steps(),
      largestFiles: this.#largestFiles.items().map(({ parentId, name, sizeBytes, mtimeNs }) => ({
        path: pathWithin(view, parentId, name),
        sizeBytes,
        mtimeNs,
      })),
      largestDirectories: this.#directoryTotals
        .finish()
        .map((tally) => ({ ...tally, path: pathWithin(view, tally.directoryId) })),
    };
  }
}

async function withPaths(view: TreeView, duplicates: Duplicates, pace: Pace): Promise<ReportedDuplicates> {
  const nodes = duplicates.largest.flatMap(({ samples }) => samples);
  const paths = await pathsOf(view, nodes, pace);
  const largest = duplicates.largest.map((group) => ({
    ...group,
    paths: group.samples.flatMap(({ nodeId }) => {
      const path = paths.get(nodeId);
      return path ? [path] : [];
    }),
  }));
  return { ...duplicates, largest };
}
