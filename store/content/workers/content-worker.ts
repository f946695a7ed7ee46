/** A content worker's thread: orders in, answers out. */
import { parentPort, workerData } from "node:worker_threads";
import { ZstdCodec } from "../zstd-codec.js";
import { ContentWork } from "./content-work.js";
import type { FileReader } from "./file-reader.js";
import type { Order, ThreadSetup } from "./messages.js";
import { zstdOfThisThread } from "./thread-zstd.js";

const port = parentPort;
if (!port) throw new Error("A content worker is started by a pool.");

const readers = new Map<string, FileReader | Promise<FileReader>>();

const setup = workerData as ThreadSetup;
const codec = new ZstdCodec(setup.settings.compressionLevel, await zstdOfThisThread());
const work = new ContentWork(setup, codec, readerAt, (message, transfer) => {
  port.postMessage(message, transfer);
});

port.on("message", (order: Order | undefined) => {
  if (order === undefined || Atomics.load(setup.ending, 0) !== 0) process.exit();
  void work.handle(order);
});

function readerAt(url: string): FileReader | Promise<FileReader> {
  const known = readers.get(url);
  if (known !== undefined) return known;
  const loading = load(url);
  readers.set(url, loading);
  return loading;
}

async function load(url: string): Promise<FileReader> {
  const { reader } = (await import(url)) as { readonly reader: FileReader };
  readers.set(url, reader);
  return reader;
}
