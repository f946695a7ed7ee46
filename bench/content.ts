/**
 * What happens to contents, each step on one core: cutting, hashing, compressing; how many chunks survive a byte put in front of
 * everything; and what a backup of many small files asks of an object store, counted, with what that would cost. Prints Markdown
 * for docs/benchmarks.md.
 */
import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FastCdc } from "../store/content/fastcdc.js";
import { Xorhasher } from "../store/content/xorhash.js";
import { ZstdCodec } from "../store/content/zstd-codec.js";
import { DEFAULT_SHARE_SETTINGS } from "../store/shares/share-settings.js";
import { machineLine } from "./support/machine.js";
import { Random } from "./support/random.js";
import { grouped } from "./support/report.js";
import { countOperations, PRICES, type OperationCounts } from "./support/store-operations.js";
import { CODE_WORDS } from "./support/words.js";

const USAGE = `npm run bench:content -- [options]
  --mib N       of data for each measure (256)
  --files N     small files backed up to count operations (100000); 0: none
  --seed N      of everything random (1)
`;

const MIB = 1024 * 1024;
const TIMES = 5;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      mib: { type: "string", default: "256" },
      files: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [mib, files, seed] = [Number(values.mib), Number(values.files), Number(values.seed)];
  console.log([machineLine(tmpdir()), "", `    ${["npm run bench:content --", ...args].join(" ")}`, ""].join("\n"));
  const noise = noiseOf(mib * MIB, seed);
  const text = textOf(Math.min(mib, 64) * MIB, seed);
  const rows = [
    ["cutting (FastCDC), noise", speed(noise, cut), "≥ 0.8 GB/s"],
    ["cutting (FastCDC), text", speed(text, cut), "≥ 0.8 GB/s"],
    ["SHA-256", speed(noise, (bytes) => void hash("sha256", bytes, "buffer")), "–"],
    ["xorhash (XXH3-64)", speed(noise, (bytes) => void new Xorhasher().update(bytes).digest()), "–"],
    ...[1, 3, 9].map((level) => [`zstd ${level}, text`, speed(text, compressor(level)), "–"]),
    ["chunks shared after one byte in front", sharedAfterInsertion(noise), "> 95 %"],
  ];
  console.log(table(["one core", "figure", "aim"], rows));
  if (files > 0) await reportOperations(files, seed);
}

function cut(bytes: Uint8Array): void {
  for (const _ of chunksOf(bytes));
}

/** In pieces of a mebibyte, as sources give them. */
function* chunksOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  const chunker = new FastCdc(DEFAULT_SHARE_SETTINGS);
  for (let at = 0; at < bytes.length; at += MIB) yield* chunker.push(bytes.subarray(at, at + MIB));
  const last = chunker.finish();
  if (last) yield last;
}

function compressor(level: number): (bytes: Uint8Array) => void {
  const codec = new ZstdCodec(level);
  return (bytes) => {
    for (let at = 0; at < bytes.length; at += 2 * MIB) codec.encodeNow(bytes.subarray(at, at + 2 * MIB));
  };
}

function speed(bytes: Uint8Array, work: (bytes: Uint8Array) => void): string {
  const seconds = Array.from({ length: TIMES }, () => {
    const begun = performance.now();
    work(bytes);
    return (performance.now() - begun) / 1000;
  });
  const median = seconds.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 1;
  return `${(bytes.length / 1e9 / median).toFixed(2)} GB/s`;
}

function sharedAfterInsertion(bytes: Uint8Array): string {
  const digest = (chunk: Uint8Array): string => hash("sha256", chunk);
  const before = new Set(Array.from(chunksOf(bytes), digest));
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes, 1);
  const after = Array.from(chunksOf(longer), digest);
  const shared = after.filter((chunk) => before.has(chunk)).length;
  return `${((100 * shared) / after.length).toFixed(1)} % of ${after.length}`;
}

async function reportOperations(files: number, seed: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sharestrata-bench-"));
  try {
    const counts = await countOperations(folder, files, seed);
    const perPut = Math.floor(files / puts(counts));
    console.log(`\n${grouped(files)} small files (median 2.2 KB), first backup: ${operations(counts)}.`);
    console.log(
      `One PUT for ${grouped(perPut)} files (aim: 500 or more). A million of them, at list prices of ${PRICES.date}:\n`,
    );
    const factor = 1_000_000 / files;
    const rows = PRICES.of.map(({ name, per10000 }) => [
      name,
      `${per10000.toFixed(3)} USD`,
      `${((puts(counts) * factor * per10000) / 10_000).toFixed(3)} USD`,
      `${((1_000_000 * per10000) / 10_000).toFixed(2)} USD`,
    ]);
    console.log(table(["PUTs of a million files", "10 000 PUTs", "bundled", "an object a file"], rows));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function puts({ put, putIfAbsent }: OperationCounts): number {
  return put + putIfAbsent;
}

function operations(counts: OperationCounts): string {
  const names = ["put", "putIfAbsent", "get", "getRange", "list", "stat", "delete"] as const;
  return names.map((name) => `${grouped(counts[name])} ${name}`).join(", ");
}

function noiseOf(bytes: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const words = Uint32Array.from({ length: bytes / 4 }, () => random.uint32());
  return new Uint8Array(words.buffer);
}

function textOf(bytes: number, seed: number): Uint8Array {
  const random = new Random(seed, 1);
  const text = Buffer.alloc(bytes);
  for (let at = 0; at < bytes;)
    at += text.write(`${random.pick(CODE_WORDS)}${random.chance(0.1) ? random.uint32() : " "}`, at);
  return text;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

await main(process.argv.slice(2));
