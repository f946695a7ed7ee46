// A process of its own that reads a catalog while others write it, and holds what it reads against the script. It says
// its findings on stdout as JSON. Usage: node reader-child.js '<ReaderOptions as JSON>'
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import type { CatalogEntry, CatalogReader } from "../../../catalog/catalog.js";
import { openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import { messageOf } from "../../../core/errors.js";
import type { SnapshotNumber } from "../../../core/ids.js";
import { Random } from "../../support/tree.js";
import { Checks, expectEntry, fail } from "./checks.js";
import { lineOf } from "./naive.js";
import { makeScript, type ScriptOptions } from "./script.js";

export interface ReaderOptions {
  readonly folder: string;
  readonly script: ScriptOptions;
  readonly seed: number;
  /** Whether one iteration over the newest snapshot is begun at once and ended only at the end. */
  readonly holds: boolean;
}

export interface ReaderReport {
  operations: number;
  /** How many snapshots there were, each time that it was another number. */
  seen: number[];
  /** Of those that look one thing up. */
  longestMs: number;
  /** Which it was. */
  longest: string;
  problems: string[];
  /** Entries that the held iteration gave. */
  held: number;
}

const LOOKUPS = new Set(["directory", "name", "path", "history"]);
const options = JSON.parse(process.argv[2] ?? "{}") as ReaderOptions;
const script = makeScript(options.script);
const checks = new Checks(script);
checks.prepare();
const random = new Random(options.seed);
const report: ReaderReport = { operations: 0, seen: [], longestMs: 0, longest: "", problems: [], held: 0 };
const asked = { isEnough: false };
createInterface(process.stdin).once("line", () => (asked.isEnough = true));

const catalog = openCatalogReader(options.folder);
const held = options.holds ? holdEntries(catalog) : undefined;
writeSync(1, "reading\n");
while (!asked.isEnough) {
  readOnce();
  // LMDB's view of the file moves on only when the loop yields.
  await setImmediate();
}
try {
  held?.();
} catch (error) {
  report.problems.push(`held: ${messageOf(error)}`);
}
await catalog[Symbol.asyncDispose]();
writeSync(1, `${JSON.stringify(report)}\n`);
process.exit();

function readOnce(): void {
  const kind = random.pickWeighted({
    directory: 20,
    name: 20,
    path: 20,
    history: 10,
    difference: 4,
    stamps: 1,
    entries: 1,
  });
  const startedMs = performance.now();
  try {
    const newest = catalog.snapshots().length;
    if (newest < (report.seen.at(-1) ?? 0)) fail(`there are ${newest} snapshots, fewer than before`);
    if (newest !== report.seen.at(-1)) report.seen.push(newest);
    // Mostly the newest, which the writer is just about to change.
    const number = (random.chance(0.6) ? newest : random.integer(1, newest)) as SnapshotNumber;
    read(kind, number, newest as SnapshotNumber);
    report.operations++;
  } catch (error) {
    if (report.problems.length < 10) report.problems.push(`${kind}: ${messageOf(error)}`);
  }
  const ms = performance.now() - startedMs;
  // The others read a good part of the tree, and take their time for that.
  if (ms <= report.longestMs || !LOOKUPS.has(kind)) return;
  report.longestMs = ms;
  report.longest = kind;
}

function read(kind: string, number: SnapshotNumber, newest: SnapshotNumber): void {
  // Of a later snapshot at times, so that it is not in this one.
  const ordered = checks.ordered(random.chance(0.7) ? number : (Math.min(number + 1, script.length) as SnapshotNumber));
  const entry = random.pick(ordered);
  if (kind === "directory") checks.directory(catalog, number, entry.parentId);
  else if (kind === "name") checks.name(catalog, number, entry);
  else if (kind === "path") checks.path(catalog, number, entry.nodeId);
  else if (kind === "difference") checks.difference(catalog, number);
  else if (kind === "stamps") checks.stamps(catalog, number);
  else if (kind === "entries") checks.entries(catalog, number);
  else checks.versionsOfName(catalog, newest, entry);
}

/** Begins an iteration. @returns what ends it, and finds the state of its beginning unchanged */
function holdEntries(reader: CatalogReader): () => void {
  const number = reader.snapshots().length as SnapshotNumber;
  const expected = checks.ordered(number);
  const entries = reader.entries(number);
  const take = (entry: CatalogEntry): void => {
    const model = expected[report.held++] ?? fail(`not in snapshot ${number}: ${lineOf(entry)}`);
    expectEntry(entry, model);
    // Nothing had ended when it began.
    if (entry.signature !== model.signature) fail(`signature ${entry.signature} of ${lineOf(entry)}`);
  };
  const first = entries.next();
  if (!first.done) take(first.value);
  return () => {
    for (const entry of entries) take(entry);
    if (report.held !== expected.length) fail(`ends after ${report.held} entries`);
  };
}
