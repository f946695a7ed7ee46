/** A catalog whose writers are killed one after another, and what is checked after each. */
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { openCatalog, openCatalogReader } from "../../../catalog/lmdb-catalog.js";
import type { Random } from "../../support/tree.js";
import { Checks } from "./checks.js";
import { Child } from "./children.js";
import { naiveVersions } from "./naive.js";
import { digestOf, makeScript, type ScriptOptions, type ScriptSnapshot } from "./script.js";
import type { WriterOptions } from "./writer-child.js";

/** Where a writer is killed: by itself within a transaction, or by us some time after so many lines. */
export type Blow = { readonly inStep: number } | { readonly afterLines: number; readonly afterMs: number };

export interface KillReport {
  kills: number;
  /** How many of them left a part of a segment. */
  partial: number;
  /** How many of them came behind the first transaction of a snapshot. */
  unfinished: number;
}

/** A path takes a tenth of a millisecond to find; after the last kill all are looked at. */
const PARTS = 23;

export function randomBlow(random: Random): Blow {
  if (random.chance(0.5)) return { inStep: random.integer(1, 5) };
  return { afterLines: random.integer(1, 4), afterMs: random.integer(0, 60) };
}

/** Kills writers until there are no blows left; the last one is let through. */
export async function writeWithKills(
  folder: string,
  options: ScriptOptions,
  blows: Iterable<Blow>,
): Promise<KillReport> {
  const script = makeScript(options);
  const checks = new Checks(script);
  const report: KillReport = { kills: 0, partial: 0, unfinished: 0 };
  for (const blow of blows) {
    const isThrough = await strike({ folder, script: options }, blow);
    await expectIntact(folder, checks, report);
    if (isThrough) return report;
  }
  await using last = new Child("writer-child.ts", { folder, script: options });
  expect(await last.end).toEqual({ status: 0, signal: null, stderr: "" });
  return report;
}

/** @returns whether the writer came through before the blow */
async function strike(options: WriterOptions, blow: Blow): Promise<boolean> {
  const before = await stateOf(options.folder);
  const signal = "inStep" in blow ? { signal: { name: "SIGKILL", inStep: blow.inStep } } : {};
  await using child = new Child("writer-child.ts", { ...options, ...signal });
  if ("afterLines" in blow) {
    await child.heard(/./, 1 + blow.afterLines);
    await setTimeout(blow.afterMs);
    child.kill("SIGKILL");
  }
  const end = await child.end;
  expect(end.stderr, JSON.stringify(blow)).toBe("");
  const first = child.lines.find((line) => line.startsWith("begun"));
  // It began where the one before had been killed.
  if (first !== undefined && before)
    expect(first).toBe(`begun ${before.number} ${before.segments} ${before.isPartial}`);
  await expectDurable(options.folder, child.lines);
  return end.status === 0;
}

async function stateOf(folder: string) {
  await using catalog = openCatalog(folder);
  return catalog.unfinished();
}

/** Whatever was told to be done is done. */
async function expectDurable(folder: string, lines: readonly string[]): Promise<void> {
  await using catalog = openCatalog(folder);
  const [what, number = 0, segment = 0] = (lines.findLast((line) => /^(?:applied|published)/.test(line)) ?? "").split(
    " ",
  );
  if (what === "published") expect(catalog.snapshots().length).toBeGreaterThanOrEqual(Number(number));
  if (what !== "applied" || catalog.snapshots().length >= Number(number)) return;
  expect(catalog.unfinished()).toMatchObject({ number: Number(number) });
  expect(catalog.unfinished()?.segments).toBeGreaterThan(Number(segment));
}

async function expectIntact(folder: string, checks: Checks, report: KillReport): Promise<void> {
  report.kills++;
  const unfinished = await stateOf(folder);
  if (unfinished) report.unfinished++;
  if (unfinished?.isPartial === true) report.partial++;
  await using reader = openCatalogReader(folder);
  checks.everything(reader, report.kills, PARTS);
}

/** Holds a catalog that was killed often against one that never was. */
export async function expectSameCatalog(folder: string, untouched: string, options: ScriptOptions): Promise<void> {
  const script = makeScript(options);
  await writeAtOnce(untouched, script);
  await using killed = openCatalog(folder);
  await using expected = openCatalog(untouched);
  expect(new Checks(script).everything(killed)).toBe(script.length);
  expect(naiveVersions(script).length).toBeGreaterThan(options.nodes);
  expect([...killed.versions()]).toEqual([...expected.versions()]);
  expect(killed.totals()).toEqual(expected.totals());
  expect(killed.totals()).toEqual(totalsOf(script.at(-1)));
  expect(killed.unfinished()).toBeUndefined();
  const next = killed.next();
  expect(next).toEqual(expected.next());
  for (let node = 1; node < next.node; node++) {
    expect(killed.placesOf(node as never)).toEqual(expected.placesOf(node as never));
  }
  for (let version = 1; version <= next.version; version++) {
    expect(killed.segmentOf(version as never)).toEqual(expected.segmentOf(version as never));
  }
  for (let content = 0; content <= next.content; content++) {
    expect(killed.locate(content as never)).toEqual(expected.locate(content as never));
  }
  for (const { sourceId = "", nodeId, kind, parentId, name } of script.at(-1)?.tree.values() ?? []) {
    expect(killed.findSource(sourceId)).toMatchObject({ nodeId, kind, parentId, name });
  }
}

function totalsOf(snapshot: ScriptSnapshot | undefined) {
  const { files, directories, bytes } = snapshot?.record ?? {};
  return { files, directories, bytes };
}

async function writeAtOnce(folder: string, script: readonly ScriptSnapshot[]): Promise<void> {
  await using catalog = openCatalog(folder);
  for (const { record, batches } of script) {
    const { number } = await catalog.begin();
    for (const [segment, batch] of batches.entries())
      await catalog.apply(number, segment, batch, digestOf(number, segment));
    await catalog.publish(record);
  }
}
