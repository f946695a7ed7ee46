/**
 * The LMDB environment of one share and its tables. Nothing outside the catalog room sees LMDB. Opening checks the
 * format before anything is read or written, and turns LMDB's own failures into typed errors.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { open, type Database, type RootDatabase } from "lmdb";
import { DamagedError, messageOf, SharestrataError, systemCode } from "../core/errors.js";
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { TimeNs } from "../core/time.js";
import { structureProblem } from "./environment-check.js";
import type { NextNumbers, UnfinishedSnapshot } from "./catalog.js";
import { COMMIT_OPTIONS } from "./commit.js";
import { expectRoom } from "./room.js";

/** Raised whenever the bytes of any table change meaning. */
export const CATALOG_FORMAT = 9;

/** A catalog of an older format, or one that was given up: nothing in it is used, it is built anew from the store. */
export class OutdatedCatalogError extends SharestrataError {
  override readonly name = "OutdatedCatalogError";
  /** @param why half a sentence */
  constructor(folder: string, why: string) {
    super("FAILED", `The catalog in ${folder} has to be built anew from the store: ${why}.`, { where: folder });
  }
}

type BinaryTable = Database<Buffer, Buffer>;

/** The one record of `meta`: everything that changes with each batch. */
export interface CatalogState {
  readonly next: NextNumbers;
  readonly totals: { readonly files: number; readonly directories: number; readonly bytes: number };
  readonly unfinished: UnfinishedSnapshot | null;
  /** The newest prune record that is applied; 0 before the first. All before it are. */
  readonly prune: number;
  /** The content ids below are those of published snapshots. */
  readonly publishedContent: ContentId;
}

export interface Tables {
  /** Where they lie, for messages. */
  readonly folder: string;
  readonly environment: RootDatabase;
  readonly meta: Database<unknown, string>;
  /** Packed leaves: all entries, live and past. */
  readonly leaves: BinaryTable;
  /** Snapshot → its first version and node. */
  readonly epochs: BinaryTable;
  /** Number → mode, uid, gid. */
  readonly posix: BinaryTable;
  /** Packed: where each directory hangs, and each file that has moved, and since when. */
  readonly places: BinaryTable;
  /** Packed: under which directory nodes came into the tree. */
  readonly runs: BinaryTable;
  /** Packed: in which snapshots something in or beneath a directory changed. */
  readonly stamps: BinaryTable;
  /** First content id → bundle, count. */
  readonly bundles: BinaryTable;
  /** As `bundles`, of contents that prunes have moved: where they are now. */
  readonly moved: BinaryTable;
  /** First content id → count, of contents that nothing new may refer to. */
  readonly condemned: BinaryTable;
  /** Content id → its parts. */
  readonly lists: BinaryTable;
  /** Content id → which share of the tenant has stored it, and its id there. */
  readonly foreign: BinaryTable;
  /** First version → segment, count. */
  readonly segments: BinaryTable;
  /** Permission key and segment → whether the segment has its descriptor. */
  readonly permissions: BinaryTable;
  /** Segment of the unfinished snapshot → the SHA-256 of its object. Rows of the snapshot before may lie behind. */
  readonly applied: BinaryTable;
  /** Snapshot number → snapshot. */
  readonly snapshots: Database<string, Buffer>;
}

const INITIAL_STATE: CatalogState = {
  next: { node: 1 as NodeId, version: 1 as VersionNumber, content: 1 as ContentId, bundle: 1 as NextNumbers["bundle"] },
  totals: { files: 0, directories: 0, bytes: 0 },
  unfinished: null,
  prune: 0,
  publishedContent: 1 as ContentId,
};

export interface OpenTablesOptions {
  readonly readOnly?: boolean | undefined;
  /** Whether a missing catalog is made: true unless `readOnly`. */
  readonly create?: boolean | undefined;
}

/**
 * @throws SharestrataError `NEWER_FORMAT`, `DAMAGED`, `ACCESS_DENIED`, `STORE_FULL`; `STORE_UNINITIALISED` when there
 * is no catalog yet and none is to be made; OutdatedCatalogError
 */
export function openTables(folder: string, options: OpenTablesOptions = {}): Tables {
  const { readOnly = false, create = !readOnly } = options;
  try {
    if (!create) statSync(join(folder, "data.mdb"));
    else mkdirSync(folder, { recursive: true, mode: 0o700 });
    expectSound(folder);
    // LMDB maps its lock file before it is on the disk, so without room for that the process would end with a signal.
    if (!readOnly || !existsSync(join(folder, "lock.mdb"))) expectRoom(folder);
    return openEnvironment(folder, readOnly);
  } catch (error) {
    throw asCatalogError(error, folder);
  }
}

/** All that LMDB would follow in the catalog's own file, and in those of the indexes that live and die with it. */
function expectSound(folder: string): void {
  for (const part of ["data.mdb", join("identities", "data.mdb"), join("dedup", "data.mdb")]) {
    const problem = structureProblem(join(folder, part));
    if (problem !== undefined) throw new OutdatedCatalogError(folder, `${part} is damaged (${problem})`);
  }
}

function openEnvironment(folder: string, readOnly: boolean): Tables {
  const environment = open({
    path: folder,
    // lmdb takes a path whose last part has a dot for a file unless told.
    noSubdir: false,
    maxDbs: 16,
    readOnly,
    // A batch is acknowledged only when it is on disk: the next one must not be journalled before.
    overlappingSync: false,
    ...COMMIT_OPTIONS,
  });
  try {
    const meta = environment.openDB<unknown, string>({ name: "meta", encoding: "json" });
    checkFormat(meta, folder, readOnly);
    const binary = (name: string): BinaryTable =>
      environment.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
    return {
      folder,
      environment,
      meta,
      leaves: binary("leaves"),
      epochs: binary("epochs"),
      posix: binary("posix"),
      places: binary("places"),
      runs: binary("runs"),
      stamps: binary("stamps"),
      bundles: binary("bundles"),
      moved: binary("moved"),
      condemned: binary("condemned"),
      lists: binary("lists"),
      foreign: binary("foreign"),
      segments: binary("segments"),
      permissions: binary("permissions"),
      applied: binary("applied"),
      snapshots: environment.openDB<string, Buffer>({ name: "snapshots", encoding: "string", keyEncoding: "binary" }),
    };
  } catch (error) {
    void environment.close();
    throw error;
  }
}

function checkFormat(meta: Database<unknown, string>, folder: string, readOnly: boolean): void {
  const format = meta.get("format");
  if (format === undefined && !readOnly) {
    meta.transactionSync(() => {
      void meta.put("format", CATALOG_FORMAT);
      void meta.put("state", INITIAL_STATE);
    });
    return;
  }
  if (typeof format !== "number") throw new DamagedError(`The catalog in ${folder} has no format.`, { where: folder });
  expectFormat(format, folder);
}

/** @throws SharestrataError `NEWER_FORMAT`; OutdatedCatalogError */
export function expectFormat(format: number, folder: string): void {
  if (format < CATALOG_FORMAT) throw new OutdatedCatalogError(folder, "it is outdated");
  if (format > CATALOG_FORMAT) {
    throw new SharestrataError(
      "NEWER_FORMAT",
      `The catalog in ${folder} was written by a newer version (format ${format}, this one knows ${CATALOG_FORMAT}).`,
      { where: folder, format },
    );
  }
}

/** From now on the catalog counts as outdated. Called within a write transaction. */
export function giveUp({ meta }: Tables): void {
  void meta.put("format", 0);
}

/** Which store the catalog was made from. */
export function readOrigin({ meta }: Tables): string | undefined {
  const origin = meta.get("origin");
  return typeof origin === "string" ? origin : undefined;
}

/** When the newest prune record that is applied was written. */
export function readPrunedAt({ meta }: Tables): TimeNs | undefined {
  const written = meta.get("prunedAt");
  return typeof written === "string" && /^\d+$/.test(written) ? (BigInt(written) as TimeNs) : undefined;
}

export function readState({ meta }: Tables): CatalogState {
  const state = meta.get("state");
  if (!isState(state)) throw new DamagedError("The catalog's counters are damaged.", { where: "meta" });
  return state;
}

/** Whether a value is what `state` has to be. */
export function isState(value: unknown): value is CatalogState {
  if (typeof value !== "object" || value === null) return false;
  const { next, totals, unfinished } = value as Record<string, Record<string, unknown> | null>;
  const { publishedContent, prune } = value as Record<string, unknown>;
  const allCounts = (record: unknown, keys: readonly string[]): boolean =>
    typeof record === "object" &&
    record !== null &&
    keys.every((key) => Number.isSafeInteger((record as Record<string, unknown>)[key]));
  return (
    allCounts(next, ["node", "version", "content", "bundle"]) &&
    allCounts(totals, ["files", "directories", "bytes"]) &&
    Number.isSafeInteger(publishedContent) &&
    Number.isSafeInteger(prune) &&
    (unfinished === null ||
      (allCounts(unfinished, ["number", "segments"]) && typeof unfinished?.["isPartial"] === "boolean"))
  );
}

function asCatalogError(error: unknown, folder: string): SharestrataError {
  if (error instanceof SharestrataError) return error;
  const code = systemCode(error);
  const message = messageOf(error);
  if (code === "ENOENT") {
    return new SharestrataError(
      "STORE_UNINITIALISED",
      `There is no catalog in ${folder} yet.`,
      { where: folder },
      error,
    );
  }
  if (code === "EACCES" || code === "EPERM" || /permission denied/i.test(message)) {
    return new SharestrataError(
      "ACCESS_DENIED",
      `The catalog in ${folder} may not be opened.`,
      { where: folder },
      error,
    );
  }
  if (code === "ENOSPC" || /no space/i.test(message)) {
    return new SharestrataError(
      "STORE_FULL",
      `No space is left for the catalog in ${folder}.`,
      { where: folder },
      error,
    );
  }
  return new DamagedError(`The catalog in ${folder} cannot be opened: ${message}.`, { where: folder }, error);
}

/** The snapshots' keys. */
export function snapshotKey(number: SnapshotNumber): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(number);
  return key;
}
