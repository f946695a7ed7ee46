// Security descriptors in SDDL and in their self-relative binary form (MS-DTYP 2.4.6 and 2.5.1), as far
// as file permissions need them: owner, group, and lists of plain access control entries. An entry SDDL
// cannot hold, such as a conditional one, is kept in binary only.
import { StorageError } from "../errors.js";
import { sidAt, sidToBytes } from "./sid.js";

const aceTypes: readonly (readonly [string, number])[] = [
  ["A", 0],
  ["D", 1],
  ["AU", 2],
  ["AL", 3],
  ["ML", 0x11],
];
const aceFlags: readonly (readonly [string, number])[] = [
  ["OI", 0x01],
  ["CI", 0x02],
  ["NP", 0x04],
  ["IO", 0x08],
  ["ID", 0x10],
  ["SA", 0x40],
  ["FA", 0x80],
];
const rights: readonly (readonly [string, number])[] = [
  ["FA", 0x1f01ff],
  ["FR", 0x120089],
  ["FW", 0x120116],
  ["FX", 0x1200a0],
  ["GA", 0x1000_0000],
  ["GR", 0x8000_0000],
  ["GW", 0x4000_0000],
  ["GX", 0x2000_0000],
  ["RC", 0x20000],
  ["SD", 0x10000],
  ["WD", 0x40000],
  ["WO", 0x80000],
  ["CC", 0x1],
  ["DC", 0x2],
  ["LC", 0x4],
  ["SW", 0x8],
  ["RP", 0x10],
  ["WP", 0x20],
  ["DT", 0x40],
  ["LO", 0x80],
  ["CR", 0x100],
  ["NW", 0x1],
  ["NR", 0x2],
  ["NX", 0x4],
];

interface AclKind {
  readonly letter: "D" | "S";
  readonly present: number;
  readonly flags: readonly (readonly [string, number])[];
}
const daclKind: AclKind = {
  letter: "D",
  present: 0x0004,
  flags: [
    ["P", 0x1000],
    ["AR", 0x0100],
    ["AI", 0x0400],
  ],
};
const saclKind: AclKind = {
  letter: "S",
  present: 0x0010,
  flags: [
    ["P", 0x2000],
    ["AR", 0x0200],
    ["AI", 0x0800],
  ],
};
const selfRelative = 0x8000;
const headerBytes = 20;

interface Acl {
  readonly control: number;
  /** Absent for an empty list that grants everything (NO_ACCESS_CONTROL). */
  readonly aces?: readonly Buffer[];
}

/** Throws FileInvalidPermission for text that is no SDDL or lacks owner, group or DACL. */
export function checkSddl(text: string): void {
  sddlToBinary(text);
}

/** Base64 of the self-relative form. Throws FileInvalidPermission. */
export function sddlToBinary(text: string): string {
  const parts = splitSddl(text);
  const owner = sidToBytes(parts.O ?? "");
  const group = sidToBytes(parts.G ?? "");
  if (!owner || !group || parts.D === undefined) throw invalid();
  const dacl = parseAcl(parts.D, daclKind);
  const sacl = parts.S === undefined ? undefined : parseAcl(parts.S, saclKind);
  const control = selfRelative | dacl.control | (sacl?.control ?? 0);
  return assemble({ control, owner, group, dacl: dacl.aces, sacl: sacl?.aces }).toString("base64");
}

/** The self-relative bytes of a descriptor; a list that is undefined is left out. */
export function assemble(parts: {
  readonly control: number;
  readonly owner: Buffer;
  readonly group: Buffer;
  readonly dacl: readonly Buffer[] | undefined;
  readonly sacl?: readonly Buffer[] | undefined;
}): Buffer {
  const header = Buffer.alloc(headerBytes);
  header[0] = 1;
  header.writeUInt16LE(parts.control, 2);
  const blocks: Buffer[] = [header];
  let at = headerBytes;
  const append = (bytes: Buffer | undefined, field: number): void => {
    if (!bytes) return;
    header.writeUInt32LE(at, field);
    blocks.push(bytes);
    at += bytes.length;
  };
  append(parts.sacl && aclBytes(parts.sacl), 12);
  append(parts.dacl && aclBytes(parts.dacl), 16);
  append(parts.owner, 4);
  append(parts.group, 8);
  return Buffer.concat(blocks);
}

/** The entries of a descriptor's DACL, as they stand there; undefined for one that grants everything. */
export function daclEntries(bytes: Buffer): Buffer[] | undefined {
  const offset = bytes.readUInt32LE(16);
  return offset === 0 ? undefined : [...acesAt(bytes, offset)];
}

/**
 * SDDL of a base64 self-relative descriptor. Throws FileInvalidPermission for bytes that are none, and
 * CannotConvertToSddlDueToCustomAce for an entry SDDL has no words for, unless `anyAce` allows it:
 * then the text is good for nothing but knowing that the bytes are sound.
 */
export function binaryToSddl(base64: string, options: { readonly anyAce?: boolean } = {}): string {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < headerBytes || bytes[0] !== 1) throw invalid();
  const control = bytes.readUInt16LE(2);
  if (!(control & selfRelative)) throw invalid();
  const owner = sidAt(bytes, bytes.readUInt32LE(4));
  const group = sidAt(bytes, bytes.readUInt32LE(8));
  if (!owner || !group) throw invalid();
  const dacl = aclText(bytes, bytes.readUInt32LE(16), control, daclKind, options.anyAce);
  const sacl = aclText(bytes, bytes.readUInt32LE(12), control, saclKind, options.anyAce);
  return `O:${owner.text}G:${group.text}${dacl}${sacl}`;
}

function splitSddl(text: string): Partial<Record<"O" | "G" | "D" | "S", string>> {
  const parts: Partial<Record<string, string>> = {};
  const marks = [...text.matchAll(/(?:^|(?<=[^(;]))([OGDS]):/g)];
  if (marks.length === 0 || marks[0]!.index !== 0) throw invalid();
  marks.forEach((mark, index) => {
    const letter = mark[1]!;
    if (parts[letter] !== undefined) throw invalid();
    parts[letter] = text.slice(mark.index + 2, marks[index + 1]?.index).trim();
  });
  return parts;
}

function parseAcl(text: string, kind: AclKind): Acl {
  const match = /^([A-Z_]*)((?:\([^()]*\))*)$/.exec(text);
  if (!match) throw invalid();
  let control = kind.present;
  const flags = match[1]!.replace("NO_ACCESS_CONTROL", "");
  for (const flag of takeWords(flags, kind.flags)) control |= flag;
  if (flags !== match[1]) return { control };
  const aces = [...match[2]!.matchAll(/\(([^()]*)\)/g)].map((ace) => parseAce(ace[1]!));
  return { control, aces };
}

function parseAce(text: string): Buffer {
  const fields = text.split(";").map((field) => field.trim());
  const [type = "", flags = "", mask = "", object = "", inherited = "", sidText = ""] = fields;
  const typeCode = aceTypes.find(([name]) => name === type)?.[1];
  const sid = sidToBytes(sidText);
  if (fields.length !== 6 || typeCode === undefined || !sid || object || inherited) throw invalid();
  const ace = Buffer.alloc(8 + sid.length);
  ace[0] = typeCode;
  ace[1] = takeWords(flags, aceFlags).reduce((sum, flag) => sum | flag, 0);
  ace.writeUInt16LE(ace.length, 2);
  ace.writeUInt32LE(parseMask(mask), 4);
  sid.copy(ace, 8);
  return ace;
}

function parseMask(text: string): number {
  if (/^0x[0-9a-f]{1,8}$/i.test(text) || /^\d{1,10}$/.test(text)) return Number(text) >>> 0;
  return takeWords(text, rights).reduce((sum, right) => (sum | right) >>> 0, 0);
}

/** Reads text as known words, one after the other. */
function takeWords(text: string, words: readonly (readonly [string, number])[]): number[] {
  const values: number[] = [];
  let rest = text.toUpperCase();
  while (rest !== "") {
    const word = words.find(([name]) => rest.startsWith(name));
    if (!word) throw invalid();
    values.push(word[1]);
    rest = rest.slice(word[0].length);
  }
  return values;
}

function aclBytes(aces: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 2;
  header.writeUInt16LE(8 + aces.reduce((sum, ace) => sum + ace.length, 0), 2);
  header.writeUInt16LE(aces.length, 4);
  return Buffer.concat([header, ...aces]);
}

function* acesAt(bytes: Buffer, offset: number): Generator<Buffer> {
  if (offset + 8 > bytes.length) throw invalid();
  let at = offset + 8;
  for (let left = bytes.readUInt16LE(offset + 4); left > 0; left--) {
    if (at + 8 > bytes.length) throw invalid();
    const length = bytes.readUInt16LE(at + 2);
    if (length < 8 || at + length > bytes.length) throw invalid();
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

function aclText(bytes: Buffer, offset: number, control: number, kind: AclKind, anyAce = false): string {
  if (!(control & kind.present)) return "";
  const flags = kind.flags.filter(([, bit]) => control & bit).map(([name]) => name);
  if (offset === 0) return `${kind.letter}:${flags.join("")}NO_ACCESS_CONTROL`;
  const entries = [...acesAt(bytes, offset)].map((ace) => aceText(ace, anyAce));
  return `${kind.letter}:${flags.join("")}${entries.join("")}`;
}

function aceText(ace: Buffer, anyAce: boolean): string {
  const type = aceTypes.find(([, code]) => code === ace[0])?.[0];
  const sid = sidAt(ace, 8);
  if (type === undefined || !sid || 8 + sid.length !== ace.length) {
    if (anyAce) return "";
    throw new StorageError("CannotConvertToSddlDueToCustomAce");
  }
  const flags = aceFlags.filter(([, bit]) => ace[1]! & bit).map(([name]) => name);
  const mask = ace.readUInt32LE(4);
  const right = type === "ML" ? undefined : rights.find(([, bits]) => bits === mask)?.[0];
  return `(${type};${flags.join("")};${right ?? `0x${mask.toString(16)}`};;;${sid.text})`;
}

function invalid(): StorageError {
  return new StorageError("FileInvalidPermission");
}
