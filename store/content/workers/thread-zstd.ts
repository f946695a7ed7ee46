/**
 * zstd for a thread of its own. The addon keeps one context each way for the whole process: two threads that use it at
 * once destroy each other's output, or end the process. The system loads a library once for each file it lies in, so a
 * thread loads a copy, and with it a context, of its own. Where none can be loaded (no room, or a folder for temporary files
 * that nothing may be run from), there is zstd in WebAssembly, whose memory is the thread's: a third as fast, the same frames.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Zstd } from "../zstd-codec.js";

interface Addon {
  compress(bytes: Buffer, level: number): Uint8Array;
  decompress(frame: Buffer, mostBytes: number): Uint8Array;
}

/** @returns what no other thread uses */
export async function zstdOfThisThread(): Promise<Zstd> {
  const addon = loadCopy();
  if (!addon) return import("@cloudpss/zstd/wasm");
  return {
    compress: (bytes, level) => addon.compress(bufferOf(bytes), level),
    decompress: (frame) => addon.decompress(bufferOf(frame), MOST_PLAIN_BYTES),
  };
}

/** Far above the largest chunk; what a frame says of itself is looked at before. */
const MOST_PLAIN_BYTES = 1024 ** 3;

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

function loadCopy(): Addon | undefined {
  let folder: string | undefined;
  try {
    const from = addonFile();
    folder = mkdtempSync(join(tmpdir(), "sharestrata-zstd-"));
    const file = join(folder, "zstd.node");
    copyFileSync(from, file);
    const loaded = { exports: {} };
    process.dlopen(loaded, file);
    return loaded.exports as Addon;
  } catch {
    // Whatever keeps it from being loaded, WebAssembly does the same more slowly.
    return undefined;
  } finally {
    // What is loaded stays loaded without its file.
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the package finds its addon, asked in the way in which it asks itself. */
function addonFile(): string {
  const entry = fileURLToPath(import.meta.resolve("@cloudpss/zstd/package.json"));
  const load = createRequire(entry);
  const finder = load("node-gyp-build") as { path(folder: string): string };
  return finder.path(dirname(entry));
}
