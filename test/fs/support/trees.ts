// Owns the trees the mount is tested with: every kind of name and content, small enough to be built in a moment.
import { createCipheriv, createHash } from "node:crypto";
import type { TreeEntry, TreeModel } from "../../support/tree/model.js";

const TIME_MS = Date.UTC(2026, 0, 5, 8, 0, 0);

export function directory(mtimeMs = TIME_MS): TreeEntry {
  return { kind: "directory", mtimeMs };
}

export function file(bytes: Uint8Array | string, mtimeMs = TIME_MS): TreeEntry {
  return { kind: "file", bytes: Buffer.from(bytes), mtimeMs };
}

export function symlink(target: string, mtimeMs = TIME_MS): TreeEntry {
  return { kind: "symlink", target, mtimeMs };
}

/** Bytes that no compressor shortens and that differ at every offset; the same for the same seed. */
export function noise(sizeBytes: number, seed: string): Buffer {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

/** A modification time as Azure Files has them, in units of 100 ns. */
export const EXACT_TIME_NS = BigInt(TIME_MS) * 1_000_000n + 456_700n;
export const BIG_FILE = "big/forty megabytes.bin";
export const BIG_BYTES = 40 * 1024 * 1024 + 17;
/** 255 bytes of UTF-8, the most that ext4 takes. */
export const LONG_NAME = `${"ü".repeat(125)}.text`;

/** @param big whether the 40 MB file is in it */
export function exampleTree({ big = false }: { readonly big?: boolean } = {}): TreeModel {
  const tree = new Map<string, TreeEntry>([
    ["empty folder", directory()],
    ["empty file", file("")],
    ["plain.txt", file("plain text\n", TIME_MS + 12_000)],
    ["with spaces and 'quotes\" $HOME", file("spaces")],
    ["Übersicht", directory()],
    ["Übersicht/Größe 📏.csv", file("a;b\n1;2\n")],
    ["Übersicht/кошка", file("cat")],
    ["trailing dot.", file("dot")],
    ["trailing dots...", directory()],
    ["trailing dots.../inside", file("inside")],
    ["new\nline", file("line")],
    ["back\\slash", file("slash")],
    [".hidden", file("hidden")],
    ["-rf", file("not an option")],
    ["Case", file("upper")],
    ["case", file("lower")],
    ["e\u0301", file("decomposed")],
    ["\u00E9", file("composed")],
    [LONG_NAME, file("long name")],
    ["deep", directory()],
    ["deep/a", directory()],
    ["deep/a/b", directory()],
    ["deep/a/b/c", directory()],
    ["deep/a/b/c/bottom.txt", file("bottom", TIME_MS + 86_400_000)],
    ["link to plain", symlink("plain.txt")],
    ["link to folder", symlink("deep/a")],
    ["link to nowhere", symlink("not/there")],
    ["deep/link up", symlink("../plain.txt")],
    ["medium.bin", file(noise(3 * 1024 * 1024 + 5, "medium"))],
    ["exact", file("exact time")],
    ["many", directory()],
  ]);
  for (let n = 0; n < 300; n++) tree.set(`many/file ${n}`, file(`number ${n}\n`.repeat(n % 40), TIME_MS + n * 1000));
  if (big) {
    tree.set("big", directory());
    tree.set(BIG_FILE, file(noise(BIG_BYTES, "big")));
  }
  return tree;
}

/** The next day: something changed, something new, something gone. */
export function editedTree(tree: TreeModel): TreeModel {
  const edited = new Map(tree);
  edited.set("plain.txt", file("changed text\n", TIME_MS + 99_000));
  edited.set("deep/new.txt", file("new"));
  edited.set("link to plain", symlink("case"));
  edited.delete("case");
  edited.delete("deep/a/b/c/bottom.txt");
  edited.delete("deep/a/b/c");
  return edited;
}
