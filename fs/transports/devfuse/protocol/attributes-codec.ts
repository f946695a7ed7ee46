/** Attributes and figures as the kernel takes them (fuse_attr, fuse_entry_out, fuse_attr_out, fuse_kstatfs of linux/fuse.h). */
import type { NodeKind } from "../../../../core/node.js";
import type { TimeNs } from "../../../../core/time.js";
import type { Attributes, Looks } from "../../../attributes.js";
import type { NodeNumber } from "../../../node-number.js";
import type { FileSystemFigures } from "../../../operations.js";
import { FILE_TYPE } from "../../file-type.js";

export const ENTRY_BYTES = 128;
export const ATTR_BYTES = 104;
export const STATFS_BYTES = 80;

/** How long the kernel may believe something without asking again. */
export interface Validity {
  readonly nameSeconds: number;
  readonly attributesSeconds: number;
}

const WORD = 2 ** 32;
const BLOCK_BYTES = 4096;

/** The `d_type` of a directory entry. */
export function typeOf(kind: NodeKind): number {
  return FILE_TYPE[kind] >>> 12;
}

export interface NumberedAttributes {
  /** Where the kernel finds it again. */
  readonly place: NodeNumber;
  /** What `stat` shows. */
  readonly inode: NodeNumber;
  readonly attributes: Attributes;
  readonly validity: Validity;
}

/** Writes ENTRY_BYTES bytes. */
export function putEntry(target: Buffer, at: number, { place, inode, attributes, validity }: NumberedAttributes): void {
  putNumber(target, at, place);
  target.fill(0, at + 8, at + 16);
  put64(target, at + 16, validity.nameSeconds);
  put64(target, at + 24, validity.attributesSeconds);
  target.fill(0, at + 32, at + 40);
  putAttributes(target, at + 40, inode, attributes);
}

/** What a listing tells of an entry that nothing was made of. */
export interface ListedNode {
  readonly kind: NodeKind;
  readonly offset: number;
  readonly place: NodeNumber;
  readonly inode: NodeNumber;
  readonly looks: Looks;
  /** The modification time: whole seconds, rounded down, and the rest. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** As `putEntry`, of a node in a snapshot, which is as it is for ever. */
export function putListed(target: Buffer, at: number, node: ListedNode, validSeconds: number): void {
  putNumber(target, at, node.place);
  target.fill(0, at + 8, at + 16);
  put64(target, at + 16, validSeconds);
  put64(target, at + 24, validSeconds);
  target.fill(0, at + 32, at + 40);
  putStat(target, at + 40, node.inode, node.looks, node.seconds, node.nanoseconds);
}

/** Writes ENTRY_BYTES bytes that say: there is no such name. */
export function putNoEntry(target: Buffer, at: number, nameSeconds: number): void {
  target.fill(0, at, at + ENTRY_BYTES);
  put64(target, at + 16, nameSeconds);
}

/** Writes ATTR_BYTES bytes. */
export function putAttr(target: Buffer, at: number, { inode, attributes, validity }: NumberedAttributes): void {
  put64(target, at, validity.attributesSeconds);
  target.fill(0, at + 8, at + 16);
  putAttributes(target, at + 16, inode, attributes);
}

/** Writes STATFS_BYTES bytes. Everything is used and nothing is free. */
export function putFigures(target: Buffer, at: number, { bytes, nodes, nameMaxBytes }: FileSystemFigures): void {
  target.fill(0, at, at + STATFS_BYTES);
  put64(target, at, Math.ceil(bytes / BLOCK_BYTES));
  put64(target, at + 24, nodes);
  target.writeUInt32LE(BLOCK_BYTES, at + 40);
  target.writeUInt32LE(nameMaxBytes, at + 44);
  target.writeUInt32LE(BLOCK_BYTES, at + 48);
}

export function putNumber(target: Buffer, at: number, { high, low }: NodeNumber): void {
  target.writeUInt32LE(low, at);
  target.writeUInt32LE(high, at + 4);
}

/** @param value a safe integer, which may be negative */
export function put64(target: Buffer, at: number, value: number): void {
  target.writeUInt32LE(value >>> 0, at);
  target.writeUInt32LE(Math.floor(value / WORD) >>> 0, at + 4);
}

function putAttributes(target: Buffer, at: number, inode: NodeNumber, attributes: Attributes): void {
  const { atimeNs, mtimeNs, ctimeNs } = attributes;
  putStat(target, at, inode, attributes, secondsOf(mtimeNs), nanosecondsOf(mtimeNs));
  if (atimeNs !== mtimeNs) putTime(target, at + 24, at + 48, atimeNs);
  if (ctimeNs !== mtimeNs) putTime(target, at + 40, at + 56, ctimeNs);
}

/** With one time for all three. */
function putStat(
  target: Buffer,
  at: number,
  inode: NodeNumber,
  { kind, mode, uid, gid, sizeBytes, blocks, linkCount }: Looks,
  seconds: number,
  nanoseconds: number,
): void {
  putNumber(target, at, inode);
  put64(target, at + 8, sizeBytes);
  put64(target, at + 16, blocks);
  put64(target, at + 24, seconds);
  target.copyWithin(at + 32, at + 24, at + 32);
  target.copyWithin(at + 40, at + 24, at + 32);
  target.writeUInt32LE(nanoseconds, at + 48);
  target.writeUInt32LE(nanoseconds, at + 52);
  target.writeUInt32LE(nanoseconds, at + 56);
  target.writeUInt32LE((FILE_TYPE[kind] | mode) >>> 0, at + 60);
  target.writeUInt32LE(linkCount, at + 64);
  target.writeUInt32LE(uid, at + 68);
  target.writeUInt32LE(gid, at + 72);
  target.writeUInt32LE(0, at + 76);
  target.writeUInt32LE(BLOCK_BYTES, at + 80);
  target.writeUInt32LE(0, at + 84);
}

const SECOND = 1_000_000_000n;

function putTime(target: Buffer, secondsAt: number, nanosecondsAt: number, time: TimeNs): void {
  put64(target, secondsAt, secondsOf(time));
  target.writeUInt32LE(nanosecondsOf(time), nanosecondsAt);
}

/** Rounded down. */
function secondsOf(time: TimeNs): number {
  return Number(time / SECOND) - (time % SECOND < 0n ? 1 : 0);
}

function nanosecondsOf(time: TimeNs): number {
  const rest = Number(time % SECOND);
  return rest < 0 ? rest + 1_000_000_000 : rest;
}
