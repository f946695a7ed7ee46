/** What the service says of a name in the target, and in what it is not what is wanted. */
import { SharestrataError } from "../../../core/errors.js";
import type { NodeMetadata } from "../../../core/node.js";
import type { TimeNs } from "../../../core/time.js";
import type { SourceChild } from "../../sources/source.js";
import type { Difference, TargetNode } from "../target.js";
import type { WantedNode } from "../wanted.js";
import { UNFINISHED_NS } from "./unfinished.js";

export interface AzureNode extends TargetNode {
  /** Of the listing. */
  readonly etag: string | undefined;
}

/** @param child of a listing */
export function azureNode(child: SourceChild): AzureNode {
  const { name } = child;
  if (child.kind === "unreadable") {
    return { name, kind: "other", sizeBytes: 0, mtimeNs: 0n as TimeNs, isUnfinished: false, etag: undefined };
  }
  const { kind, sizeBytes, mtimeNs, metadata } = child;
  const { createdNs, changedNs, attributes, permissionKey, etag } = metadata;
  const mark = kind === "directory" ? createdNs : mtimeNs;
  return {
    name,
    kind,
    sizeBytes,
    mtimeNs,
    createdNs,
    changedNs,
    attributes,
    permissionKey,
    etag,
    isUnfinished: mark === UNFINISHED_NS,
  };
}

/** Differences in what a listing tells of files and folders. @param isSource whether permission keys mean the same in both */
export function listedDifferences(
  { entry }: WantedNode,
  metadata: NodeMetadata,
  there: TargetNode,
  isSource: boolean,
): readonly Difference[] {
  const differences: Difference[] = [];
  if (there.name !== entry.name) differences.push("name");
  if (entry.kind === "file" && there.sizeBytes !== entry.sizeBytes) differences.push("size");
  if (!isSameTime(there.mtimeNs, entry.mtimeNs)) differences.push("time");
  const { changedNs, createdNs, attributes, permissionKey } = metadata;
  if (changedNs !== undefined && !isSameTime(there.changedNs, changedNs)) differences.push("change time");
  if (createdNs !== undefined && !isSameTime(there.createdNs, createdNs)) differences.push("creation time");
  if (attributes !== undefined && there.attributes !== undefined && !isSameSet(there.attributes, attributes)) {
    differences.push("attributes");
  }
  if (isSource && permissionKey !== undefined && there.permissionKey !== permissionKey) differences.push("permissions");
  return differences;
}

/** As far as the service keeps times: to 100 ns. */
export function isSameTime(a: TimeNs | undefined, b: TimeNs | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return floored(a) === floored(b);
}

function floored(time: TimeNs): bigint {
  const rest = time % 100n;
  return time - (rest < 0n ? rest + 100n : rest);
}

function isSameSet(a: string, b: string): boolean {
  const names = (text: string): string =>
    text
      .split(/[|,]/)
      .map((name) => name.trim())
      .filter((name) => name !== "" && name !== "None")
      .toSorted()
      .join("|");
  return names(a) === names(b);
}

/** @throws SharestrataError `NAME_UNUSABLE` */
export function expectReadableName({ name, kind }: TargetNode): void {
  if (kind !== "other") return;
  throw new SharestrataError("NAME_UNUSABLE", `The name "${name}" cannot be used, so what has it stays.`);
}
