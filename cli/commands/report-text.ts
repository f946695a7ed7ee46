/** A report for people. */
import type { AgeStep } from "../../catalog/analytics/age-histogram.js";
import type { Growth } from "../../catalog/analytics/growth.js";
import type { ReportedDuplicates, SnapshotReport } from "../../catalog/analytics/report.js";
import type { SizeStep } from "../../catalog/analytics/size-histogram.js";
import type { Types } from "../../catalog/analytics/type-table.js";
import type { Tally } from "../../catalog/analytics/tally.js";
import { counted, formatBytes, formatCount, formatLocalTime, printable } from "../output/format.js";
import { left, plainTable, right } from "../output/table.js";

/**
 * @param address of what is reported on
 * @param isTame whether names are to do nothing to a terminal
 */
export function reportText(address: string, report: SnapshotReport, isTame: boolean): string {
  const show = isTame ? printable : (text: string): string => text;
  const pathText = (path: readonly string[]): string => show(`/${path.join("/")}`);
  const { totals, types, sizes, ages, largestFiles, largestDirectories, duplicates, growth } = report;
  const sections = [
    `${show(address)}\n${totalsText(report)}`,
    section("By type", typeTable(types, totals, show)),
    section("By size", stepTable("Size", sizes.map(sizeLabel), sizes, totals)),
    section("By age, when the snapshot was made", stepTable("Changed", ages.map(ageLabel), ages, totals)),
    section(
      "Largest files",
      largestFiles.length > 0 &&
        plainTable(
          [right("Size"), left("Changed"), left("File")],
          largestFiles.map((file) => [formatBytes(file.sizeBytes), formatLocalTime(file.mtimeNs), pathText(file.path)]),
        ),
    ),
    section(
      "Largest directories, by the files directly in them",
      largestDirectories.length > 0 &&
        plainTable(
          [right("Size"), right("Files"), left("Directory")],
          largestDirectories.map(({ bytes, files, path }) => [formatBytes(bytes), formatCount(files), pathText(path)]),
        ),
    ),
    duplicates && section("Duplicates", duplicatesText(duplicates, pathText)),
    section("Growth of the whole share", growthTable(growth)),
  ];
  return sections.filter((text) => text !== undefined).join("\n\n");
}

/** undefined when there is nothing to show. */
function section(title: string, body: string | false): string | undefined {
  return body === false ? undefined : `${title}\n${body}`;
}

function totalsText({ totals, averageBytes, medianBytes }: SnapshotReport): string {
  const { files, directories, symlinks, bytes } = totals;
  const parts = [counted(files, "file"), counted(directories, "directory", "directories")];
  if (symlinks > 0) parts.push(counted(symlinks, "symlink"));
  parts.push(formatBytes(bytes));
  if (averageBytes !== undefined && medianBytes !== undefined) {
    parts.push(`average ${formatBytes(Math.round(averageBytes))}`, `median about ${formatBytes(medianBytes)}`);
  }
  return parts.join(", ");
}

function typeTable(types: Types, totals: Tally, show: (text: string) => string): string | false {
  if (totals.files === 0) return false;
  const { largest, others, extensions, missingBytes } = types;
  const labels = largest.map(({ extension }) => (extension === "" ? "(none)" : show(`.${extension}`)));
  const rest = others.files > 0;
  const more = extensions === undefined ? "" : ` ${formatCount(extensions - largest.length)}`;
  const table = tallyTable(
    "Extension",
    rest ? [...labels, `(the other${more})`] : labels,
    rest ? [...largest, others] : largest,
    totals,
  );
  if (missingBytes === 0 && extensions !== undefined) return table;
  return `${table}\nThere are very many extensions: each may have ${formatBytes(missingBytes)} more than it is shown with.`;
}

function tallyTable(head: string, labels: readonly string[], tallies: readonly Tally[], all: Tally): string | false {
  if (all.files === 0) return false;
  const rows = tallies.map(({ files, bytes }, index) => [
    labels[index] ?? "",
    formatCount(files),
    formatBytes(bytes),
    percent(bytes, all.bytes),
  ]);
  return plainTable([left(head), right("Files"), right("Size"), right("of all")], rows);
}

/** Without the steps at either end that hold nothing. */
function stepTable(head: string, labels: readonly string[], steps: readonly Tally[], all: Tally): string | false {
  const isFilled = ({ files }: Tally): boolean => files > 0;
  const [from, to] = [steps.findIndex(isFilled), steps.findLastIndex(isFilled) + 1];
  return tallyTable(head, labels.slice(from, to), steps.slice(from, to), all);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;
}

function sizeLabel({ atMostBytes }: SizeStep, index: number, all: readonly SizeStep[]): string {
  if (atMostBytes === 0) return "empty";
  const bound = atMostBytes ?? all[index - 1]?.atMostBytes ?? 0;
  const text = formatBytes(bound).replace(/\.0+ /, " ");
  return `${atMostBytes === undefined ? "more than" : "up to"} ${text}`;
}

function ageLabel({ atMostDays }: AgeStep, index: number, all: readonly AgeStep[]): string {
  if (atMostDays === 0) return "later than that";
  const days = atMostDays ?? all[index - 1]?.atMostDays ?? 0;
  const years = days / 365;
  const text = Number.isInteger(years) ? counted(years, "year") : counted(days, "day");
  return `${atMostDays === undefined ? "more than" : "within"} ${text}`;
}

function duplicatesText(found: ReportedDuplicates, pathText: (path: readonly string[]) => string): string {
  const { groups, files, wastedBytes, unsharedBytes, largest } = found;
  if (groups === 0) return "No two files hold the same.";
  const lines = [
    `${counted(files, "file")} in ${counted(groups, "group")}; all but one of each hold ${formatBytes(wastedBytes)}.`,
    unsharedBytes === 0
      ? "All of it has equal content ids, which is proof; the store keeps such content once."
      : `${formatBytes(unsharedBytes)} of this is not shared in the store: xorhash and size are equal, which is a hint and not ` +
        "proof. The rest has equal content ids, which is proof, and is stored once.",
  ];
  for (const { sizeBytes, files: inGroup, contents, paths } of largest) {
    const certainty = contents === 1 ? "equal" : `probably equal, stored ${formatCount(contents)} times`;
    lines.push(
      `${formatBytes((inGroup - 1) * sizeBytes)}: ${formatCount(inGroup)} × ${formatBytes(sizeBytes)}, ${certainty}`,
      ...paths.map((path) => `  ${pathText(path)}`),
    );
    if (inGroup > paths.length) lines.push(`  … and ${formatCount(inGroup - paths.length)} more`);
  }
  return lines.join("\n");
}

function growthTable(growth: readonly Growth[]): string {
  const heads = ["Files", "Size", "Growth", "Added", "Modified", "Renamed", "Deleted", "Stored"];
  const rows = growth.map(({ snapshot, bytes }) => {
    const { name, files, bytes: size, counters } = snapshot;
    const { added, modified, renamed, deleted, bytesStored } = counters;
    const changes = [added, modified, renamed, deleted].map(formatCount);
    return [name, formatCount(files), formatBytes(size), growthText(bytes), ...changes, formatBytes(bytesStored)];
  });
  return plainTable([left("Snapshot"), ...heads.map(right)], rows);
}

function growthText(bytes: number | undefined): string {
  if (bytes === undefined) return "–";
  return `${bytes < 0 ? "-" : "+"}${formatBytes(Math.abs(bytes))}`;
}
