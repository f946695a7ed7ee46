/** What is done with one name: a pure function of what is wanted, what is there, and what was asked for. */
import type { NodeKind } from "../../core/node.js";
import type { Difference, TargetNode } from "./target.js";

/**
 * `never`: what is there stays as it is. `if-different`: what differs by size, time or attributes is made equal. `always`: also
 * of what does not, the bytes are compared.
 */
export const OVERWRITE = ["never", "if-different", "always"] as const;
export type Overwrite = (typeof OVERWRITE)[number];

export interface PlanOptions {
  readonly overwrite: Overwrite;
  /** Whether what the snapshot does not have is removed. */
  readonly delete: boolean;
}

export type Action =
  /** Nothing is there. */
  | "create"
  /** What is there is no longer: something of another kind takes its place. */
  | "replace"
  /** The content is compared and written where it differs; then attributes. */
  | "overwrite"
  /** As far as can be told without reading it, it is equal: it is read, and written where it differs. */
  | "compare"
  /** Everything but the content. */
  | "attributes"
  /** It is as it should be. */
  | "leave"
  /** It is not what is wanted and stays; that is reported. */
  | "refuse"
  /** The snapshot does not have it. */
  | "delete";

export interface Decision {
  readonly action: Action;
  /** A few words for a person. */
  readonly reason: string;
}

/** Those that say that the content may differ. */
const OF_CONTENT: ReadonlySet<Difference> = new Set(["size", "time", "change time", "link target", "links", "name"]);

/**
 * @param differences between the two; none when nothing, or something of another kind, is there
 */
export function decide(
  kind: NodeKind,
  there: TargetNode | undefined,
  differences: readonly Difference[],
  { overwrite, delete: mayDelete }: PlanOptions,
): Decision {
  if (!there) return { action: "create", reason: "it is missing" };
  if (there.kind !== kind) return otherKind(kind, there, overwrite, mayDelete);
  if (there.isUnfinished && kind !== "directory") return { action: "overwrite", reason: "it is unfinished" };
  const ofContent = differences.filter((difference) => OF_CONTENT.has(difference));
  if (kind === "directory") {
    const others = differences.filter((difference) => difference !== "size" && difference !== "name");
    if (there.isUnfinished) return { action: "attributes", reason: "it is unfinished" };
    if (overwrite === "never" || others.length === 0) return { action: "leave", reason: "it is there" };
    return { action: "attributes", reason: told(others) };
  }
  if (overwrite === "never") {
    return ofContent.length === 0
      ? { action: "leave", reason: "it is there" }
      : { action: "refuse", reason: "It is there already and differs; --overwrite replaces it." };
  }
  if (ofContent.length > 0) return { action: "overwrite", reason: told(ofContent) };
  if (overwrite === "always" && kind === "file") return { action: "compare", reason: "its bytes are not known" };
  if (differences.length > 0) return { action: "attributes", reason: told(differences) };
  return { action: "leave", reason: "it is the same" };
}

function otherKind(kind: NodeKind, there: TargetNode, overwrite: Overwrite, mayDelete: boolean): Decision {
  if (there.isUnfinished && there.kind !== "directory") return { action: "replace", reason: "it is unfinished" };
  if (there.kind === "directory") {
    if (overwrite !== "never" && mayDelete) return { action: "replace", reason: "a folder is there" };
    return {
      action: "refuse",
      reason: "A folder of this name is there already; --overwrite and --delete together replace it.",
    };
  }
  if (overwrite !== "never") return { action: "replace", reason: "it is of another kind" };
  const reason =
    kind === "directory"
      ? "Something that is no folder is there already."
      : "It is there already and differs; --overwrite replaces it.";
  return { action: "refuse", reason };
}

function told(differences: readonly Difference[]): string {
  return `${differences.join(", ")} ${differences.length === 1 ? "differs" : "differ"}`;
}
