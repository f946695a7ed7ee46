/**
 * Restores of one large folder, in processes of their own: into a share that has all of it already, which the emulator serves from another
 * process, and into a local folder that is new, and again into the same. What was backed up is a generated share, with made-up contents. Prints
 * Markdown for docs/benchmarks.md.
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
import type { RestoreOutcome, RestoreRole } from "./support/restore-roles.js";
import type { RoleOptions } from "./support/scan-roles.js";

const USAGE = `npm run bench:restore -- [options]
  --files N    files of the folder (1000000)
  --local N    how many of them are put into a local folder: 0 or all (all)
  --keep DIR   where catalog and store are kept: those that are there from another run are not made anew
`;

const WANTED_MEGABYTES = 250;
const REPOSITORY = resolve(import.meta.dirname, "../../..");

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      files: { type: "string", default: "1000000" },
      local: { type: "string", default: "all" },
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
  if (values.keep === undefined) cleanup.add(work, () => rm(work, { recursive: true, force: true }));
  console.log([machineLine(tmpdir()), "", `    ${["npm run bench:restore --", ...args].join(" ")}`].join("\n"));
  console.log(`\n${HEAD}`);
  const rows = await measure(Number(values.files), values.local !== "0", work, cleanup);
  const most = Math.max(...rows.map(({ peakBytes }) => peakBytes));
  console.log(`\nMost memory: ${megabytes(most)} MB (wanted: at most ${WANTED_MEGABYTES})`);
}

async function measure(files: number, isLocal: boolean, work: string, cleanup: Cleanup): Promise<readonly Row[]> {
  const execArgv = ["--import", "tsx"];
  const server = fork(join(REPOSITORY, "bench/support/share-server.ts"), [String(files), "0", "0"], { execArgv });
  cleanup.add("the emulator", async () => {
    if (server.connected) server.disconnect();
    if (server.exitCode === null) await once(server, "exit");
  });
  const [address] = (await once(server, "message", { signal: cleanup.signal })) as [
    Pick<RoleOptions, "connectionString" | "account">,
  ];
  const { connectionString, account } = address;
  if (!existsSync(work) || !existsSync(join(work, "store"))) {
    mkdirSync(work, { recursive: true });
    progress("first backup");
    const options = { ...address, folder: work, concurrency: 1, mostEntries: Number.MAX_SAFE_INTEGER };
    await inChild("scan-child.js", { role: "first", options }, cleanup.signal);
  }
  const run = async (name: string, role: Omit<RestoreRole, "folder" | "isPlan">): Promise<Row> => {
    progress(name);
    const asked: RestoreRole = { ...role, folder: work, isPlan: false };
    const row = { name, ...((await inChild("restore-child.js", asked, cleanup.signal)) as RestoreOutcome) };
    // Each may take a quarter of an hour: what is measured is told.
    console.log(lineOf(row));
    return row;
  };
  const rows = [await run("into the share itself", { to: `azure-files://${account}/bench`, connectionString })];
  if (!isLocal) return rows;
  const folder = mkdtempSync(join(tmpdir(), "sharestrata-bench-"));
  cleanup.add(folder, () => rm(folder, { recursive: true, force: true }));
  const to = join(folder, "restored");
  rows.push(await run("into a new local folder", { to }));
  rows.push(await run("into the same again", { to }));
  return rows;
}

interface Row extends RestoreOutcome {
  readonly name: string;
}

async function inChild(module: string, message: object, signal: AbortSignal): Promise<unknown> {
  const child = fork(join(import.meta.dirname, "support", module), { signal });
  const ended = once(child, "exit");
  child.send(message);
  const [result] = (await Promise.race([once(child, "message", { signal }), ended])) as [unknown];
  if (typeof result === "number") throw new Error(`${module} ended with ${result}`);
  await ended;
  return result;
}

const COLUMNS = ["", "files", "there already", "time", "files/s", "its processor time", "most memory", "not of files"];
const HEAD = `${cells(COLUMNS)}\n${cells(COLUMNS.map((_, column) => (column === 0 ? "---" : "---:")))}`;

function lineOf({ name, files, unchanged, seconds, cpuSeconds, peakBytes, anonymousBytes }: Row): string {
  return cells([
    name,
    grouped(files),
    grouped(unchanged),
    `${seconds.toFixed(1)} s`,
    grouped(Math.round(files / seconds)),
    `${cpuSeconds.toFixed(1)} s`,
    `${megabytes(peakBytes)} MB`,
    `${megabytes(anonymousBytes)} MB`,
  ]);
}

function cells(texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}

function progress(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

await main(process.argv.slice(2));
