/**
 * A mounted backup beside those of restic and borg and beside the plain folder: listed, copied out of, compared, read, and how much
 * memory whoever serves it holds afterwards. One after another, in alternating order, medians of all runs; the mounts are made by
 * the built command. Prints Markdown for docs/benchmarks.md.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { generateCatalog, walkCatalog, type Walked } from "./sections/ten-times.js";
import { Cleanup } from "./support/cleanup.js";
import { writeFileTree } from "./support/file-tree.js";
import { machineLine } from "./support/machine.js";
import {
  borg,
  prepared,
  restic,
  sharestrata,
  type MountContestant,
  type Originals,
} from "./support/mount-contestants.js";
import { LARGE_BYTES, measureReading, readKept } from "./support/mount-measures.js";
import type { Residency } from "./support/served-mount.js";
import { aims, medians, mountTable, type MountFigures } from "./support/mount-table.js";
import { Random } from "./support/random.js";
import { grouped, megabytes } from "./support/report.js";
import { findSubtree } from "./support/subtree.js";
import { treeSize } from "./support/tree-size.js";

const USAGE = `npm run bench:mount -- [options]
  --tree DIR        the tree to back up; default: one is generated
  --files N         files of the generated tree (110000)
  --seed N          of the generated tree (1)
  --runs N          of each contestant (3)
  --transport A,B   of ours (devfuse,fuse-native)
  --ten-times       also walk a generated catalog as large as the tree, and one ten times as large
  --only A,B        contestants whose names begin so (plain, sharestrata, restic, borg); the plain folder is always among them
  --work DIR        where everything goes; must be empty; default: a temporary folder
`;

const SUBTREE = { files: 8700, bytes: 300e6 };
const LARGE_NAME = "one gibibyte";
const PIECE_BYTES = 4 * 1024 * 1024;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tree: { type: "string" },
      files: { type: "string", default: "110000" },
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "3" },
      transport: { type: "string", default: "devfuse,fuse-native" },
      "ten-times": { type: "boolean", default: false },
      only: { type: "string" },
      work: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  await using cleanup = new Cleanup();
  const work = resolve(values.work ?? mkdtempSync(join(tmpdir(), "sharestrata-bench-")));
  mkdirSync(work, { recursive: true });
  if (readdirSync(work).length > 0) throw new Error(`${work} is not empty`);
  cleanup.add(work, () => {
    for (const name of readdirSync(work)) rmSync(join(work, name), { recursive: true, force: true });
    if (values.work === undefined) rmSync(work, { recursive: true });
  });
  const machine = machineLine(work);
  const originals = makeOriginals(work, values);
  const { files, folders, bytes } = treeSize(originals.tree);
  const subtree = findSubtree(originals.tree, SUBTREE);
  console.log([machine, "", `    ${["npm run bench:mount --", ...args].join(" ")}`, ""].join("\n"));
  console.log(
    `${grouped(files)} files, ${grouped(folders)} folders, ${megabytes(bytes)} MB; the subtree has ${grouped(subtree.files)} ` +
      `files, ${megabytes(subtree.bytes)} MB; medians of ${values.runs}.\n`,
  );
  await contest({ ...originals, subtree: subtree.path }, values, work, cleanup);
  if (values["ten-times"]) await walks(files + folders, transportsOf(values), work, cleanup);
}

interface Values {
  readonly tree?: string | undefined;
  readonly files: string;
  readonly seed: string;
  readonly runs: string;
  readonly transport: string;
  readonly only?: string | undefined;
}

function makeOriginals(work: string, { tree, files, seed }: Values): Originals {
  const largeFolder = join(work, "large");
  mkdirSync(largeFolder);
  writeNoise(join(largeFolder, LARGE_NAME));
  if (tree !== undefined) return { tree: resolve(tree), largeFolder, largeName: LARGE_NAME, subtree: "" };
  progress("writing the tree");
  writeFileTree(join(work, "tree"), { files: Number(files), seed: Number(seed) });
  return { tree: join(work, "tree"), largeFolder, largeName: LARGE_NAME, subtree: "" };
}

function writeNoise(path: string): void {
  const random = new Random(3);
  const fd = openSync(path, "w");
  const words = new Uint32Array(PIECE_BYTES / 4);
  for (let written = 0; written < LARGE_BYTES; written += PIECE_BYTES) {
    for (let index = 0; index < words.length; index++) words[index] = random.uint32();
    writeSync(fd, words);
  }
  closeSync(fd);
}

const transportsOf = ({ transport }: Values): readonly string[] => transport.split(",");

function contestants(values: Values, originals: Originals): readonly MountContestant[] {
  const wanted = values.only?.split(",");
  const candidates = [
    ...transportsOf(values).map((transport) => ["sharestrata", () => sharestrata(transport, originals)] as const),
    ["restic", () => restic(originals)] as const,
    ["borg", () => borg(originals)] as const,
  ];
  return candidates.flatMap(([name, make]) => {
    if (wanted && !wanted.includes(name)) return [];
    const candidate = make();
    if (typeof candidate !== "string") return [candidate];
    console.error(candidate);
    return [];
  });
}

async function contest(originals: Originals, values: Values, work: string, cleanup: Cleanup): Promise<void> {
  const all = contestants(values, originals);
  const [mountPoint, plainCopies] = [join(work, "mnt"), join(work, "copies")];
  mkdirSync(plainCopies);
  // One set of backups serves all transports of ours.
  const folderOf = ({ name }: MountContestant): string => join(work, name.split(" ")[0] ?? name);
  const ready = new Set<string>();
  const failed = new Set<string>();
  for (const contestant of all) {
    cleanup.signal.throwIfAborted();
    const folder = folderOf(contestant);
    if (ready.has(folder)) continue;
    progress(`backups for ${contestant.name}`);
    await prepared(contestant, folder);
    ready.add(folder);
  }
  const runs = new Map<string, MountFigures[]>([
    ["plain folder", []],
    ...all.map(({ name }): [string, MountFigures[]] => [name, []]),
  ]);
  for (let run = 0; run < Number(values.runs); run++) {
    progress(`run ${run + 1}: plain folder`);
    const plain = await measureReading(
      {
        tree: originals.tree,
        again: undefined,
        subtree: originals.subtree,
        largeFile: join(originals.largeFolder, LARGE_NAME),
      },
      plainCopies,
      cleanup,
    );
    const none = {
      readySeconds: undefined,
      memory: undefined,
      walkedMemory: undefined,
      keptReadBytesPerSecond: undefined,
    };
    runs.get("plain folder")?.push({ ...plain, ...none });
    for (const contestant of run % 2 === 0 ? all : all.toReversed()) {
      if (failed.has(contestant.name)) continue;
      progress(`run ${run + 1}: ${contestant.name}`);
      try {
        const figures = await measureMount(contestant, folderOf(contestant), mountPoint, plainCopies, cleanup);
        runs.get(contestant.name)?.push(figures);
      } catch (error) {
        cleanup.signal.throwIfAborted();
        failed.add(contestant.name);
        console.error(`${contestant.name} is left out: ${String(error)}`);
      }
    }
  }
  const measured = new Map(
    [...runs].flatMap(([name, list]) => (list.length > 0 ? [[name, medians(list)] as const] : [])),
  );
  console.log(mountTable(measured), "\n");
  const plain = measured.get("plain folder");
  const peer = [...measured].find(([name]) => name.startsWith("restic"))?.[1];
  if (plain) console.log(aims(measured, plain, peer).join("\n"));
}

async function measureMount(
  contestant: MountContestant,
  folder: string,
  mountPoint: string,
  copies: string,
  cleanup: Cleanup,
): Promise<MountFigures> {
  const { served, places } = await contestant.mount(folder, mountPoint, cleanup);
  let walkedMemory: Residency | undefined;
  const measures = await measureReading(places, copies, cleanup, () => (walkedMemory = served.memory()));
  const memory = served.memory();
  await served.unmount();
  const roomy = await contestant.mountRoomy?.(folder, mountPoint, cleanup);
  const keptReadBytesPerSecond = roomy && readKept(roomy.places.largeFile);
  await roomy?.served.unmount();
  return { ...measures, readySeconds: served.readySeconds, memory, walkedMemory, keptReadBytesPerSecond };
}

async function walks(nodes: number, transports: readonly string[], work: string, cleanup: Cleanup): Promise<void> {
  const rows: string[] = [];
  for (const count of [nodes, nodes * 10]) {
    progress(`a catalog of ${grouped(count)} nodes`);
    const folder = join(work, `catalog-${count}`);
    await generateCatalog(folder, count);
    for (const transport of transports) {
      cleanup.signal.throwIfAborted();
      progress(`walking it: ${transport}`);
      const walked = await walkCatalog({ folder, mountPoint: join(work, "mnt"), transport, nodes: count }, cleanup);
      rows.push(walkRow(transport, walked));
    }
  }
  const head = [
    "| a generated catalog, walked | nodes | `find`, cold | memory | not of files | of files |",
    "|---|---:|---:|---:|---:|---:|",
  ];
  console.log(["", ...head, ...rows].join("\n"));
}

function walkRow(transport: string, { nodes, seconds, memory }: Walked): string {
  const bytes = [memory.rssBytes, memory.anonymousBytes, memory.fileBytes].map((value) => `${megabytes(value)} MB`);
  return `| ${[transport, grouped(nodes), `${seconds.toFixed(1)} s`, ...bytes].join(" | ")} |`;
}

function progress(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

await main(process.argv.slice(2));
