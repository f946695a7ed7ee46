/** What is known of contents and segments: ranges that neither overlap nor reach what was not handed out. */
import { pruneOfBundle } from "../../core/ids.js";
import { isLabel } from "../../core/names.js";
import { permissionKeyProblem } from "../../core/node.js";
import { keyNumber, numberKey } from "../keys.js";
import { decodePermissionRow } from "../permission-index.js";
import { bundleRangeValue, countValue, foreignValue, listValue, segmentRangeValue } from "../values.js";
import type { FileState, StateRow } from "./file-state.js";
import { eachRow, type Known } from "./known.js";
import { NodeMarks } from "./node-marks.js";
import { problem, type CatalogProblem, type Findings } from "./problem.js";

/** Bundles, lists and foreign contents, all by content id, side by side. */
export function* checkContents(file: FileState, known: Known): Findings {
  const limit = known.state?.next.content ?? Number.POSITIVE_INFINITY;
  const nextBundle = known.state?.next.bundle ?? Number.POSITIVE_INFINITY;
  const bundles = new NodeMarks();
  let end = 1;
  const rowsBelow = function* (bound: number): Findings {
    for (const single of singles) yield* single(bound);
  };
  const singles = (
    [
      ["lists", listProblem],
      ["foreign", foreignProblem],
    ] as const
  ).map(([table, problemOf]) => {
    const rows = file.rows(table)[Symbol.iterator]();
    let row = rows.next();
    return function* (bound: number): Findings {
      for (; row.done !== true && keyOf(row.value) < bound; row = rows.next()) {
        yield eachRow(file, table, row.value, ({ key, value }) => {
          const contentId = keyNumber(key, 0, table);
          return keyProblem(key, contentId, end, limit) ?? problemOf(contentId, value, limit);
        });
      }
    };
  });
  for (const row of file.rows("bundles")) {
    yield* rowsBelow(keyOf(row));
    yield eachRow(file, "bundles", row, ({ key, value }) => {
      const first = keyNumber(key, 0, "bundles");
      const { bundleId, count } = bundleRangeValue.decode(value);
      const isTaken = !bundles.see(bundleId, "file") || bundles.isLive(bundleId);
      bundles.live(bundleId);
      const overlaps = first < end;
      end = Math.max(end, first + count);
      if (key.length !== 8) return "its key has another size";
      if (overlaps) return "it overlaps with the range before it";
      if (count < 1 || end > limit) return "it has contents that were not handed out";
      if (bundleId < 1 || bundleId >= nextBundle) return `bundle ${bundleId} was not handed out`;
      return isTaken ? `bundle ${bundleId} is there twice` : undefined;
    });
  }
  yield* rowsBelow(Number.POSITIVE_INFINITY);
}

/** What prunes have moved and condemned. */
export function* checkPruned(file: FileState, known: Known): Findings {
  const limit = known.state?.next.content ?? Number.POSITIVE_INFINITY;
  const prune = known.state?.prune ?? Number.POSITIVE_INFINITY;
  for (const table of ["moved", "condemned"] as const) {
    let end = 1;
    for (const row of file.rows(table)) {
      yield eachRow(file, table, row, ({ key, value }) => {
        const first = keyNumber(key, 0, table);
        const bundle = table === "moved" ? bundleRangeValue.decode(value) : undefined;
        const count = bundle?.count ?? countValue.decode(value);
        const overlaps = first < end;
        end = Math.max(end, first + count);
        if (key.length !== 8) return "its key has another size";
        if (overlaps) return "it overlaps with the range before it";
        if (count < 1 || end > limit) return "it has contents that were not handed out";
        if (!bundle) return undefined;
        const origin = pruneOfBundle(bundle.bundleId);
        return origin && origin.prune <= prune ? undefined : `bundle ${bundle.bundleId} is of no prune that is applied`;
      });
    }
  }
}

/** Segments hold all versions, each once. */
export function* checkSegments(file: FileState, known: Known): Findings {
  let next = 1;
  let before = { snapshot: 0, segment: -1 };
  for (const row of file.rows("segments")) {
    yield eachRow(file, "segments", row, ({ key, value }) => {
      const first = keyNumber(key, 0, "segments");
      const range = segmentRangeValue.decode(value);
      const { snapshot, segment, count } = range;
      const expected = next;
      const isBehind = snapshot > before.snapshot || (snapshot === before.snapshot && segment > before.segment);
      next = first + count;
      before = range;
      if (key.length !== 8 || count < 1) return "a row is damaged";
      if (first < expected) return `versions from ${first} on are in two segments`;
      if (first > expected) return `versions ${expected} to ${first - 1} are in no segment`;
      if (!isBehind) return `segment ${segment} of snapshot ${snapshot} is out of order`;
      if (known.sinceOf(first) !== snapshot || known.sinceOf(next - 1) !== snapshot)
        return `its versions are not those of snapshot ${snapshot}`;
      return undefined;
    });
  }
  if (known.state && next !== known.state.next.version && !file.broken.has("segments")) {
    yield problem("content", "segments", `versions ${next} to ${known.state.next.version - 1} are in no segment`);
  }
}

/** Permissions are in segments of snapshots that there are. */
export function* checkPermissions(file: FileState, known: Known): Findings {
  for (const row of file.rows("permissions")) {
    yield eachRow(file, "permissions", row, ({ key, value }) => {
      const permission = decodePermissionRow(key, value);
      const wrong = permissionKeyProblem(permission.key);
      if (wrong !== undefined) return `a permission key is not allowed: ${wrong}`;
      const isKnown = permission.snapshot >= 1 && permission.snapshot <= known.newest;
      return isKnown ? undefined : `it is in a segment of snapshot ${permission.snapshot}, which there is not`;
    });
  }
}

function keyProblem(key: Buffer, contentId: number, bundlesEnd: number, limit: number): string | undefined {
  if (!key.equals(numberKey(contentId))) return "its key has another size";
  if (contentId < 1 || contentId >= limit) return `content ${contentId} was not handed out`;
  return contentId < bundlesEnd ? `content ${contentId} is in a bundle as well` : undefined;
}

function listProblem(contentId: number, value: Buffer, limit: number): string | undefined {
  const { parts } = listValue.decode(value);
  if (parts.length === 0) return `content ${contentId} has no parts`;
  const unknown = parts.find((part) => part.contentId < 1 || part.contentId >= limit || part.contentId === contentId);
  return unknown && `its part ${unknown.contentId} was not handed out`;
}

function foreignProblem(contentId: number, value: Buffer): string | undefined {
  const owner = foreignValue.decode(value);
  if (owner.contentId < 1) return `content ${contentId} has no id at its owner`;
  return isLabel(owner.share) ? undefined : `content ${contentId} belongs to no share`;
}

/** What cannot be read comes before everything, so that it is told when it is met. */
function keyOf(row: StateRow | CatalogProblem): number {
  return "key" in row && row.key.length >= 8 ? Number(row.key.readBigUInt64BE(0)) : 0;
}
