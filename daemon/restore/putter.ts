/** Puts one file or symlink of a folder back, as it is decided: alone, or as one more name of a file that is there already. */
import { DamagedError, SharestrataError } from "../../core/errors.js";
import type { NodeId } from "../../core/ids.js";
import type { NodeMetadata } from "../../core/node.js";
import type { Extras } from "./extras.js";
import { LinkedFiles } from "./linked-files.js";
import { decide, type Decision, type PlanOptions } from "./plan.js";
import { readThrough } from "./read-through.js";
import type { PlanStep, Tally } from "./tally.js";
import type { PutOutcome, Putting, Replacing, RestoreTarget, TargetFolder, TargetNode } from "./target.js";
import type { FileContent, WantedNode } from "./wanted.js";

export interface PutterParts {
  readonly content: FileContent;
  readonly target: RestoreTarget;
  readonly plan: PlanOptions;
  /** Whether nothing is written. */
  readonly isDry: boolean;
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** What removes folders; undefined when nothing may be removed. */
  readonly extras: Extras | undefined;
  /** From a node to where it is put, from below the target's own folder; undefined when nobody knows. */
  readonly placeOf: (node: NodeId) => readonly string[] | undefined;
  readonly step: (step: PlanStep) => Promise<void>;
  /** Told of what was put back without what its segment knew of it. */
  readonly onLost: (path: readonly string[], error: DamagedError) => void;
  /** Called when more bytes are done. */
  readonly onBytes: () => void;
}

export class Putter {
  readonly #parts: PutterParts;
  readonly #linked = new LinkedFiles();

  constructor(parts: PutterParts) {
    this.#parts = parts;
  }

  /**
   * @param folder undefined in a plan, where it is missing
   * @returns whether the folder may have changed: it has not where the name was left as it is
   * @throws SharestrataError `ALREADY_EXISTS` when what is there stays, and whatever hinders this one file
   */
  async put(folder: TargetFolder | undefined, wanted: WantedNode): Promise<boolean> {
    const names = await this.#namesOf(wanted);
    return names ? this.#putLinked(folder, wanted, names) : this.#putSingle(folder, wanted);
  }

  /** What is to be done with a name. @param isSelected whether it is put back itself, and not only what is in it */
  async decide(
    folder: TargetFolder | undefined,
    wanted: WantedNode,
    there: TargetNode | undefined,
    isSelected: boolean,
  ): Promise<Decision> {
    const { plan } = this.#parts;
    const { kind } = wanted.entry;
    if (!folder || there?.kind !== kind) return decide(kind, there, [], plan);
    // A folder on the way to something keeps what it has.
    if (!isSelected) return { action: "leave", reason: "it is there" };
    if (there.isUnfinished) return decide(kind, there, [], plan);
    const closeness = plan.overwrite === "never" ? "content" : "all";
    return decide(kind, there, await folder.differences(wanted, there, closeness), plan);
  }

  /**
   * Something of another kind, with all that is in it.
   * @throws SharestrataError `ALREADY_EXISTS` when not all of it can be removed
   */
  async removeOther(folder: TargetFolder, there: TargetNode, path: readonly string[]): Promise<void> {
    if (there.kind !== "directory") return this.#parts.isDry ? undefined : folder.remove(there);
    if (await this.#parts.extras?.removeTree(folder, there, path)) return;
    throw new SharestrataError("ALREADY_EXISTS", "A folder of this name is there already, and could not be removed.");
  }

  /** How many names a hard-linked file has, where the target can make it one again. */
  async #namesOf(wanted: WantedNode): Promise<LinkedNames | undefined> {
    if (wanted.entry.kind !== "file" || !this.#parts.target.hasLinks) return undefined;
    const { linkCount = 1, linkId } = await knownMetadata(wanted);
    if (linkCount <= 1 || linkId === undefined) return undefined;
    // A name that was passed over keeps an earlier version, while the file it was a name of has gone on, or is another one by now.
    return { id: `${linkId} ${wanted.entry.contentId}`, count: linkCount };
  }

  /** What is made anew, by this run or one that was broken off, is made also when its metadata is lost. */
  doWithout(wanted: WantedNode, { action }: Decision, there: TargetNode | undefined): void {
    const isNew = action === "create" || action === "replace" || there?.isUnfinished === true;
    if (!isNew || wanted.entry.kind === "symlink" || this.#parts.isDry) return;
    wanted.doWithout((error) => this.#parts.onLost(wanted.path, error));
  }

  async #putSingle(folder: TargetFolder | undefined, wanted: WantedNode): Promise<boolean> {
    const { tally, isDry } = this.#parts;
    const { entry, path } = wanted;
    const there = await folder?.find(entry.name);
    const decision = await this.decide(folder, wanted, there, true);
    const { action } = decision;
    await this.#parts.step({ path, kind: entry.kind, sizeBytes: entry.sizeBytes, ...decision });
    if (action === "refuse") throw new SharestrataError("ALREADY_EXISTS", decision.reason);
    if (action === "leave") tally.unchanged++;
    this.doWithout(wanted, decision, there);
    const isContentRight = action === "leave" || action === "attributes";
    if (isDry || !folder || isContentRight) {
      // A plan tells of what goes with a folder that is in the way, as the run does.
      if (isDry && folder && there?.kind === "directory") await this.removeOther(folder, there, path);
      if (!isDry && folder && there && action === "attributes") await folder.setAttributes(wanted, there);
      tally.bytes += bytesOf(wanted);
      return false;
    }
    if (entry.kind === "symlink") {
      const { linkTarget } = await wanted.metadata();
      if (!linkTarget) throw new DamagedError("The target of the symbolic link is not stored.", { where: entry.name });
      if (there?.kind === "directory") folder.expectSymlinks();
      await folder.putSymlink(wanted, linkTarget, await this.#makeWay(folder, there, path));
      return true;
    }
    if (there?.kind === "directory") await this.#expectWhole(wanted);
    const replacing = await this.#makeWay(folder, there, path);
    const isToBeAlone = decision.reason.includes("links");
    const outcome = await this.#putFile(folder, wanted, { ...replacing, isToBeAlone });
    tally.bytesWritten += outcome.bytesWritten;
    if (!outcome.isWritten && action === "compare") tally.unchanged++;
    return outcome.isWritten || action !== "compare";
  }

  /** Before a folder is given up for a file. @throws DamagedError, StoreError */
  async #expectWhole(wanted: WantedNode): Promise<void> {
    const { content, signal } = this.#parts;
    const { contentId, sizeBytes } = wanted.entry;
    await readThrough(content.stream(contentId, sizeBytes, { signal }), signal);
    await wanted.metadata();
  }

  async #putFile(
    folder: TargetFolder,
    wanted: WantedNode,
    putting: Omit<Putting, "content" | "onBytes">,
  ): Promise<PutOutcome> {
    const { tally, signal, content, onBytes } = this.#parts;
    const { contentId, sizeBytes } = wanted.entry;
    let counted = 0;
    try {
      return await folder.putFile(wanted, {
        ...putting,
        content: () => content.stream(contentId, sizeBytes, { signal }),
        onBytes: (count) => {
          counted += count;
          tally.bytes += count;
          onBytes();
        },
      });
    } catch (error) {
      tally.bytes -= counted;
      throw error;
    }
  }

  async #putLinked(folder: TargetFolder | undefined, wanted: WantedNode, { id, count }: LinkedNames): Promise<boolean> {
    const first = this.#linked.take(id, count, wanted.entry.nodeId);
    if (typeof first === "function") {
      try {
        const isTouched = await this.#putSingle(folder, wanted);
        first(true);
        return isTouched;
      } finally {
        first(false);
      }
    }
    const node = await first;
    // It was not put: this one may be the first.
    if (node === undefined) return this.#putLinked(folder, wanted, { id, count });
    const place = this.#parts.placeOf(node);
    if (!place) return this.#putSingle(folder, wanted);
    const { tally, isDry, target } = this.#parts;
    const { entry, path } = wanted;
    const there = await folder?.find(entry.name);
    // In a plan the first name may not be there yet, nor the folder that it is in.
    const firstId = isDry ? await target.linkIdAt(place).catch(() => undefined) : await target.linkIdAt(place);
    const isSame = there?.linkId !== undefined && there.linkId === firstId;
    const decision = isSame ? SAME_FILE : await this.#decideLink(folder, wanted, there);
    await this.#parts.step({ path, kind: "file", sizeBytes: entry.sizeBytes, ...decision });
    if (decision.action === "refuse") throw new SharestrataError("ALREADY_EXISTS", decision.reason);
    if (decision.action === "leave") tally.unchanged++;
    if (isDry && folder && there?.kind === "directory") await this.removeOther(folder, there, path);
    if (decision.action !== "leave" && !isDry && folder) {
      await folder.putLink(wanted, place, await this.#makeWay(folder, there, path));
    }
    tally.bytes += entry.sizeBytes;
    return decision.action !== "leave";
  }

  /** Of a further name of a file: anything that is there and no name of it gives way, where something may. */
  async #decideLink(
    folder: TargetFolder | undefined,
    wanted: WantedNode,
    there: TargetNode | undefined,
  ): Promise<Decision> {
    const decision = await this.decide(folder, wanted, there, true);
    const isSettled = decision.action === "create" || decision.action === "refuse";
    if (isSettled || this.#parts.plan.overwrite === "never") return decision;
    return { action: "replace", reason: "it is no name of the same file" };
  }

  /** A folder that is in the way goes; everything else gives way to what is put. */
  async #makeWay(folder: TargetFolder, there: TargetNode | undefined, path: readonly string[]): Promise<Replacing> {
    const { plan, signal } = this.#parts;
    const mayReplace = plan.overwrite !== "never" || there?.isUnfinished === true;
    if (there?.kind !== "directory") return { there, mayReplace, signal };
    await this.removeOther(folder, there, path);
    return { there: undefined, mayReplace, signal };
  }
}

interface LinkedNames {
  readonly id: string;
  readonly count: number;
}

const SAME_FILE: Decision = { action: "leave", reason: "it is the same file" };

/** As far as it is not lost: whoever puts the file back finds out, and says so. */
async function knownMetadata(wanted: WantedNode): Promise<NodeMetadata> {
  try {
    return await wanted.metadata();
  } catch (error) {
    if (error instanceof DamagedError) return {};
    throw error;
  }
}

function bytesOf({ entry }: WantedNode): number {
  return entry.kind === "file" ? entry.sizeBytes : 0;
}
