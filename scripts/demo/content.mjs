// Owns what is in the demo's share: the files of a small office, made up here and the same every time.
import { createCipheriv, createHash } from "node:crypto";

/** A file that is deleted between the backups, and copied back from the first one. */
export const lostFile = "Projekte/Brücke Süd/Verträge/Contract Müller & Söhne (signed).pdf";

/** The folder that is renamed between the backups, and its new name. */
export const renamedFolder = { from: "Projekte/Brücke Süd", to: "Projekte/Brücke Süd (2027)" };

const largeFile = "Photos/2026/harbour panorama.tif";
const large = 40 * 1024 * 1024;

/** @returns {{folders: string[], files: Map<string, Buffer>}} folders from the root down; contents by path */
export function firstState() {
  /** @type {Map<string, Buffer>} */
  const files = new Map([
    [lostFile, noise("contract", 311_296)],
    [largeFile, noise("panorama", large)],
    ["README.txt", text("readme", 900)],
    ["Archive/left by the old system.", text("trailing dot", 1200)],
    ["Archive/nothing in here.log", Buffer.alloc(0)],
    ["Archive/to be thrown away.log", text("log", 5000)],
    ["Projekte/Brücke Süd/Pläne/Grundriss Übersicht.dwg", noise("plan", 1_800_000)],
    ["Projekte/Hafen 北/設計図 v2.pdf", noise("drawing", 640_000)],
    ["Photos/2026/🎉 topping out.jpg", noise("party", 2_400_000)],
    ["Office/Who's who (internal).xlsx", noise("who", 88_000)],
    ["Office/100% done #3.md", text("done", 3000)],
  ]);
  for (let month = 1; month <= 12; month++) {
    const mm = String(month).padStart(2, "0");
    for (let i = 1; i <= 24; i++) {
      files.set(
        `Office/Invoices/2026-${mm}/Invoice 2026-${mm}-${String(i).padStart(3, "0")}.txt`,
        text(`i${mm}.${i}`, 300 + i * 97),
      );
    }
    files.set(`Projekte/Brücke Süd/Minutes/Protokoll ${mm} März-Sitzung.docx`, noise(`m${mm}`, 9_000 + month * 500));
    files.set(`Projekte/Hafen 北/Soil samples/sample ${mm}.csv`, text(`s${mm}`, 20_000 + month * 1000));
  }
  for (let i = 1; i <= 80; i++)
    files.set(`Photos/2026/thumbnails/IMG_${4000 + i}.jpg`, noise(`t${i}`, 4_000 + i * 131));
  return { folders: foldersOf([...files.keys(), "Office/Templates (empty)/x"]), files };
}

/** What happens between the two backups; the renaming of a folder comes last. */
export function edits() {
  return {
    changed: new Map([
      ["README.txt", text("readme, revised", 1000)],
      ["Office/Invoices/2026-11/Invoice 2026-11-007.txt", text("corrected", 979)],
    ]),
    added: new Map([
      ["Office/Invoices/2026-12/Invoice 2026-12-025 (late).txt", text("late", 2100)],
      ["Photos/2026/2026-11-20 bridge opening.jpg", noise("opening", 3_100_000)],
    ]),
    deleted: [lostFile, "Archive/to be thrown away.log"],
    renamed: renamedFolder,
  };
}

/** @param {Iterable<Buffer>} contents */
export const totalBytes = (contents) => [...contents].reduce((sum, bytes) => sum + bytes.length, 0);

/** @param {string[]} paths @returns {string[]} */
function foldersOf(paths) {
  const folders = new Set();
  for (const path of paths) {
    const names = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= names.length; depth++) folders.add(names.slice(0, depth).join("/"));
  }
  return [...folders].sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
}

/** Bytes that do not compress, as in pictures: a key stream. @param {string} seed @param {number} length */
function noise(seed, length) {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** Lines as in an invoice or a report, which compress well. @param {string} seed @param {number} length */
function text(seed, length) {
  const digits = createHash("sha256").update(seed).digest("hex");
  let lines = `${seed}\n`;
  for (let i = 0; lines.length < length; i++) {
    lines += `item ${i + 1}, part ${digits.slice(i % 50, (i % 50) + 8)}, ${(i * 37) % 1000}.00 EUR\n`;
  }
  return Buffer.from(lines.slice(0, length));
}
