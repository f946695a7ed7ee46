/**
 * Holds a catalog against the script. Each check throws with a sentence that says what is wrong, so that it serves in
 * the tests' process and in a child alike.
 */
import type { CatalogEntry, CatalogReader, NodePlace } from "../../../catalog/catalog.js";
import { diffTrees } from "../../../catalog/diff.js";
import type { NodeId, SnapshotNumber } from "../../../core/ids.js";
import { diffLine, inOrder, lineOf, naiveDiff, naivePlaces, naiveVersions, pathIn } from "./naive.js";
import type { ModelEntry, ScriptSnapshot } from "./script.js";

export function fail(what: string): never {
  throw new Error(what);
}

export function expectLines(what: string, found: Iterable<string>, expected: readonly string[]): void {
  let index = 0;
  for (const line of found) {
    if (line !== expected[index])
      fail(`${what}, line ${index}: found ${line}, expected ${expected[index] ?? "the end"}`);
    index++;
  }
  if (index < expected.length) fail(`${what}: ends after ${index} lines, expected ${expected[index]}`);
}

/** What is kept only while an entry is live is 0 later, and nothing else. */
export function expectEntry(found: CatalogEntry, expected: ModelEntry): void {
  if (lineOf(found) !== lineOf(expected)) fail(`found ${lineOf(found)}, expected ${lineOf(expected)}`);
  const isLive = found.signature === expected.signature && found.xorhash === expected.xorhash;
  const isPast = found.signature === 0 && found.xorhash === 0n;
  if (!isLive && !isPast) fail(`${lineOf(found)}: signature ${found.signature}, xorhash ${found.xorhash}`);
}

export class Checks {
  readonly #script: readonly ScriptSnapshot[];
  readonly #inOrder = new Map<ScriptSnapshot, readonly ModelEntry[]>();
  readonly #differences = new Map<ScriptSnapshot, readonly string[]>();
  readonly #versions = new Map<number, readonly string[]>();
  readonly #children = new Map<ScriptSnapshot, ReadonlyMap<NodeId, readonly ModelEntry[]>>();

  constructor(script: readonly ScriptSnapshot[]) {
    this.#script = script;
  }

  /**
   * Everything about every published snapshot, but for paths and places of a part of the nodes only.
   * @param part of `parts`, from 0
   * @returns how many snapshots there are
   */
  everything(catalog: CatalogReader, part = 0, parts = 1): number {
    const published = this.#published(catalog);
    const nodes = this.#everSeen(published).filter((node) => node % parts === part % parts);
    for (const snapshot of published) {
      this.entries(catalog, snapshot.record.number);
      this.walk(catalog, snapshot.record.number);
      this.stamps(catalog, snapshot.record.number);
      for (const node of nodes) this.path(catalog, snapshot.record.number, node);
      this.difference(catalog, snapshot.record.number);
    }
    this.versions(catalog, published);
    for (const node of nodes) this.places(catalog, published, node);
    return published.length;
  }

  /** Works out now what would otherwise be worked out when it is needed first. */
  prepare(): void {
    for (const snapshot of this.#script) {
      this.#childrenIn(snapshot);
      this.#differenceTo(snapshot);
    }
  }

  /** The published ones are the first of the script, whole. */
  #published(catalog: CatalogReader): readonly ScriptSnapshot[] {
    const found = catalog.snapshots();
    const published = this.#script.slice(0, found.length);
    const text = (value: unknown): string =>
      JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? `${field}` : field));
    expectLines(
      "snapshots",
      found.map(text),
      published.map(({ record }) => text(record)),
    );
    return published;
  }

  snapshot(number: SnapshotNumber): ScriptSnapshot {
    return this.#script[number - 1] ?? fail(`there is no snapshot ${number}`);
  }

  entries(catalog: CatalogReader, number: SnapshotNumber): void {
    this.expectEntries(catalog.entries(number), number);
  }

  expectEntries(found: Iterable<CatalogEntry>, number: SnapshotNumber): void {
    const expected = this.ordered(number);
    let index = 0;
    for (const entry of found)
      expectEntry(entry, expected[index++] ?? fail(`not in snapshot ${number}: ${lineOf(entry)}`));
    if (index < expected.length) fail(`snapshot ${number} ends after ${index} entries`);
  }

  ordered(number: SnapshotNumber): readonly ModelEntry[] {
    return kept(this.#inOrder, this.snapshot(number), ({ tree }) => inOrder(tree.values()));
  }

  walk(catalog: CatalogReader, number: SnapshotNumber): void {
    for (const entry of this.snapshot(number).tree.values()) {
      if (entry.kind === "directory") this.directory(catalog, number, entry.nodeId);
    }
  }

  directory(catalog: CatalogReader, number: SnapshotNumber, directory: NodeId): void {
    const expected = this.#childrenIn(this.snapshot(number)).get(directory) ?? [];
    let index = 0;
    for (const entry of catalog.view(number).list(directory)) {
      expectEntry(entry, expected[index++] ?? fail(`not in directory ${directory} of ${number}: ${lineOf(entry)}`));
    }
    if (index < expected.length) fail(`directory ${directory} of ${number} ends after ${index} entries`);
  }

  name(catalog: CatalogReader, number: SnapshotNumber, entry: ModelEntry): void {
    const found = catalog.view(number).lookup(entry.parentId, entry.name);
    const expected = this.snapshot(number).tree.get(entry.nodeId);
    if (expected?.name !== entry.name || expected.parentId !== entry.parentId) {
      if (found) fail(`in snapshot ${number}, which does not have it: ${lineOf(found)}`);
    } else if (found) expectEntry(found, expected);
    else fail(`not in snapshot ${number}: ${lineOf(expected)}`);
  }

  /** As of the newest snapshot. */
  versionsOfName(catalog: CatalogReader, newest: SnapshotNumber, { parentId, name }: ModelEntry): void {
    const expected: string[] = [];
    const published = this.#script.slice(0, newest);
    for (const [index, snapshot] of published.entries()) {
      const entry = this.#at(snapshot, parentId, name);
      if (entry?.since !== snapshot.record.number) continue;
      const end = published.slice(index).find((later) => later.tree.get(entry.nodeId) !== entry);
      expected.unshift(`${lineOf(entry)} until ${end?.record.number}`);
    }
    const found = Array.from(catalog.versionsOf(parentId, name), (each) => `${lineOf(each)} until ${each.until}`);
    expectLines(`versions of ${parentId}/${name}`, found, expected);
  }

  #at(snapshot: ScriptSnapshot | undefined, parentId: NodeId, name: string): ModelEntry | undefined {
    return (
      snapshot &&
      this.#childrenIn(snapshot)
        .get(parentId)
        ?.find((entry) => entry.name === name)
    );
  }

  path(catalog: CatalogReader, number: SnapshotNumber, node: NodeId): void {
    const found = catalog.view(number).pathOf(node)?.join("/");
    const expected = pathIn(this.snapshot(number).tree, node)?.join("/");
    if (found !== expected) fail(`node ${node} in snapshot ${number}: path ${found}, expected ${expected}`);
  }

  stamps(catalog: CatalogReader, number: SnapshotNumber): void {
    const { tree, stamps } = this.snapshot(number);
    const view = catalog.view(number);
    for (const { kind, nodeId } of tree.values()) {
      const expected = kind === "directory" ? stamps.get(nodeId) : undefined;
      if (expected === undefined) continue;
      const found = view.stampOf(nodeId);
      if (found !== expected) fail(`directory ${nodeId} in snapshot ${number}: stamp ${found}, expected ${expected}`);
    }
  }

  /** To the snapshot before. */
  difference(catalog: CatalogReader, number: SnapshotNumber): void {
    if (number === 1) return;
    const before = (number - 1) as SnapshotNumber;
    const found = Array.from(diffTrees(catalog.view(before), catalog.view(number)), diffLine).toSorted();
    const expected = this.#differenceTo(this.snapshot(number));
    expectLines(`diff to ${number}`, found, expected);
  }

  versions(catalog: CatalogReader, published: readonly ScriptSnapshot[]): void {
    const found = Array.from(catalog.versions(), (version) => `${lineOf(version)} until ${version.until}`);
    expectLines(
      "versions",
      found.toSorted(),
      kept(this.#versions, published.length, () => naiveVersions(published)),
    );
  }

  places(catalog: CatalogReader, published: readonly ScriptSnapshot[], node: NodeId): void {
    const found = catalog.placesOf(node).map(placeLine);
    const expected = naivePlaces(published, node).map(placeLine);
    // The only place of a file that an unfinished snapshot moves may be told, or not yet.
    if (expected.length === 0 && found.length === 1) expectLines(`place of ${node}`, found, [this.#cameTo(node)]);
    else expectLines(`places of ${node}`, found, expected);
  }

  #childrenIn(snapshot: ScriptSnapshot): ReadonlyMap<NodeId, readonly ModelEntry[]> {
    return kept(this.#children, snapshot, () => byParent(this.ordered(snapshot.record.number)));
  }

  #differenceTo(snapshot: ScriptSnapshot): readonly string[] {
    const before = this.#script[snapshot.record.number - 2]?.tree ?? new Map<NodeId, ModelEntry>();
    return kept(this.#differences, snapshot, ({ tree }) => naiveDiff(before, tree));
  }

  #cameTo(node: NodeId): string {
    const first = this.#script.find(({ tree }) => tree.has(node))?.tree.get(node);
    return first ? placeLine(first) : fail(`node ${node} was never there`);
  }

  #everSeen(published: readonly ScriptSnapshot[]): readonly NodeId[] {
    return [...new Set(published.flatMap(({ tree }) => [...tree.keys()]))];
  }
}

function kept<K, V>(map: Map<K, V>, key: K, make: (key: K) => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  map.set(key, made);
  return made;
}

function placeLine({ since, parentId, name }: NodePlace): string {
  return `${since} ${parentId}/${name}`;
}

function byParent(entries: readonly ModelEntry[]): ReadonlyMap<NodeId, readonly ModelEntry[]> {
  const children = new Map<NodeId, ModelEntry[]>();
  for (const entry of entries) {
    const siblings = children.get(entry.parentId);
    if (siblings) siblings.push(entry);
    else children.set(entry.parentId, [entry]);
  }
  return children;
}
