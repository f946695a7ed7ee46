/**
 * A tree of real files, the same for a seed on every machine: sizes, depths and what the files hold are modelled on the /usr of a
 * Debian with compilers (117 701 files, half of them below 2 KiB, a third of a percent above 1 MiB with four tenths of all bytes).
 * No two files are equal but for one in twelve, which is a copy.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "./random.js";
import { CODE_WORDS, OFFICE_WORDS } from "./words.js";

export interface FileTreeOptions {
  readonly files: number;
  readonly seed: number;
}

const WORDS = [...CODE_WORDS, ...OFFICE_WORDS];
const FILES_IN_FOLDER = 8;
const FOLDERS_IN_FOLDER = 6;
const KIB = 1024;
const MIB = 1024 * KIB;

/** @param folder is made @returns bytes written */
export function writeFileTree(folder: string, { files, seed }: FileTreeOptions): number {
  const random = new Random(seed);
  const filler = new Filler(seed);
  let bytes = 0;
  let copied: Buffer | undefined;
  for (let n = 0, path = folder; n < files; n++) {
    if (n % FILES_IN_FOLDER === 0) {
      path = join(folder, ...folderNames(Math.floor(n / FILES_IN_FOLDER)));
      mkdirSync(path, { recursive: true });
    }
    const content = copied !== undefined && n % 12 === 0 ? copied : filler.content(sizeOf(random), random);
    copied = content;
    writeFileSync(join(path, `${random.pick(WORDS)}-${n.toString(36)}`), content);
    bytes += content.length;
  }
  return bytes;
}

function folderNames(n: number): readonly string[] {
  const names: string[] = [];
  for (let rest = n; rest > 0; rest = Math.floor(rest / FOLDERS_IN_FOLDER)) {
    names.unshift(WORDS[(rest * 31) % WORDS.length] + String(rest % FOLDERS_IN_FOLDER));
  }
  return names;
}

function sizeOf(random: Random): number {
  const share = random.unit();
  if (share < 0.0033) return random.between(MIB, 7 * MIB);
  if (share < 0.01) return random.between(256 * KIB, MIB);
  if (share < 0.14) return Math.min(256 * KIB, Math.round(random.logNormal(34 * KIB, 0.7)));
  return Math.min(64 * KIB, Math.round(random.logNormal(2.2 * KIB, 1.1)));
}

/** Makes contents: three fifths text, a quarter tables of numbers, the rest noise that no compressor makes smaller. */
class Filler {
  readonly #noise: Uint32Array;
  #state: number;

  constructor(seed: number) {
    this.#noise = new Uint32Array(2 * MIB);
    this.#state = (seed * 2_654_435_761) | 1;
  }

  content(bytes: number, random: Random): Buffer {
    const kind = random.unit();
    if (kind < 0.6) return this.#text(bytes);
    const words = Math.ceil(bytes / 4);
    const mask = kind < 0.85 ? 0x0003_07ff : -1;
    for (let i = 0; i < words; i++) this.#noise[i] = this.#next() & mask;
    return Buffer.from(new Uint8Array(this.#noise.buffer, 0, bytes));
  }

  #text(bytes: number): Buffer {
    const lines: string[] = [];
    for (let length = 0; length < bytes;) {
      const bits = this.#next();
      const word = WORDS[(bits >>> 8) % WORDS.length] ?? "";
      const line = (bits & 15) === 0 ? `${word} ${bits}\n` : `${word} `;
      lines.push(line);
      length += line.length;
    }
    return Buffer.from(lines.join("").slice(0, bytes), "latin1");
  }

  /** xorshift32 (Marsaglia, 2003). */
  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
}
