/**
 * What lies in the target and the snapshot does not have: found folder by folder, and taken away as far as it is selected.
 * Safety: only what is in a folder that is being filled is ever looked at; and a restore that would leave nothing of what it
 * found in the target's own folder is refused before anything is deleted.
 */
import type { TreeView } from "../../catalog/catalog.js";
import { SharestrataError } from "../../core/errors.js";
import { judged } from "./judged.js";
import type { Inherited, Selection } from "./selection.js";
import type { PlanStep } from "./tally.js";
import type { RestoreTarget, TargetFolder, TargetNode } from "./target.js";
import type { WantedNode } from "./wanted.js";

/** What a backup has not seen, and so does not have: paths of files and folders, with all that is beneath them. */
export class Unseen {
  readonly #paths: readonly (readonly string[])[];
  readonly #keyOf: (name: string) => string;
  #keys: ReadonlySet<string> | undefined;

  /** @param keyOf equal for names that the target takes for one: what was passed over may be there in another case */
  constructor(paths: readonly (readonly string[])[] = [], keyOf: (name: string) => string = (name) => name) {
    this.#keyOf = keyOf;
    this.#paths = paths;
  }

  has(path: readonly string[]): boolean {
    if (this.#paths.length === 0) return false;
    // A target knows its names once it is open.
    const keys = (this.#keys ??= new Set(this.#paths.map((one) => this.#keyOfPath(one))));
    return path.some((_, index) => keys.has(this.#keyOfPath(path.slice(0, index + 1)))) || keys.has("");
  }

  #keyOfPath(path: readonly string[]): string {
    return path.map((name) => this.#keyOf(name)).join("/");
  }
}

export interface ExtrasOptions {
  readonly view: TreeView;
  readonly target: Pick<RestoreTarget, "keyOf" | "name">;
  readonly selection: Selection;
  /** It stays, as the snapshot does not tell whether it should be there. */
  readonly unseen: Unseen;
  readonly isDry: boolean;
  readonly signal: AbortSignal;
  readonly step: (step: PlanStep) => Promise<void>;
  readonly report: (path: readonly string[], error: unknown) => void;
  /** Told of each name that is gone. */
  readonly deleted: () => void;
}

export class Extras {
  readonly #options: ExtrasOptions;
  #isGuarded = false;

  constructor(options: ExtrasOptions) {
    this.#options = options;
  }

  /**
   * Rids a folder that was there of what the snapshot does not have. The first one is the target's own.
   * @returns whether anything in it was deleted
   * @throws SharestrataError `DELETE_REFUSED`
   */
  async clear(folder: TargetFolder, wanted: WantedNode, inherited: Inherited): Promise<boolean> {
    if (folder.isNew) {
      this.#isGuarded = true;
      return false;
    }
    if (!this.#isGuarded) await this.#guard(folder, wanted, inherited);
    this.#isGuarded = true;
    let isAnyGone = false;
    for await (const { node, isWanted } of judged(folder.list(), wanted.entry.nodeId, this.#options)) {
      if (isWanted) continue;
      if (await this.#remove(folder, node, [...wanted.path, node.name], inherited)) isAnyGone = true;
    }
    return isAnyGone;
  }

  /** @returns whether it is gone: something in it may have stayed, and was reported */
  removeTree(folder: TargetFolder, node: TargetNode, path: readonly string[]): Promise<boolean> {
    return this.#remove(folder, node, path, { byPath: true, byInclude: true });
  }

  async #guard(folder: TargetFolder, wanted: WantedNode, inherited: Inherited): Promise<void> {
    const { view, target, selection } = this.#options;
    const shown = `/${wanted.path.join("/")}`;
    let isAnyToGo = false;
    for await (const { node, isWanted } of judged(folder.list(), wanted.entry.nodeId, this.#options)) {
      if (isWanted) return;
      isAnyToGo ||= selection.of([...wanted.path, node.name], inherited).itself;
    }
    if (!isAnyToGo) return;
    if (view.list(wanted.entry.nodeId).next().done === true) {
      const message = `${shown} is empty in the snapshot, so --delete would delete everything in ${target.name}: nothing was done.`;
      throw new SharestrataError("DELETE_REFUSED", message);
    }
    const message =
      `Nothing that is in ${target.name} is in ${shown} of the snapshot, so --delete would delete everything there: ` +
      "nothing was done. Is it the right folder? If it is, empty it first, or leave --delete out.";
    throw new SharestrataError("DELETE_REFUSED", message);
  }

  /** @returns whether it is gone, or would be */
  async #remove(folder: TargetFolder, node: TargetNode, path: readonly string[], above: Inherited): Promise<boolean> {
    const { selection, unseen, isDry, report, deleted, step } = this.#options;
    if (unseen.has(path)) return false;
    const selected = selection.of(path, above);
    try {
      if (node.kind === "directory") {
        if (!selected.within) return false;
        const isEmptied = await this.#empty(folder, node, path, selected.inherited);
        if (!isEmptied) return false;
      }
      if (!selected.itself) return false;
      const { kind, sizeBytes } = node;
      await step({ path, kind, sizeBytes, action: "delete", reason: "the snapshot does not have it" });
      if (!isDry) await folder.remove(node);
      deleted();
      return true;
    } catch (error) {
      report(path, error);
      return false;
    }
  }

  async #empty(
    folder: TargetFolder,
    node: TargetNode,
    path: readonly string[],
    inherited: Inherited,
  ): Promise<boolean> {
    const within = await folder.enterToEmpty(node);
    let isEmptied = true;
    try {
      for await (const child of within.list()) {
        this.#options.signal.throwIfAborted();
        if (!(await this.#remove(within, child, [...path, child.name], inherited))) isEmptied = false;
      }
    } finally {
      await within.close();
    }
    return isEmptied;
  }
}
