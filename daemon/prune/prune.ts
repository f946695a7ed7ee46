/**
 * One prune of one share, without the share's lease and without the catalog's claim for longer than it takes to apply a record. The
 * order lives here: what is reached is found, sparse bundles are carried over, one record makes all of it so, and what it lists is
 * deleted once no backup can be running that does not know it. It can be killed anywhere; docs/format.md says why that is safe.
 */
import type { Catalog } from "../../catalog/catalog.js";
import type { DedupIndex } from "../../catalog/dedup-index.js";
import { systemClock, type Clock } from "../../core/clock.js";
import { SharestrataError } from "../../core/errors.js";
import type { BundleId, PruneNumber } from "../../core/ids.js";
import { silentLogger, type Logger } from "../../core/logger.js";
import type { PruneRecord } from "../../core/prune-record.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { ShareStore } from "../../store/share-store.js";
import { catchUp, expectRightStore } from "../backup/catch-up.js";
import type { LeaseSettings } from "../lease/leased.js";
import { decide, type RetentionDecision, type RetentionPolicy } from "../retention/policy.js";
import type { Amount } from "../verify/inventory.js";
import { BundleRewriter } from "./bundle-rewriter.js";
import { areListed, Garbage, listed } from "./garbage.js";
import { seeLease, type LeaseSight } from "./running-backup.js";
import { newestSafe, sweep } from "./sweep.js";
import type { TenantUse } from "./tenant-use.js";

/** A bundle of which less than a half is needed is rewritten: so what is kept is at most twice what is needed. */
export const REWRITE_BELOW = 0.5;

export interface PruneOptions {
  readonly store: ShareStore;
  /** Not claimed: a backup may have it. */
  readonly catalog: Catalog;
  readonly dedup: DedupIndex;
  /** What other shares of the tenant need. Default: all that is published, where they may need it. */
  readonly tenant?: TenantUse | undefined;
  /** Empty: no snapshot is removed. */
  readonly policy: RetentionPolicy;
  /** Only look: nothing is written or deleted. Default: false. */
  readonly dryRun?: boolean | undefined;
  /** 0 … 1. Default: `REWRITE_BELOW`. */
  readonly rewriteBelow?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly lease?: LeaseSettings | undefined;
  /** Called often. */
  readonly onProgress?: ((progress: PruneProgress) => void) | undefined;
}

export interface PruneProgress {
  readonly phase: "marking" | "listing" | "looking" | "rewriting" | "deleting";
  /** Of the phase. */
  readonly objects: number;
  readonly total?: number | undefined;
}

/** Why something is left for the next prune. */
export type Waiting = "backup running" | "catalog busy";

export interface PruneResult {
  /** For every snapshot, oldest first. */
  readonly decisions: readonly RetentionDecision[];
  /** The record that was written; undefined when there was nothing to say. */
  readonly record: PruneNumber | undefined;
  /** What nothing needs: objects that can be deleted. */
  readonly dead: Amount;
  /** Sparse bundles, and what of them was, or would be, carried over. */
  readonly rewritten: Amount & { readonly carriedBytes: number };
  /** What was deleted now. */
  readonly deleted: Amount;
  /** Why not all that is dead is deleted, undefined when it is. */
  readonly waiting: Waiting | undefined;
}

/**
 * @throws SharestrataError `SHARE_BUSY` when another prune was quicker; `DAMAGED` when a segment cannot be read that says what is
 * needed; StoreError; the signal's reason. Whatever ends it, the next prune goes on from there
 */
export async function prune(options: PruneOptions): Promise<PruneResult> {
  return new Prune(options).run();
}

class Prune {
  readonly #options: PruneOptions & { readonly clock: Clock; readonly logger: Logger };

  constructor(options: PruneOptions) {
    this.#options = { ...options, clock: options.clock ?? systemClock, logger: options.logger ?? silentLogger };
  }

  async run(): Promise<PruneResult> {
    const { store, catalog, policy, dryRun = false, logger, signal } = this.#options;
    // Nothing is written to a store that is another one.
    await expectRightStore(store, catalog, logger, signal);
    const isKnown = await this.#catchUp();
    // Not what the store has: a record that the catalog does not know must keep this one from being written.
    const before = catalog.prune();
    const lease = await this.#seeLease(!dryRun);
    const snapshots = catalog.snapshots();
    const decisions = decide(snapshots, policy);
    const kept = decisions.filter(({ keep }) => keep).map(({ snapshot }) => snapshot);
    if (!isKnown) return { ...NOTHING, decisions, waiting: "catalog busy" };
    const newest = snapshots.at(-1)?.number ?? 0;
    const number = ((before ?? 0) + 1) as PruneNumber;
    const garbage = await this.#find(number, kept, newest, lease);
    const carried = garbage.rewritings.reduce((sum, { aliveBytes }) => sum + aliveBytes, 0);
    const rewritings = garbage.rewritings.map(({ bundle }) => bundle);
    const rewritten = { ...amountOf(rewritings), carriedBytes: carried };
    if (dryRun) return { ...NOTHING, decisions, dead: garbage.dead, rewritten };
    const record = await this.#record({ number, before, lease, snapshots, decisions, garbage });
    if (record && !(await this.#catchUp())) {
      return { ...NOTHING, decisions, record: number, dead: garbage.dead, rewritten, waiting: "catalog busy" };
    }
    const written = record ? number : before;
    const swept = written === undefined ? undefined : await this.#sweep(written, kept, newest);
    const deleted = swept?.deleted ?? NOTHING.deleted;
    return {
      decisions,
      record: record && number,
      dead: garbage.dead,
      rewritten: record ? rewritten : NOTHING.rewritten,
      deleted,
      waiting: swept?.waiting,
    };
  }

  async #find(number: PruneNumber, kept: readonly Snapshot[], newest: number, lease: LeaseSight): Promise<Garbage> {
    const { store, catalog, tenant, signal, rewriteBelow = REWRITE_BELOW, onProgress } = this.#options;
    return Garbage.find({
      store,
      catalog,
      tenant,
      kept,
      newest,
      prune: number,
      rewriteBelow,
      signal,
      onProgress,
      // One that has begun since then may have stored something as well.
      isRunning: async () => lease.isRunning || (await store.leases.highest({ signal })) !== lease.highest,
    });
  }

  /** @returns the record that is written, undefined when there is nothing to say that the one before does not say */
  async #record(found: {
    readonly number: PruneNumber;
    readonly before: PruneNumber | undefined;
    readonly lease: LeaseSight;
    readonly snapshots: readonly Snapshot[];
    readonly decisions: readonly RetentionDecision[];
    readonly garbage: Garbage;
  }): Promise<PruneRecord | undefined> {
    const { store, clock, signal } = this.#options;
    const { number, before, lease, snapshots, decisions, garbage } = found;
    const removals = decisions
      .filter(({ keep }) => !keep)
      .map(({ snapshot, reasons }) => ({ snapshot: snapshot.number, reason: reasons.join("; ") }));
    const { rewritten, sources } = await this.#rewrite(number, garbage);
    const last = before === undefined ? undefined : await store.prunes.get(before, { signal });
    const isSaid =
      removals.length + rewritten.length === 0 &&
      areListed(last?.bundles ?? [], garbage.bundles) &&
      areListed(last?.blobs ?? [], garbage.blobs);
    // Saying it again moves what waits for a running backup on: later ones have begun with the record before in sight.
    const isWaiting = garbage.dead.objects > 0 && lease.isRunning && (last?.fencing ?? 0) < (lease.highest ?? 0);
    if (isSaid && !isWaiting) return undefined;
    const record: PruneRecord = {
      number,
      after: snapshots.at(-1)?.number,
      writtenAt: clock.now(),
      fencing: lease.highest,
      nextContentId: garbage.limits.content,
      nextBundleId: garbage.limits.bundle,
      removals,
      rewritten,
      condemned: await garbage.condemned(sources, signal),
      bundles: listed([...garbage.bundles, ...sources].toSorted((a, b) => a - b)),
      blobs: listed(garbage.blobs),
    };
    signal?.throwIfAborted();
    await store.prunes.put(record, { signal });
    return record;
  }

  async #rewrite(number: PruneNumber, garbage: Garbage) {
    const { store, logger, signal, onProgress } = this.#options;
    const rewriter = new BundleRewriter({ store, prune: number, firstIndex: garbage.leftIndex, logger, signal });
    const sources = new Set<BundleId>();
    for (const [objects, { bundle }] of garbage.rewritings.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ phase: "rewriting", objects, total: garbage.rewritings.length });
      if (await rewriter.carry(bundle.id, (contentId) => garbage.isIn(bundle.id, contentId))) sources.add(bundle.id);
    }
    await rewriter.finish();
    return { rewritten: rewriter.written, sources };
  }

  async #sweep(
    written: PruneNumber,
    kept: readonly Snapshot[],
    newest: number,
  ): Promise<{ readonly deleted: Amount; readonly waiting: Waiting | undefined }> {
    const { store, catalog, tenant, signal, onProgress } = this.#options;
    // Of other shares it is not known which records a running backup knows.
    if (await this.#isNeighbourRunning()) return { deleted: NOTHING.deleted, waiting: "backup running" };
    const lease = await this.#seeLease(true);
    const waiting = lease.isRunning ? ("backup running" as const) : undefined;
    const safe = await newestSafe(store, written, lease, { signal });
    if (safe === undefined) return { deleted: NOTHING.deleted, waiting };
    const record = await store.prunes.get(safe, { signal });
    const onDeleted = (objects: number): void => onProgress?.({ phase: "deleting", objects });
    const deleted = await sweep({ store, catalog, record, kept, newest, tenant, signal, onDeleted });
    return { deleted, waiting };
  }

  async #isNeighbourRunning(): Promise<boolean> {
    const { store, tenant } = this.#options;
    return store.settings.dedupScope === "tenant" && ((await tenant?.isAnyRunning()) ?? false);
  }

  async #seeLease(mayTake: boolean): Promise<LeaseSight> {
    const { store, clock, logger, signal, lease } = this.#options;
    return seeLease({ store, clock, logger, signal, lease, mayTake });
  }

  /**
   * Brings the catalog up to the store.
   * @returns false when it cannot be now, because a backup of this machine has it, and there is a prune record that it does not know
   */
  async #catchUp(): Promise<boolean> {
    const { store, catalog, dedup, logger, signal } = this.#options;
    const isBehind = async (): Promise<boolean> =>
      (await store.prunes.numbers(catalog.prune() ?? 0, { signal })).length > 0;
    try {
      await using _claim = await catalog.claim();
      await catchUp({ store, catalog, dedup, logger }, signal);
      return true;
    } catch (error) {
      if (!(error instanceof SharestrataError) || error.code !== "SHARE_BUSY") throw error;
      return !(await isBehind());
    }
  }
}

function amountOf(bundles: readonly { readonly sizeBytes: number }[]): Amount {
  return { objects: bundles.length, bytes: bundles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

const NOTHING = {
  record: undefined,
  dead: { objects: 0, bytes: 0 },
  rewritten: { objects: 0, bytes: 0, carriedBytes: 0 },
  deleted: { objects: 0, bytes: 0 },
  waiting: undefined,
} satisfies Omit<PruneResult, "decisions">;
