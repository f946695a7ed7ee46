/**
 * Proving that what a store has of a share is whole. In this order, each step with what the one before has found: the
 * manifests and everything else are listed, the catalog's entries are asked what they need, manifests and segments are read and
 * what they name is looked for, its bytes are read if they are to be, and at last the files that damage hurts are told.
 */
import type { CatalogReader } from "../../catalog/catalog.js";
import type { SnapshotNumber } from "../../core/ids.js";
import { Pace } from "../../core/pace.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { ShareStore } from "../../store/share-store.js";
import { Losses } from "../backup/losses.js";
import type { Siblings } from "../shares/siblings.js";
import { checkpointParts } from "./checkpoints.js";
import { Damage } from "./damage.js";
import { DataReader } from "./data-reader.js";
import { type Finding, isDamage } from "./finding.js";
import { ForeignObjects } from "./foreign-objects.js";
import { type Harm, harmOf } from "./harm.js";
import { type Amount, count, Inventory } from "./inventory.js";
import { type NamedObject, NamedObjects } from "./named-objects.js";
import { Presence } from "./presence.js";
import { PrunedObjects } from "./pruned-objects.js";
import { isInSample, type Sample } from "./sample.js";

export interface VerifyOptions {
  readonly store: ShareStore;
  /** undefined when none can be had: then it cannot be said which files are hurt. */
  readonly catalog: CatalogReader | undefined;
  /** Other shares of the tenant, for what they have stored for this one. */
  readonly foreign?: Siblings | undefined;
  /** Only what this snapshot needs. Default: all there are. */
  readonly snapshot?: SnapshotNumber | undefined;
  /** Whose bytes are read. Default: none. */
  readonly sample?: Sample | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onFinding: (finding: Finding) => Promise<void>;
  readonly onHarm: (harm: Harm) => Promise<void>;
  /** Called often. */
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

export interface VerifyProgress {
  readonly phase: "listing" | "entries" | "checking" | "reading" | "searching";
  /** Of the phase: objects; entries in `entries`, and versions of files that are hurt in `searching`. */
  readonly done: number;
  readonly total: number | undefined;
  readonly bytes: number;
}

export interface VerifyResult {
  /** What is there, verified or not. */
  readonly snapshots: number;
  /** Snapshots that prunes have removed, whose records are proven all the same: later ones build on them. */
  readonly pruned: number;
  readonly segments: number;
  readonly bundles: number;
  readonly blobs: number;
  /** What was read of bundles, lone blobs and parts of checkpoints. */
  readonly read: Amount;
  readonly damagedObjects: number;
  /** For the next backup. */
  readonly lost: Losses;
  /** undefined when it cannot be told, for want of a catalog. */
  readonly hurt: { readonly versions: number; readonly snapshots: readonly Snapshot[] } | undefined;
  /**
   * Objects that no snapshot names: of a backup that is running or was interrupted, or left behind by one. undefined when
   * it is not known, because one snapshot alone is verified, or records are damaged.
   */
  readonly unnamed: Amount | undefined;
}

/** @throws SharestrataError for anything but damage: `UNREACHABLE`, `NEWER_FORMAT`, `INTERRUPTED`, … */
export async function verify(options: VerifyOptions): Promise<VerifyResult> {
  const run = new Verification(options);
  try {
    return await run.run();
  } finally {
    await run.settled();
  }
}

class Verification {
  readonly #options: VerifyOptions;
  readonly #damage = new Damage();
  readonly #reader: DataReader;
  readonly #pruned: PrunedObjects;
  #damagedObjects = 0;
  #checked = 0;
  #total: Amount = { objects: 0, bytes: 0 };

  constructor(options: VerifyOptions) {
    this.#options = options;
    const { store, signal } = options;
    const onRead = (): void => this.#progress("reading", this.#reader.read.objects, this.#total.objects);
    this.#pruned = new PrunedObjects(store, this.#report, { signal });
    const pruned = this.#pruned;
    this.#reader = new DataReader({ store, signal, damage: this.#damage, pruned, report: this.#report, onRead });
  }

  settled(): Promise<void> {
    return this.#reader.settled();
  }

  async run(): Promise<VerifyResult> {
    const { store, catalog, snapshot, signal } = this.#options;
    const known = new Map((catalog?.snapshots() ?? []).map((one) => [one.number, one]));
    const numbers = await this.#numbers([...known.keys()]);
    await this.#keys();
    this.#progress("listing", 0, undefined);
    const inventory = await Inventory.take(store, { signal });
    const common = { damage: this.#damage, report: this.#report, signal };
    const { foreign: siblings } = this.#options;
    const foreign = siblings && new ForeignObjects({ siblings, ...common });
    const pruned = this.#pruned;
    await pruned.read(catalog);
    const presence = new Presence({ pruned, store, inventory, foreign, ...common });
    const onEntries = (entries: number): void => this.#progress("entries", entries, undefined);
    if (catalog) await presence.ofEntries(catalog, snapshot, new Pace(signal), onEntries);
    this.#total = this.#toRead(inventory);
    const found = { named: { objects: 0, bytes: 0 }, inventory, presence, pruned };
    const named = new NamedObjects({ store, numbers, known, report: this.#report, damage: this.#damage, signal });
    await this.#objects(named.read(), found);
    await this.#objects(pruned.rewritten(), found);
    if (snapshot === undefined) await this.#checkpoints(found, named.lostManifests);
    if (named.lostRecords > 0) await this.#withoutRecord(inventory);
    await this.#reader.idle();
    if (foreign) await this.#foreign(foreign);
    const isKnown = snapshot === undefined && named.lostRecords === 0;
    const { bundles, contents } = this.#damage;
    const newest = Math.max(0, ...known.keys());
    const removed = numbers.filter((number) => number < newest && !known.has(number)).length;
    return {
      snapshots: numbers.length - removed,
      pruned: removed,
      segments: named.segments.objects,
      bundles: inventory.bundles.count,
      blobs: inventory.blobs.count,
      read: this.#reader.read,
      hurt: await this.#harm(),
      damagedObjects: this.#damagedObjects,
      lost: new Losses({ bundles, contents, segments: this.#damage.segments() }),
      unnamed: isKnown ? unnamedOf(inventory, named.segments, found.named) : undefined,
    };
  }

  readonly #report = async (finding: Finding): Promise<void> => {
    this.#damagedObjects++;
    await this.#options.onFinding(finding);
  };

  /** Snapshots that must be there, ascending: those that are, and those that catalog, marker or a later one know of. */
  async #numbers(known: readonly SnapshotNumber[]): Promise<readonly SnapshotNumber[]> {
    const { store, snapshot, signal } = this.#options;
    const found = new Set<SnapshotNumber>(known);
    // The marker before the list: a backup that ends meanwhile moves it only when its manifest is there.
    try {
      const latest = await store.latest({ signal });
      if (latest !== undefined) found.add(latest);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const object = store.names.latest;
      await this.#report({ kind: "latest", object, problem: "damaged", message: error.message });
    }
    for await (const number of store.manifests({ signal })) {
      found.add(number);
      if (number > 1) found.add((number - 1) as SnapshotNumber);
    }
    return [...found].filter((number) => number <= (snapshot ?? number)).toSorted((a, b) => a - b);
  }

  /** Those that nobody could open. Of another one it is not known whether somebody can: that takes what opens it. */
  async #keys(): Promise<void> {
    const { store, signal } = this.#options;
    for (const error of (await store.keys.list({ signal })).unreadable) {
      if (error.code !== "DAMAGED") throw error;
      const object = String(error.fields["where"]);
      await this.#report({ kind: "key", object, problem: "damaged", message: error.message });
    }
  }

  async #objects(
    named: AsyncIterable<NamedObject> | Iterable<NamedObject>,
    { inventory, presence, pruned }: Found,
  ): Promise<void> {
    const { snapshot } = this.#options;
    for await (const object of named) {
      this.#options.signal?.throwIfAborted();
      this.#checked++;
      if (!this.#reads) this.#progress("checking", this.#checked, inventory.bundles.count + inventory.blobs.count);
      const table = object.kind === "bundle" ? inventory.bundles : inventory.blobs;
      if (snapshot !== undefined && !(table as { isNeeded(id: number): boolean }).isNeeded(object.id)) continue;
      const isThere = await presence.expect(object);
      // Nobody needs it, and it may be gone at any moment.
      const isNeeded = (table as { isNeeded(id: number): boolean }).isNeeded(object.id);
      if (!isNeeded && pruned.isListed(object.kind, object.id)) continue;
      if (isThere && this.#wants(object.kind, object.id)) await this.#reader.add(object);
    }
  }

  async #checkpoints({ inventory, named }: Found, lostManifests: ReadonlySet<SnapshotNumber>): Promise<void> {
    const { store, signal } = this.#options;
    let number = 0;
    for await (const part of checkpointParts(store, inventory, named, lostManifests, this.#report, { signal })) {
      number++;
      if (this.#wants("checkpoint-part", number)) await this.#reader.addPart(part);
    }
  }

  /** What entries need, and only a lost record would have named: it proves itself as far as it can. */
  async #withoutRecord({ bundles, blobs }: Inventory): Promise<void> {
    for (const { id, isNamed, isNeeded, sizeBytes } of bundles.entries()) {
      if (isNamed || !isNeeded || !this.#wants("bundle", id) || this.#damage.bundles.has(id)) continue;
      await this.#reader.add({ kind: "bundle", id, sizeBytes, sha256: undefined });
    }
    for (const { id, isNamed, isNeeded } of blobs.entries()) {
      if (isNamed || !isNeeded || !this.#wants("blob", id) || this.#damage.contents.has(id)) continue;
      await this.#reader.add({ kind: "blob", id, plainBytes: undefined, sha256: undefined });
    }
  }

  async #foreign(foreign: ForeignObjects): Promise<void> {
    const { sample } = this.#options;
    if (sample) {
      const { read } = this.#reader;
      const more = await foreign.read(sample, () => this.#progress("reading", read.objects, this.#total.objects));
      read.objects += more.objects;
      read.bytes += more.bytes;
    }
    if (foreign.isHarmful) this.#damage.foreignObjectOf = (owner) => foreign.damagedObjectOf(owner);
  }

  async #harm(): Promise<VerifyResult["hurt"]> {
    const { store, catalog, snapshot, signal, onHarm } = this.#options;
    if (!catalog) return this.#damagedObjects > 0 ? undefined : NOTHING_HURT;
    if (!this.#damage.isHarmful) return NOTHING_HURT;
    let versions = 0;
    const spans = new Map<string, { readonly first: SnapshotNumber; readonly last: SnapshotNumber }>();
    for await (const harm of harmOf(catalog, store.names, this.#damage, snapshot, new Pace(signal))) {
      signal?.throwIfAborted();
      versions++;
      const [first, last] = [harm.first.number, harm.last.number];
      spans.set(`${first} ${last}`, { first, last });
      this.#progress("searching", versions, undefined);
      await onHarm(harm);
    }
    const isHurt = ({ number }: Snapshot): boolean =>
      [...spans.values()].some(({ first, last }) => first <= number && number <= last) &&
      (snapshot === undefined || number === snapshot);
    return { versions, snapshots: catalog.snapshots().filter(isHurt) };
  }

  get #reads(): boolean {
    return this.#options.sample !== undefined;
  }

  #wants(kind: "bundle" | "blob" | "checkpoint-part", id: number): boolean {
    const { sample } = this.#options;
    return sample !== undefined && isInSample(sample, kind, id);
  }

  /** Near enough for the remaining time: objects that no snapshot names are in it, parts of checkpoints are not. */
  #toRead({ bundles, blobs }: Inventory): Amount {
    const amount = { objects: 0, bytes: 0 };
    if (!this.#reads) return amount;
    const isMeant = (isNeeded: boolean): boolean => isNeeded || this.#options.snapshot === undefined;
    for (const { id, sizeBytes, isNeeded } of bundles.entries()) {
      if (isMeant(isNeeded) && this.#wants("bundle", id)) count(amount, sizeBytes);
    }
    for (const { id, sizeBytes, isNeeded } of blobs.entries()) {
      if (isMeant(isNeeded) && this.#wants("blob", id)) count(amount, sizeBytes);
    }
    return amount;
  }

  #progress(phase: VerifyProgress["phase"], done: number, total: number | undefined): void {
    this.#options.onProgress?.({ phase, done, total, bytes: this.#reader.read.bytes });
  }
}

interface Found {
  readonly inventory: Inventory;
  readonly presence: Presence;
  readonly pruned: PrunedObjects;
  /** Of checkpoints. */
  readonly named: Amount;
}

const NOTHING_HURT = { versions: 0, snapshots: [] };

function unnamedOf(inventory: Inventory, segments: Amount, checkpoints: Amount): Amount {
  const { objects, bytes } = inventory.others;
  const unnamed = { objects, bytes };
  const rest = (all: Amount, named: Amount): void => {
    // Segments of a backup that has ended since the listing were not in it.
    unnamed.objects += Math.max(0, all.objects - named.objects);
    unnamed.bytes += Math.max(0, all.bytes - named.bytes);
  };
  rest(inventory.segments, segments);
  const parts = { objects: 0, bytes: 0 };
  for (const size of inventory.checkpoints.values()) count(parts, size);
  rest(parts, checkpoints);
  for (const { isNamed, sizeBytes } of inventory.bundles.entries()) if (!isNamed) count(unnamed, sizeBytes);
  for (const { isNamed, sizeBytes } of inventory.blobs.entries()) if (!isNamed) count(unnamed, sizeBytes);
  return unnamed;
}
