/** The figures of mounts side by side, and which aims they meet. */
import { grouped, megabytes } from "./report.js";
import type { Measures } from "./mount-measures.js";
import type { Residency } from "./served-mount.js";

export interface MountFigures extends Measures {
  /** undefined for the plain folder. */
  readonly readySeconds: number | undefined;
  readonly memory: Residency | undefined;
  /** When everything was listed, and nothing read yet. */
  readonly walkedMemory: Residency | undefined;
  /** Of a file that whoever serves it was given room to keep; undefined where it cannot be. */
  readonly keptReadBytesPerSecond: number | undefined;
}

interface Row {
  readonly what: string;
  readonly value: (figures: MountFigures) => number | undefined;
  readonly show: (value: number) => string;
}

const seconds = (value: number): string => `${value.toFixed(value < 1 ? 3 : 1)} s`;
const rate = (value: number): string => `${(value / 1e9).toFixed(2)} GB/s`;
const memory = (value: number): string => `${megabytes(value)} MB`;

const ROWS: readonly Row[] = [
  { what: "start to first `ls`", value: (of) => of.readySeconds, show: seconds },
  { what: "`find -printf`, cold", value: (of) => of.coldFind, show: seconds },
  { what: "`find -printf`, warm", value: (of) => of.warmFind, show: seconds },
  { what: "`cp -r` of the subtree, cold", value: (of) => of.copy, show: seconds },
  { what: "`diff -rq` of the subtree in two snapshots", value: (of) => of.diff, show: seconds },
  { what: "1 GiB in order, first time", value: (of) => of.firstReadBytesPerSecond, show: rate },
  { what: "the same again, kernel's pages dropped", value: (of) => of.secondReadBytesPerSecond, show: rate },
  { what: "the same, kept by the mount (`--cache-size 2G`)", value: (of) => of.keptReadBytesPerSecond, show: rate },
  {
    what: "4 KiB at random, a second",
    value: (of) => of.randomReadsPerSecond,
    show: (value) => grouped(Math.round(value)),
  },
  { what: "memory after walking everything", value: (of) => of.walkedMemory?.rssBytes, show: memory },
  { what: "memory after all that", value: (of) => of.memory?.rssBytes, show: memory },
  { what: "of it not of files", value: (of) => of.memory?.anonymousBytes, show: memory },
];

export type NamedFigures = ReadonlyMap<string, MountFigures>;

export function mountTable(all: NamedFigures): string {
  const names = [...all.keys()];
  const cells = ROWS.map(({ what, value, show }) => [
    what,
    ...names.map((name) => {
      const figures = all.get(name);
      const found = figures && value(figures);
      return found === undefined ? "–" : show(found);
    }),
  ]);
  const rule = ["---", ...names.map(() => "---:")];
  return [["", ...names], rule, ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const MEMORY_BYTES = 150e6;
const READ_BYTES_PER_SECOND = 1e9;

/** One line for each aim, for each mount of ours. @param peer whom the aims name */
export function aims(all: NamedFigures, plain: MountFigures, peer: MountFigures | undefined): readonly string[] {
  return [...all].flatMap(([name, of]) => {
    if (!name.startsWith("sharestrata")) return [];
    const times = (mine: number, other: number | undefined, least: number, what: string): string[] =>
      other === undefined
        ? []
        : [verdict(other / mine >= least, `${what}: ${(other / mine).toFixed(2)} ×, wanted ≥ ${least}`)];
    return [
      ...times(of.coldFind, peer?.coldFind, 5, "cold find, times as fast as restic"),
      ...times(of.coldFind, plain.coldFind, 1, "cold find, times as fast as the plain folder, cold"),
      ...times(of.copy, peer?.copy, 2, "cp -r, times as fast as restic"),
      verdict(
        of.copy / plain.copy <= 1.2,
        `cp -r takes ${(of.copy / plain.copy).toFixed(2)} × the plain one, wanted ≤ 1.2`,
      ),
      ...times(of.diff ?? Infinity, peer?.diff, 100, "diff -rq, times as fast as restic"),
      verdict(
        (of.keptReadBytesPerSecond ?? 0) >= READ_BYTES_PER_SECOND,
        `1 GiB, kept by the mount: ${rate(of.keptReadBytesPerSecond ?? 0)}, wanted ≥ 1 GB/s`,
      ),
      verdict(
        (of.walkedMemory?.rssBytes ?? Infinity) <= MEMORY_BYTES,
        `memory after walking everything: ${memory(of.walkedMemory?.rssBytes ?? 0)}, wanted ≤ 150 MB`,
      ),
    ].map((line) => `- ${name}: ${line}`);
  });
}

const verdict = (met: boolean, text: string): string => `${met ? "met" : "**missed**"}: ${text}`;

/** Field by field. */
export function medians(runs: readonly MountFigures[]): MountFigures {
  const of = (pick: (figures: MountFigures) => number | undefined): number => {
    const sorted = runs.map((run) => pick(run) ?? 0).toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  };
  const residency = (pick: (figures: MountFigures) => Residency | undefined): Residency => ({
    rssBytes: of((run) => pick(run)?.rssBytes),
    anonymousBytes: of((run) => pick(run)?.anonymousBytes),
    fileBytes: of((run) => pick(run)?.fileBytes),
  });
  const [first] = runs;
  return {
    coldFind: of((run) => run.coldFind),
    warmFind: of((run) => run.warmFind),
    copy: of((run) => run.copy),
    diff: first?.diff === undefined ? undefined : of((run) => run.diff),
    firstReadBytesPerSecond: of((run) => run.firstReadBytesPerSecond),
    secondReadBytesPerSecond: of((run) => run.secondReadBytesPerSecond),
    randomReadsPerSecond: of((run) => run.randomReadsPerSecond),
    readySeconds: first?.readySeconds === undefined ? undefined : of((run) => run.readySeconds),
    memory: first?.memory && residency((run) => run.memory),
    walkedMemory: first?.walkedMemory && residency((run) => run.walkedMemory),
    keptReadBytesPerSecond:
      first?.keptReadBytesPerSecond === undefined ? undefined : of((run) => run.keptReadBytesPerSecond),
  };
}
