/**
 * Puts a directory, file or symlink of a snapshot back into a target. Contents of the addressed directory go into the
 * target's folder; a single file or symlink becomes an entry of it. What is done with each name says `decide` (plan.ts),
 * how it is done the target (target.ts); here is the order: a folder is there before what is in it, is rid of what
 * does not belong there first, and gets its own attributes when everything in it is done. One file that cannot be put back
 * is reported and the run goes on.
 */
import type { CatalogEntry, TreeView } from "../../catalog/catalog.js";
import { pagedList } from "../../catalog/paged-list.js";
import { shared } from "../../core/abort.js";
import { BoundedTasks } from "../../core/bounded-tasks.js";
import { DamagedError, SharestrataError } from "../../core/errors.js";
import { MAX_NAMED, type PassedOver } from "../../core/snapshot.js";
import { DirectoryTask } from "./directory-task.js";
import { Extras, Unseen } from "./extras.js";
import { isCaseBlind, keysOfTwins } from "./name-twins.js";
import type { Overwrite } from "./plan.js";
import { Putter } from "./putter.js";
import { asRestoreError, isFatal } from "./restore-errors.js";
import { Selection } from "./selection.js";
import { type PlanStep, type PlanTotals, type RestoreProgress, Tally } from "./tally.js";
import type { RestoreTarget, TargetFolder } from "./target.js";
import { type Step, WalkStack } from "./walk-stack.js";
import { type FileContent, type MetadataSource, WantedNode } from "./wanted.js";

export interface RestoreResult extends RestoreProgress {
  /** The first of them; `errors` counts all. */
  readonly passedOver: readonly PassedOver[];
  /** What was decided, by action. */
  readonly totals: PlanTotals;
}

export interface RestoreRequest {
  readonly view: TreeView;
  /** The node that is put back; it belongs to `view`. */
  readonly entry: CatalogEntry;
  /** Path of `entry` below the share's root. */
  readonly path: readonly string[];
  readonly content: FileContent;
  readonly metadata: MetadataSource;
  readonly target: RestoreTarget;
  readonly overwrite: Overwrite;
  /** What of the entry is put back. Default: all. */
  readonly selection?: Selection | undefined;
  /** Whether what the snapshot does not have, as far as it is selected, is deleted from the target's folder. Default: no. */
  readonly delete?: boolean | undefined;
  /** What the backup has passed over: it is not deleted. From below the share's root. Default: nothing. */
  readonly unseen?: readonly (readonly string[])[] | undefined;
  /** Whether the target's folder is the very one that was backed up, and gets its attributes also when it was there. Default: no. */
  readonly ownsTop?: boolean | undefined;
  /** Whether nothing is written and contents are not read. Default: no. */
  readonly dryRun?: boolean | undefined;
  readonly signal: AbortSignal;
  /** Files put back at the same time; 8 by default. */
  readonly concurrency?: number | undefined;
  /** Called after every file, and for parts of large ones. */
  readonly onProgress?: ((progress: RestoreProgress) => void) | undefined;
  /** Told of each decision, before it is carried out. What it throws ends the run. */
  readonly onStep?: ((step: PlanStep) => void | Promise<void>) | undefined;
}

/** Folders that are looked into at the same time: each waits for a few answers of the target. */
const WALKERS = 8;

/**
 * @throws SharestrataError `STORE_FULL` when the target is full, `FAILED` when the folder cannot be used, `DELETE_REFUSED` when
 * everything in it would go, `UNREACHABLE` or `ACCESS_DENIED` when store or target fail as a whole, the signal's reason when aborted
 */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  return new Restore(request).run();
}

class Restore {
  readonly #request: RestoreRequest;
  readonly #selection: Selection;
  readonly #plan: { readonly overwrite: Overwrite; readonly delete: boolean };
  readonly #isDry: boolean;
  readonly #leaves: BoundedTasks;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #passedOver: PassedOver[] = [];
  readonly #tally = new Tally();
  readonly #stack = new WalkStack();
  readonly #extras: Extras | undefined;
  readonly #putter: Putter;
  /** Whether there was nothing in the target's folder, so that nothing of it could be meant to stay as it was. */
  #wasEmpty = false;

  constructor(request: RestoreRequest) {
    const { view, target, signal, overwrite, concurrency = 8 } = request;
    this.#request = request;
    this.#selection = request.selection ?? new Selection();
    this.#plan = { overwrite, delete: request.delete === true };
    this.#isDry = request.dryRun === true;
    this.#leaves = new BoundedTasks(concurrency);
    this.#signal = shared(AbortSignal.any([signal, this.#stop.signal]));
    this.#extras = this.#plan.delete
      ? new Extras({
          view,
          target,
          selection: this.#selection,
          unseen: new Unseen(request.unseen, (name) => target.keyOf(name)),
          isDry: this.#isDry,
          signal: this.#signal,
          step: (step) => this.#step(step),
          report: (path, error) => this.#report(path, error),
          deleted: () => {
            this.#tally.deleted++;
          },
        })
      : undefined;
    this.#putter = new Putter({
      content: request.content,
      target,
      plan: this.#plan,
      isDry: this.#isDry,
      signal: this.#signal,
      tally: this.#tally,
      extras: this.#extras,
      placeOf: (node) => {
        const path = view.pathOf(node);
        return path && this.#within(path);
      },
      step: (step) => this.#step(step),
      onLost: (path, error) => this.#report(path, withoutMetadata(error)),
      onBytes: () => request.onProgress?.(this.#tally.progress),
    });
  }

  async run(): Promise<RestoreResult> {
    const request = this.#request;
    const { entry, path, target } = request;
    this.#signal.throwIfAborted();
    const isDirectory = entry.kind === "directory";
    if (this.#extras && !isDirectory) {
      throw new SharestrataError("USAGE", "Nothing but a folder has anything in it that could be deleted.");
    }
    const folder = await target.open(!this.#isDry, {
      signal: this.#signal,
      onLacking: (lacking, error) => this.#report(lacking, error),
    });
    const wanted = isDirectory ? this.#wanted(entry, path) : undefined;
    const top = this.#task(wanted, undefined, path, this.#selection.top, isDirectory, () => Promise.resolve(folder));
    await top.folder();
    if (folder && request.ownsTop === true) {
      this.#wasEmpty = await isEmpty(folder);
      if (this.#wasEmpty && !this.#isDry) await folder.claim?.();
    }
    let isPushed = false;
    try {
      if (wanted && folder) await this.#extras?.clear(folder, wanted, this.#selection.top);
      if (isDirectory) {
        this.#tally.directories++;
        this.#stack.push(top);
        isPushed = true;
        await this.#stack.walk(WALKERS, (step) => this.#visit(step));
      } else {
        await this.#leaf(top, entry, path);
      }
      await this.#leaves.idle();
    } catch (error) {
      this.#stop.abort(error);
    }
    await this.#leaves.settled();
    // What a walk that was stopped has left: the deepest first, as each keeps the one above open.
    for (const task of this.#stack.abandoned()) await task.release();
    if (!isPushed) await top.release();
    this.#signal.throwIfAborted();
    return { ...this.#tally.progress, totals: this.#tally.totals, passedOver: this.#passedOver };
  }

  async #visit({ task, entry }: Step): Promise<void> {
    if (!entry) return task.release();
    this.#signal.throwIfAborted();
    const path = [...task.path, entry.name];
    const selected = this.#selection.of(path, task.inherited);
    if (entry.kind !== "directory") {
      if (!selected.itself) return;
      task.retain();
      return this.#leaves.run(async () => {
        await this.#leaf(task, entry, path);
        await task.release();
      });
    }
    if (!selected.within) return;
    task.retain();
    const wanted = this.#wanted(entry, path);
    const child = this.#task(wanted, task, path, selected.inherited, selected.itself, (own) =>
      this.#open(own, wanted, task),
    );
    // One that is not selected itself is made when something in it is; what is too much in it goes all the same.
    if (selected.itself || this.#extras) {
      try {
        if (selected.itself || (await this.#isThere(task, entry.name))) await this.#folderOf(child);
      } catch (error) {
        this.#report(path, error);
        await child.release();
        return;
      }
    }
    this.#stack.push(child);
  }

  #task(
    wanted: WantedNode | undefined,
    parent: DirectoryTask | undefined,
    path: readonly string[],
    inherited: DirectoryTask["inherited"],
    isSelected: boolean,
    open: (task: DirectoryTask) => Promise<TargetFolder | undefined>,
  ): DirectoryTask {
    const { view } = this.#request;
    const entries = wanted ? pagedList(view, wanted.entry.nodeId) : [][Symbol.iterator]();
    return new DirectoryTask(wanted, parent, path, inherited, isSelected, entries, open, (task) => this.#finish(task));
  }

  /** @returns undefined in a plan, where the folder is missing. @throws SharestrataError `ALREADY_EXISTS`, `NAME_UNUSABLE` */
  async #open(task: DirectoryTask, wanted: WantedNode, parent: DirectoryTask): Promise<TargetFolder | undefined> {
    const above = await this.#folderOf(parent);
    await this.#expectUsable(parent, wanted);
    const there = await above?.find(wanted.entry.name);
    const decision = await this.#putter.decide(above, wanted, there, task.isSelected);
    await this.#step({ path: task.path, kind: "directory", sizeBytes: 0, ...decision });
    if (decision.action === "refuse") throw new SharestrataError("ALREADY_EXISTS", decision.reason);
    this.#tally.directories++;
    if (decision.action === "replace" && above && there && !this.#isDry)
      await this.#putter.removeOther(above, there, task.path);
    const isNew = decision.action === "create" || decision.action === "replace";
    task.isTouched = decision.action !== "leave";
    if (isNew) parent.isTouched = true;
    if (!above || (this.#isDry && isNew)) return undefined;
    this.#putter.doWithout(wanted, decision, there);
    const folder = await above.enter(wanted, isNew ? undefined : there);
    try {
      if (!isNew && (await this.#extras?.clear(folder, wanted, task.inherited))) task.isTouched = true;
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  /** @throws NotOpened when that has failed */
  async #folderOf(task: DirectoryTask): Promise<TargetFolder | undefined> {
    try {
      return await task.folder();
    } catch (error) {
      if (!task.isReported) this.#report(task.path, error);
      task.isReported = true;
      throw new NotOpened();
    }
  }

  /** Makes no folder that nothing else makes: one in which nothing is selected is only looked for. */
  async #isThere(task: DirectoryTask, name: string): Promise<boolean> {
    const { parent } = task;
    const mayBeMissing = parent !== undefined && !task.isSelected && !(await task.openedFolder());
    if (mayBeMissing && !(await this.#isThere(parent, task.path.at(-1) ?? ""))) return false;
    const folder = await this.#folderOf(task);
    return (await folder?.find(name))?.kind === "directory";
  }

  async #leaf(task: DirectoryTask, entry: CatalogEntry, path: readonly string[]): Promise<void> {
    if (this.#signal.aborted) return;
    const wanted = this.#wanted(entry, path);
    try {
      const folder = await this.#folderOf(task);
      await this.#expectUsable(task, wanted);
      if (await this.#putter.put(folder, wanted)) task.isTouched = true;
      this.#tally.files++;
      this.#request.onProgress?.(this.#tally.progress);
    } catch (error) {
      // It may have left traces.
      task.isTouched = true;
      this.#report(path, error);
    }
  }

  async #expectUsable(task: DirectoryTask, wanted: WantedNode): Promise<void> {
    const { view, target } = this.#request;
    const { name } = wanted.entry;
    const problem = target.problemOf(wanted, this.#within(wanted.path));
    if (problem !== undefined) {
      throw new SharestrataError("NAME_UNUSABLE", `The name cannot be put back: ${problem}.`);
    }
    if (!isCaseBlind(target) || !task.wanted) return;
    const key = target.keyOf(name);
    const { nodeId } = task.wanted.entry;
    const twins = await task.twins(() =>
      keysOfTwins(view, nodeId, (one) => target.keyOf(one), { signal: this.#signal }),
    );
    if (!twins.has(key)) return;
    const other = task.names.get(key);
    if (other !== undefined && other !== name) {
      const message = `The target takes "${other}" and "${name}" for one name, and the former is there.`;
      throw new SharestrataError("NAME_UNUSABLE", message);
    }
    task.names.set(key, name);
  }

  /** From below the target's own folder. */
  #within(path: readonly string[]): readonly string[] {
    const { entry, path: top } = this.#request;
    return entry.kind === "directory" ? path.slice(top.length) : path.slice(-1);
  }

  /** A directory's own attributes come last: putting anything into it would have changed its time. */
  async #finish(task: DirectoryTask): Promise<void> {
    const folder = await task.openedFolder();
    if (!folder) return;
    const { overwrite } = this.#plan;
    const { ownsTop = false } = this.#request;
    const isTop = task.parent === undefined;
    const isTold = isTop ? ownsTop : task.isSelected;
    const isDue = isTop || task.isTouched;
    const mayChange = isTold && isDue && (overwrite !== "never" || (isTop && this.#wasEmpty));
    try {
      if (task.wanted && (folder.isOurs || mayChange) && !this.#signal.aborted && !this.#isDry) {
        await folder.finish(task.wanted);
      }
    } catch (error) {
      this.#report(task.path, error);
    } finally {
      await folder.close();
    }
  }

  async #step(step: PlanStep): Promise<void> {
    this.#tally.plan(step);
    try {
      await this.#request.onStep?.(step);
    } catch (error) {
      this.#stop.abort(error);
      throw error;
    }
  }

  #wanted(entry: CatalogEntry, path: readonly string[]): WantedNode {
    return new WantedNode(entry, path, this.#request.metadata);
  }

  #report(path: readonly string[], error: unknown): void {
    if (this.#signal.aborted) return;
    // The folder it is in has been reported, once for all that would go into it.
    if (error instanceof NotOpened) return;
    const coded = asRestoreError(error);
    if (isFatal(coded)) {
      this.#stop.abort(coded);
      return;
    }
    this.#tally.errors++;
    if (this.#passedOver.length < MAX_NAMED) this.#passedOver.push({ path, code: coded.code, message: coded.message });
    this.#request.onProgress?.(this.#tally.progress);
  }
}

function withoutMetadata(error: DamagedError): DamagedError {
  const message = `It is put back, but without what is lost of it (permissions, extended attributes, links): ${error.message}`;
  return new DamagedError(message, { where: String(error.fields.where) }, error);
}

/** A folder that something belongs into could not be opened. */
class NotOpened extends Error {
  override readonly name = "NotOpened";
}

async function isEmpty(folder: TargetFolder): Promise<boolean> {
  for await (const _ of folder.list()) return false;
  return true;
}
