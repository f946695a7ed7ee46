/**
 * Scans of two generated shares that the emulator serves from a process of its own: files in many folders, and files in one. Beside each
 * other a bare loop over the SDK's own listing, asked for the same fields, and a backup of the unchanged share: entries a second, processor time,
 * the most memory, and whether anything was written to the node tree while it was scanned. The first backup lists the share as every backup
 * does, and makes up metadata and contents, which would be two million requests. Prints Markdown for docs/benchmarks.md.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Cleanup } from "./support/cleanup.js";
import { machineLine } from "./support/machine.js";
import { grouped, megabytes } from "./support/report.js";
import type { Role, RoleOptions, RoleResult } from "./support/scan-roles.js";

const USAGE = `npm run bench:scan -- [options]
  --files N        files of each share (1000000)
  --folders N      folders of the share that has some (20000)
  --only NAME      folders or flat, and not the other one
  --sdk-entries N  where the bare loop stops, as its pace does not change (all)
  --contents       files of up to 997 bytes instead of empty ones, which the first backup stores
  --keep DIR       where catalogs and stores are kept: those that are there from another run are not made anew
`;

/** Times as fast as the bare loop at its best, and megabytes. */
const WANTED = { times: 2, megabytes: 250 };
/** Listings at a time of the bare loop; one large folder is listed page after page, whatever one does. */
const LISTINGS = { folders: [1, 4, 16], flat: [1] } as const;
const REPOSITORY = resolve(import.meta.dirname, "../../..");

type ShareKind = keyof typeof LISTINGS;

interface Options {
  readonly files: number;
  readonly folders: number;
  readonly areEmpty: boolean;
  readonly sdkEntries: number;
  readonly work: string;
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      files: { type: "string", default: "1000000" },
      folders: { type: "string", default: "20000" },
      only: { type: "string" },
      "sdk-entries": { type: "string", default: "Infinity" },
      contents: { type: "boolean", default: false },
      keep: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  await using cleanup = new Cleanup();
  const work = resolve(values.keep ?? mkdtempSync(join(tmpdir(), "sharestrata-bench-")));
  mkdirSync(work, { recursive: true });
  if (values.keep === undefined) cleanup.add(work, () => rm(work, { recursive: true, force: true }));
  const options = {
    files: Number(values.files),
    folders: Number(values.folders),
    areEmpty: !values.contents,
    sdkEntries: Number(values["sdk-entries"]),
    work,
  };
  console.log([machineLine(work), "", `    ${["npm run bench:scan --", ...args].join(" ")}`].join("\n"));
  for (const kind of ["folders", "flat"] as const) {
    if (values.only === undefined || values.only === kind) await measure(kind, options, cleanup);
  }
}

async function measure(kind: ShareKind, options: Options, cleanup: Cleanup): Promise<void> {
  const folders = kind === "flat" ? 0 : options.folders;
  const shape = [options.files, folders, options.areEmpty ? 1 : 0].map(String);
  const execArgv = ["--import", "tsx"];
  const server = fork(join(REPOSITORY, "bench/support/share-server.ts"), shape, { execArgv });
  const stop = cleanup.add("the emulator", async () => {
    if (server.connected) server.disconnect();
    if (server.exitCode === null) await once(server, "exit");
  });
  const [address] = (await once(server, "message", { signal: cleanup.signal })) as [
    Pick<RoleOptions, "connectionString" | "account">,
  ];
  const folder = join(options.work, kind);
  const isNew = !existsSync(folder);
  mkdirSync(folder, { recursive: true });
  const run = (role: Role, more: Partial<RoleOptions> = {}): Promise<RoleResult> => {
    progress(`${kind}: ${role} ${more.concurrency ?? ""}`);
    const own = { ...address, folder, concurrency: 1, mostEntries: Number.POSITIVE_INFINITY, ...more };
    return inChild(role, own, cleanup.signal);
  };
  const rows: Row[] = [];
  if (isNew) rows.push({ name: "first backup, made-up contents", ...(await run("first")) });
  for (const concurrency of LISTINGS[kind]) {
    const result = await run("sdk", { concurrency, mostEntries: options.sdkEntries });
    rows.push({ name: `bare loop over the SDK, ${concurrency} at a time`, ...result, isBare: true });
  }
  const again = await run("again");
  rows.push({ name: "backup of the unchanged share", ...again });
  await stop();
  const where = folders === 0 ? "one folder" : `${grouped(folders)} folders`;
  console.log(`\n### ${grouped(options.files)} files in ${where}\n\n${table(rows)}\n\n${verdict(rows, again)}`);
}

interface Row extends RoleResult {
  readonly name: string;
  readonly isBare?: boolean;
}

async function inChild(role: Role, options: RoleOptions, signal: AbortSignal): Promise<RoleResult> {
  const child = fork(join(import.meta.dirname, "support/scan-child.js"), { signal });
  const ended = once(child, "exit");
  // Numbers that JSON does not know.
  child.send({ role, options: { ...options, mostEntries: Math.min(options.mostEntries, Number.MAX_SAFE_INTEGER) } });
  const [result] = (await Promise.race([once(child, "message", { signal }), ended])) as [RoleResult | number];
  if (typeof result === "number") throw new Error(`${role} ended with ${result}`);
  await ended;
  return result;
}

function table(rows: readonly Row[]): string {
  const head = [
    "",
    "entries",
    "time",
    "entries/s",
    "its processor time",
    "most memory",
    "written to the tree while scanning",
  ];
  const lines = rows.map(({ name, entries, seconds, cpuSeconds, peakBytes, writes }) => [
    name,
    grouped(entries),
    `${seconds.toFixed(1)} s`,
    grouped(Math.round(entries / seconds)),
    `${cpuSeconds.toFixed(1)} s`,
    `${megabytes(peakBytes)} MB`,
    writes === undefined ? "" : writes === 0 ? "nothing" : `${writes} transactions`,
  ]);
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function verdict(rows: readonly Row[], again: RoleResult): string {
  const rate = ({ entries, seconds }: RoleResult): number => entries / seconds;
  const bare = rows.filter(({ isBare }) => isBare === true);
  const best = Math.max(...bare.map(rate));
  const perEntry = ({ entries, cpuSeconds }: RoleResult): number => (cpuSeconds / entries) * 1e6;
  const leastWork = Math.min(...bare.map(perEntry));
  return [
    `- ${(rate(again) / best).toFixed(1)} times as fast as the bare loop at its best (wanted: ${WANTED.times})`,
    `- processor time of an entry: ${perEntry(again).toFixed(1)} µs, of the bare loop's at best ${leastWork.toFixed(1)} µs`,
    `- most memory: ${megabytes(again.peakBytes)} MB (wanted: at most ${WANTED.megabytes})`,
    `- ${grouped(again.counters?.unchanged ?? 0)} of ${grouped(again.entries)} entries unchanged`,
  ].join("\n");
}

function progress(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

await main(process.argv.slice(2));
