/** A report as JSON (docs/cli.md). */
import type { ReportedDuplicates, SnapshotReport } from "../../catalog/analytics/report.js";
import type { Growth } from "../../catalog/analytics/growth.js";
import type { Snapshot } from "../../core/snapshot.js";
import { formatExactTime } from "../output/format.js";
import { snapshotJson } from "../output/json.js";

/** @param path names below the share's root to what is reported on */
export function reportJson(
  snapshot: Snapshot,
  path: readonly string[],
  report: SnapshotReport,
): Record<string, unknown> {
  const { totals, averageBytes, medianBytes, types, sizes, ages, duplicates, growth } = report;
  return {
    snapshot: snapshotJson(snapshot),
    path: pathText(path),
    totals: { ...totals, averageBytes: averageBytes ?? null, medianBytes: medianBytes ?? null },
    types: {
      largest: types.largest.map(({ extension, files, bytes }) => ({ extension, files, bytes })),
      others: types.others,
      extensions: types.extensions ?? null,
      missingBytes: types.missingBytes,
    },
    sizes: sizes.map(({ atMostBytes, files, bytes }) => ({ atMostBytes: atMostBytes ?? null, files, bytes })),
    ages: ages.map(({ atMostDays, files, bytes }) => ({ atMostDays: atMostDays ?? null, files, bytes })),
    largestFiles: report.largestFiles.map(({ path: file, sizeBytes, mtimeNs }) => ({
      path: pathText(file),
      size: sizeBytes,
      mtime: formatExactTime(mtimeNs),
    })),
    largestDirectories: report.largestDirectories.map(({ path: directory, files, bytes }) => ({
      path: pathText(directory),
      files,
      bytes,
    })),
    duplicates: duplicates ? duplicatesJson(duplicates) : null,
    growth: growth.map(growthJson),
  };
}

function duplicatesJson({ groups, files, wastedBytes, unsharedBytes, largest }: ReportedDuplicates): unknown {
  return {
    groups,
    files,
    wastedBytes,
    unsharedBytes,
    largest: largest.map(({ sizeBytes, files: inGroup, contents, paths }) => ({
      size: sizeBytes,
      files: inGroup,
      contents,
      wastedBytes: (inGroup - 1) * sizeBytes,
      unsharedBytes: (contents - 1) * sizeBytes,
      paths: paths.map(pathText),
    })),
  };
}

function growthJson({ snapshot, files, bytes }: Growth): unknown {
  const { name, number, startedAt, counters } = snapshot;
  const { added, modified, renamed, deleted, bytesRead, bytesStored } = counters;
  return {
    name,
    id: number,
    startedAt: formatExactTime(startedAt),
    files: snapshot.files,
    bytes: snapshot.bytes,
    filesMore: files ?? null,
    bytesMore: bytes ?? null,
    added,
    modified,
    renamed,
    deleted,
    bytesRead,
    bytesStored,
  };
}

function pathText(path: readonly string[]): string {
  return `/${path.join("/")}`;
}
