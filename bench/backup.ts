/**
 * Backups of one local tree by Sharestrata, restic and borg, side by side: a first one into an empty store, and a second one of
 * the unchanged tree, all compressed and encrypted, each with its own defaults. Peers come from PATH. Their order alternates from
 * run to run, and medians are told. Prints Markdown for docs/benchmarks.md.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { treeSize } from "./support/tree-size.js";
import { writeFileTree } from "./support/file-tree.js";
import { machineLine } from "./support/machine.js";
import { grouped, megabytes } from "./support/report.js";
import { timed, type TimedRun } from "./support/timed-child.js";

const USAGE = `npm run bench:backup -- [options]
  --tree DIR    the tree to back up; default: one is generated
  --files N     files of the generated tree (115000)
  --seed N      of the generated tree (1)
  --runs N      of each program (3)
  --work DIR    where stores and the generated tree go; must be empty; default: a temporary folder
  --only NAME   sharestrata, restic or borg, and no other
`;

interface Contestant {
  readonly name: string;
  readonly version: string;
  /** Makes an empty store in the folder. */
  readonly init: (folder: string, tree: string) => Promise<unknown>;
  readonly backup: (folder: string, tree: string, run: number) => Promise<TimedRun>;
  /** Where the bytes are. */
  readonly store: (folder: string) => string;
}

interface Measured {
  readonly first: TimedRun;
  readonly second: TimedRun;
  readonly storedBytes: number;
}

const CLI = resolve(import.meta.dirname, "../../../dist/cli/main.js");
const PASSPHRASE = "only for measuring";

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tree: { type: "string" },
      files: { type: "string", default: "115000" },
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "3" },
      work: { type: "string" },
      only: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const work = resolve(values.work ?? mkdtempSync(join(tmpdir(), "sharestrata-bench-")));
  mkdirSync(work, { recursive: true });
  if (readdirSync(work).length > 0) throw new Error(`${work} is not empty`);
  try {
    const machine = machineLine(work);
    const tree = values.tree === undefined ? generated(join(work, "tree"), values) : resolve(values.tree);
    const { files, folders, bytes } = treeSize(tree);
    const contestants = present(values.only);
    const results = new Map<string, Measured[]>(contestants.map(({ name }) => [name, []]));
    for (let run = 0; run < Number(values.runs); run++) {
      for (const contestant of run % 2 === 0 ? contestants : contestants.toReversed()) {
        progress(`run ${run + 1}: ${contestant.name}`);
        results.get(contestant.name)?.push(await measure(contestant, join(work, contestant.name), tree));
      }
    }
    console.log([machine, "", `    ${["npm run bench:backup --", ...args].join(" ")}`, ""].join("\n"));
    console.log(
      `${grouped(files)} files, ${grouped(folders)} folders, ${megabytes(bytes)} MB; medians of ${values.runs}.\n`,
    );
    console.log(table(contestants, results));
  } finally {
    rmSync(values.work === undefined ? work : join(work, "tree"), { recursive: true, force: true });
  }
}

function generated(folder: string, { files, seed }: { readonly files: string; readonly seed: string }): string {
  progress("writing the tree");
  writeFileTree(folder, { files: Number(files), seed: Number(seed) });
  return folder;
}

async function measure(contestant: Contestant, folder: string, tree: string): Promise<Measured> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await contestant.init(folder, tree);
  // What generating or the program before has left to be written is not its affair.
  execFileSync("sync");
  const first = await contestant.backup(folder, tree, 1);
  const second = await contestant.backup(folder, tree, 2);
  const storedBytes = treeSize(contestant.store(folder)).bytes;
  rmSync(folder, { recursive: true });
  return { first, second, storedBytes };
}

function present(only: string | undefined): readonly Contestant[] {
  const all = [sharestrata, restic, borg].map((make) => make());
  return all.filter((one): one is Contestant => one !== undefined && (only === undefined || one.name === only));
}

function sharestrata(): Contestant {
  const env = { SHARESTRATA_PASSPHRASE: PASSPHRASE };
  const config = (folder: string): string => join(folder, "sharestrata.yaml");
  return {
    name: "sharestrata",
    version: versionOf(CLI, ["--version"]) ?? "",
    init: (folder, tree) => {
      const urls = ["--source", `file://${tree}`, "--store", `file://${join(folder, "store")}`];
      return timed(CLI, ["init", "--config", config(folder), "--share", "bench/tree", ...urls, "--encrypt"], env);
    },
    backup: (folder) => timed(CLI, ["backup", "--config", config(folder), "bench/tree"], env),
    store: (folder) => join(folder, "store"),
  };
}

function restic(): Contestant | undefined {
  const version = versionOf("restic", ["version"]);
  if (version === undefined) return missing("restic");
  const env = { RESTIC_PASSWORD: PASSPHRASE };
  const place = (folder: string): readonly string[] => [
    "-r",
    join(folder, "store"),
    "--cache-dir",
    join(folder, "cache"),
  ];
  return {
    name: "restic",
    version,
    init: (folder) => timed("restic", [...place(folder), "init"], env),
    backup: (folder, tree) => timed("restic", [...place(folder), "backup", tree], env),
    store: (folder) => join(folder, "store"),
  };
}

function borg(): Contestant | undefined {
  const version = versionOf("borg", ["--version"]);
  if (version === undefined) return missing("borg");
  const env = (folder: string): Record<string, string> => ({
    BORG_PASSPHRASE: PASSPHRASE,
    BORG_BASE_DIR: join(folder, "base"),
  });
  return {
    name: "borg",
    version,
    init: (folder) => timed("borg", ["init", "-e", "repokey", join(folder, "store")], env(folder)),
    backup: (folder, tree, run) => timed("borg", ["create", `${join(folder, "store")}::${run}`, tree], env(folder)),
    store: (folder) => join(folder, "store"),
  };
}

function missing(name: string): undefined {
  console.error(`${name} is not in PATH: it is left out`);
  return undefined;
}

function versionOf(program: string, args: readonly string[]): string | undefined {
  try {
    return /\d+\.\d+(?:\.\d+)?/.exec(execFileSync(program, [...args], { encoding: "utf8" }))?.[0];
  } catch {
    return undefined;
  }
}

function table(contestants: readonly Contestant[], results: ReadonlyMap<string, readonly Measured[]>): string {
  const rows = contestants.map(({ name, version }) => {
    const measured = results.get(name) ?? [];
    const of = (pick: (one: Measured) => number): number => median(measured.map(pick));
    return [
      `${name} ${version}`,
      `${of(({ first }) => first.seconds).toFixed(1)} s`,
      `${of(({ second }) => second.seconds).toFixed(1)} s`,
      `${megabytes(of(({ storedBytes }) => storedBytes))} MB`,
      `${megabytes(of(({ first }) => first.peakBytes))} MB`,
    ];
  });
  const head = ["", "first backup", "second, unchanged", "stored", "peak memory, first"];
  return [head, ["---", "---:", "---:", "---:", "---:"], ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function progress(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

await main(process.argv.slice(2));
