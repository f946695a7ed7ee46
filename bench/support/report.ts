/** What is printed at the end: Markdown to be pasted into docs/benchmarks.md, or the same as JSON. */
import type { DiskUsage } from "./disk-usage.js";
import type { MemoryPeaks } from "./memory-watch.js";

/** One measure of both layouts, per second: more is better. */
export interface RateRow {
  readonly section: string;
  readonly measure: string;
  readonly unit: string;
  readonly catalog: number;
  readonly naive: number | undefined;
  /** How many times naive it has to be at least. */
  readonly target?: number | undefined;
}

export interface DiskRow {
  readonly section: string;
  readonly layout: string;
  readonly liveNodes: number;
  readonly usage: DiskUsage;
  /** Bytes a live node at most. */
  readonly target?: number | undefined;
}

export interface NoteRow {
  readonly section: string;
  readonly text: string;
}

export class Report {
  readonly machine: string;
  readonly command: string;
  /** In the order in which they are printed. */
  readonly sections: string[] = [];
  readonly rates: RateRow[] = [];
  readonly disks: DiskRow[] = [];
  readonly notes: NoteRow[] = [];
  readonly memory: { readonly section: string; readonly peaks: MemoryPeaks }[] = [];

  constructor(machine: string, command: string) {
    this.machine = machine;
    this.command = command;
  }

  open(section: string): string {
    this.sections.push(section);
    return section;
  }

  note(section: string, text: string): void {
    this.notes.push({ section, text });
  }

  toJson(): string {
    const disks = this.disks.map((row) => ({ ...row, bytesPerNode: row.usage.bytes / row.liveNodes }));
    const { machine, command, rates, memory, notes } = this;
    return JSON.stringify({ machine, command, rates, disks, memory, notes }, undefined, 2);
  }

  toMarkdown(): string {
    return [
      this.machine,
      "",
      `    ${this.command}`,
      ...this.sections.flatMap((section) => ["", `### ${section}`, ...this.#section(section)]),
      "",
    ].join("\n");
  }

  #section(section: string): readonly string[] {
    const of = <T extends { readonly section: string }>(rows: readonly T[]): readonly T[] =>
      rows.filter((row) => row.section === section);
    return [
      ...table(["", "catalog", "naive", "times naive", "wanted"], of(this.rates).map(rateCells)),
      ...of(this.disks).flatMap(diskLines),
      ...table(["", "heap", "buffers", "RSS", "of that not file"], of(this.memory).map(memoryCells)),
      ...list(of(this.notes).map(({ text }) => text)),
    ];
  }
}

function rateCells({ measure, unit, catalog, naive, target }: RateRow): readonly string[] {
  const times = naive === undefined ? "–" : `${(catalog / naive).toFixed(2)} ×`;
  const wanted = target === undefined ? "–" : `≥ ${target} ×`;
  return [
    `${measure}, ${unit}/s`,
    grouped(Math.round(catalog)),
    naive === undefined ? "–" : grouped(Math.round(naive)),
    times,
    wanted,
  ];
}

function diskLines({ layout, liveNodes, usage, target }: DiskRow): readonly string[] {
  const perNode = (bytes: number): string => (bytes / liveNodes).toFixed(2);
  const wanted = target === undefined ? "" : `, wanted: ≤ ${target}`;
  return [
    "",
    `**${layout}: ${perNode(usage.bytes)} bytes a live node**${wanted} (${grouped(usage.bytes)} bytes on disk, ` +
      `${grouped(liveNodes)} live nodes; 10⁹ nodes would take ${(usage.bytes / liveNodes).toFixed(1)} GB)`,
    ...table(
      [layout, "rows", "depth", "branch pages", "leaf pages", "overflow pages", "bytes a node"],
      usage.tables.map(({ name, rows, depth, branchPages, leafPages, overflowPages, bytes }) => [
        name,
        ...[rows, depth, branchPages, leafPages, overflowPages].map(grouped),
        perNode(bytes),
      ]),
    ),
  ];
}

function memoryCells({ peaks }: { readonly peaks: MemoryPeaks }): readonly string[] {
  const { heapBytes, externalBytes, rssBytes, anonymousBytes } = peaks;
  return ["most memory, MB", ...[heapBytes, externalBytes, rssBytes, anonymousBytes].map(megabytes)];
}

export function megabytes(bytes: number): string {
  return grouped(Math.round(bytes / 1e6));
}

/** Digits in groups of three. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, " ");
}

/** Nothing for no rows; otherwise a blank line and a table whose numbers are on the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const widths = head.map((cell, column) =>
    Math.max(3, ...[cell, ...rows.map((row) => row[column] ?? "")].map((text) => text.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => aligned(cell, widths[column] ?? 0, column)).join(" | ")} |`;
  const rule = widths.map((width, column) => "-".repeat(width - (column === 0 ? 0 : 1)) + (column === 0 ? "" : ":"));
  return ["", line(head), line(rule), ...rows.map(line)];
}

function list(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : ["", ...texts.map((text) => `- ${text}`)];
}

function aligned(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
