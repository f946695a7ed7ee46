/** What a restore has done, or would do, for people and programs. */
import type { Snapshot } from "../../core/snapshot.js";
import type { PlanStep, PlanTotals } from "../../daemon/restore/tally.js";
import type { RestoreResult } from "../../daemon/restore/restore.js";
import { counted, formatBytes, printable } from "../output/format.js";
import { passedOverJson, snapshotJson } from "../output/json.js";
import type { Output } from "../output/output.js";

export interface Told {
  readonly address: string;
  readonly target: string;
  readonly snapshot: Snapshot;
  readonly dryRun: boolean;
}

/** One line of a plan; nothing for what stays as it is. Under --json one object a line. */
export async function tellStep(output: Output, { action, path, kind, sizeBytes, reason }: PlanStep): Promise<void> {
  if (output.json) {
    const step = { action, path: `/${path.join("/")}`, kind, ...(kind === "file" && { size: sizeBytes }), reason };
    return output.line(JSON.stringify(step));
  }
  if (action === "leave" || output.quiet) return;
  const text = `/${path.join("/")}${kind === "directory" ? "/" : ""}`;
  const shown = output.isTerminal ? printable(text) : text;
  const size = kind === "file" ? ` (${formatBytes(sizeBytes)})` : "";
  await output.line(`${action.padEnd(10)} ${shown}${size}: ${reason.replace(/\.$/, "")}`);
}

export async function tellResult(output: Output, told: Told, result: RestoreResult): Promise<void> {
  const { passedOver, totals, ...counts } = result;
  const { address, target, snapshot, dryRun } = told;
  if (output.json) {
    const errors = passedOver.map(passedOverJson);
    const answer = { address, target, snapshot: snapshotJson(snapshot), dryRun, ...counts, plan: totals };
    // A plan is a list of lines, and this the last of it.
    if (dryRun) return output.line(JSON.stringify({ ...answer, passedOver: errors }));
    return output.document({ ...answer, passedOver: errors });
  }
  if (output.quiet) return;
  if (dryRun) return output.line(`${target}: ${planText(totals)}; nothing was done`);
  const { files, bytes, unchanged, errors, deleted } = counts;
  const there = unchanged > 0 ? `, ${unchanged} of them there already` : "";
  const gone = deleted > 0 ? `; ${deleted} deleted` : "";
  const passed = errors > 0 ? `; ${errors} passed over` : "";
  await output.line(`${target}: ${counted(files, "file")}, ${formatBytes(bytes)}${there}${gone}${passed}`);
}

const WORDS: readonly (readonly [keyof PlanTotals, string])[] = [
  ["create", "to create"],
  ["replace", "to replace"],
  ["overwrite", "to overwrite where they differ"],
  ["compare", "to compare"],
  ["attributes", "to get their attributes back"],
  ["leave", "to leave as they are"],
  ["refuse", "to pass over"],
  ["delete", "to delete"],
];

function planText(totals: PlanTotals): string {
  const parts = WORDS.flatMap(([action, words]) => {
    const { files, directories, bytes } = totals[action];
    if (files + directories === 0) return [];
    const what = [
      ...(files > 0 ? [`${counted(files, "file")} (${formatBytes(bytes)})`] : []),
      ...(directories > 0 ? [counted(directories, "folder")] : []),
    ];
    return [`${what.join(" and ")} ${words}`];
  });
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}
