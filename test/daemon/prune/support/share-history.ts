/** A share that is edited, backed up and pruned at random, beside a naive copy of every snapshot that is kept. */
import assert from "node:assert/strict";
import type { SnapshotNumber } from "../../../../core/ids.js";
import { prune, type PruneOptions, type PruneResult } from "../../../../daemon/prune/prune.js";
import { verify, type VerifyResult } from "../../../../daemon/verify/verify.js";
import type { Finding } from "../../../../daemon/verify/finding.js";
import type { ShareStore } from "../../../../store/share-store.js";
import {
  applyEdits,
  compareTrees,
  editTree,
  generateTree,
  readTree,
  writeTree,
  type TreeModel,
} from "../../../support/tree.js";
import type { World } from "../../backup/support/world.js";

export class ShareHistory {
  readonly world: World;
  #tree: TreeModel;
  /** What each snapshot holds that is kept. */
  readonly copies = new Map<SnapshotNumber, TreeModel>();

  private constructor(world: World, tree: TreeModel) {
    this.world = world;
    this.#tree = tree;
  }

  static async begin(world: World, seed: number, files = 40): Promise<ShareHistory> {
    const tree = generateTree({ seed, files });
    await writeTree(tree, world.sourceFolder);
    return new ShareHistory(world, tree);
  }

  /** Of a share that is edited by others. */
  static async of(world: World): Promise<ShareHistory> {
    return new ShareHistory(world, await readTree(world.sourceFolder));
  }

  async edit(seed: number, edits = 12): Promise<void> {
    const edited = editTree(this.#tree, { seed, edits });
    this.#tree = await applyEdits(this.#tree, edited.edits, this.world.sourceFolder);
  }

  async backup(options: Parameters<World["backup"]>[0] = {}): Promise<SnapshotNumber> {
    const copy = await readTree(this.world.sourceFolder);
    const { snapshot } = await this.world.backup(options);
    this.copies.set(snapshot.number, copy);
    return snapshot.number;
  }

  async prune(options: Partial<PruneOptions> = {}): Promise<PruneResult> {
    const { world } = this;
    const result = await prune({ ...world.parts, policy: {}, clock: world.clock, ...options });
    if (options.dryRun !== true && result.record !== undefined) this.forget(result);
    return result;
  }

  /** The copies of what a prune has removed. */
  forget({ decisions }: Pick<PruneResult, "decisions">): void {
    for (const { keep, snapshot } of decisions) if (!keep) this.copies.delete(snapshot.number);
  }

  /** Every kept snapshot is there, and holds what it held. */
  async expectWhole(): Promise<void> {
    const { catalog } = this.world;
    const expected = [...this.copies.keys()].toSorted((a, b) => a - b);
    assert.deepEqual(
      catalog.snapshots().map(({ number }) => number),
      expected,
    );
    for (const [number, copy] of this.copies) {
      assert.deepEqual(compareTrees(await this.world.read(catalog.view(number)), copy), []);
    }
  }

  /** Every byte of the store that is needed verifies. */
  async expectVerified(): Promise<VerifyResult> {
    const { store, catalog } = this.world;
    const findings: Finding[] = [];
    const result = await verify({
      store,
      catalog,
      sample: { start: 0, width: 1_000_000 },
      onFinding: async (finding) => void findings.push(finding),
      onHarm: async () => {},
    });
    assert.deepEqual(findings, []);
    return result;
  }
}

/** Names of bundles and blobs in the store. */
export async function contentObjects({ objects, names }: ShareStore): Promise<readonly string[]> {
  const found: string[] = [];
  for (const prefix of [names.bundlePrefix, names.blobPrefix])
    for await (const { name } of objects.list(prefix)) found.push(name);
  return found;
}
