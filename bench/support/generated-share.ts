/**
 * A share that nobody stores, for the emulator to serve: folders of files whose entries are computed when they are asked for. Names
 * differ in the case of their first letter, so that the service's order is not the order of their bytes, as in shares that
 * people fill.
 */
import { Content } from "../../test/emulator/model/content.js";
import type {
  DirectoryState,
  FileState,
  FoundNode,
  ListedNode,
  ListOptions,
  NodePage,
  NodeState,
  ShareTree,
  TreeReader,
} from "../../test/emulator/model/node.js";
import type { ResourcePath } from "../../test/emulator/model/resource-path.js";

/** `folders` of 0: all files lie in the root. */
export interface ShareShape {
  readonly files: number;
  readonly folders: number;
  /** Whether files are empty; otherwise they have up to 997 bytes, those of one length the same. */
  readonly areEmpty: boolean;
}

const DIGITS = 7;
const FIRST_FILE = 10_000_000_000_000_000_000n;
const FIRST_FOLDER = 9_223_442_405_598_953_472n;
const DAY = "2026-11-";

export class GeneratedShare implements ShareTree, TreeReader {
  readonly live = this;
  readonly usageBytes: number;
  readonly #shape: ShareShape;

  constructor(shape: ShareShape) {
    this.#shape = shape;
    this.usageBytes = shape.areEmpty ? 0 : shape.files * 499;
  }

  find(path: ResourcePath): FoundNode | undefined {
    const [first, second] = path;
    if (first === undefined) return { id: "0", parentId: "0", path, state: directoryState(0) };
    const { files, folders } = this.#shape;
    const one = indexOf(first);
    if (folders === 0) return second === undefined && one < files ? this.#file(one, path) : undefined;
    if (!(one < folders)) return undefined;
    if (second === undefined) return { id: folderId(one), parentId: "0", path, state: directoryState(one) };
    const [start, end] = this.#filesOf(one);
    const two = indexOf(second);
    return path.length === 2 && two >= start && two < end ? this.#file(two, path) : undefined;
  }

  list({ path }: FoundNode<DirectoryState>, { after, limit, prefix = "" }: ListOptions): NodePage {
    const inRoot = path.length === 0;
    const ofFolders = inRoot && this.#shape.folders > 0;
    const [first, behind] = ofFolders
      ? [0, this.#shape.folders]
      : this.#filesOf(inRoot ? undefined : indexOf(path[0] ?? ""));
    const [low, high] = ofFolders ? beginningWith(prefix, "region ", "") : beginningWith(prefix, "report ", ".docx");
    const start = Math.max(first, low);
    const end = Math.min(behind, high);
    const from = after === undefined ? start : Number(after) + 1;
    const to = Math.min(from + limit, end);
    const entries: ListedNode[] = [];
    for (let index = from; index < to; index++) entries.push(ofFolders ? listedFolder(index) : this.#listed(index));
    return to < end ? { entries, next: String(to - 1) } : { entries };
  }

  findById(): NodeState | undefined {
    return undefined;
  }

  freeze(): number {
    return 0;
  }

  at(): TreeReader {
    return this;
  }

  #filesOf(folder: number | undefined): readonly [start: number, end: number] {
    const { files, folders } = this.#shape;
    if (folder === undefined) return [0, files];
    return [Math.floor((files * folder) / folders), Math.floor((files * (folder + 1)) / folders)];
  }

  #listed(index: number): ListedNode {
    const size = this.#shape.areEmpty ? 0 : 1 + (index % 997);
    const id = String(FIRST_FILE + BigInt(index));
    return { name: nameOf(index, "eport ", ".docx"), id, state: fileState(index, size) };
  }

  #file(index: number, path: ResourcePath): FoundNode {
    const { id, state } = this.#listed(index);
    return { id, state, path, parentId: path.length === 1 ? "0" : folderId(indexOf(path[0] ?? "")) };
  }
}

function listedFolder(index: number): ListedNode {
  return { name: nameOf(index, "egion ", ""), id: folderId(index), state: directoryState(index) };
}

function nameOf(index: number, middle: string, end: string): string {
  const first = Math.imul(index, 0x9e3779b1) >>> 30 === 0 ? "R" : "r";
  return first + middle + String(index).padStart(DIGITS, "0") + end;
}

/** Which indices have names that begin so, in any case. */
function beginningWith(prefix: string, start: string, end: string): readonly [low: number, high: number] {
  const asked = prefix.toLowerCase();
  if (start.startsWith(asked)) return [0, Number.POSITIVE_INFINITY];
  const digits = asked.slice(start.length, start.length + DIGITS);
  const isOne = asked.startsWith(start) && /^\d+$/.test(digits) && end.startsWith(asked.slice(start.length + DIGITS));
  if (!isOne) return [0, 0];
  const many = 10 ** (DIGITS - digits.length);
  return [Number(digits) * many, (Number(digits) + 1) * many];
}

/** Not a number for a name that is none of these. */
function indexOf(name: string): number {
  return Number(/^r(?:eport|egion) (\d{7})(?:\.docx)?$/i.exec(name)?.[1] ?? Number.NaN);
}

function folderId(index: number): string {
  return String(FIRST_FOLDER + BigInt(index));
}

function common(index: number): Omit<DirectoryState, "kind" | "attributes"> {
  const two = (value: number): string => String(value).padStart(2, "0");
  const second = `${two(index % 24)}:${two(index % 60)}:${two((index >> 3) % 60)}`;
  const ticks = String((index * 7919) % 10_000_000).padStart(7, "0");
  const time = `${DAY}${two(1 + (index % 28))}T${second}.${ticks}Z`;
  return {
    creationTime: time,
    lastAccessTime: time,
    lastWriteTime: time,
    changeTime: time,
    modified: time,
    etag: `"0x8DD0${(index * 2_654_435_761).toString(16).toUpperCase().padStart(13, "0")}"`,
    permissionKey: "4099112195243312672*10394889115079208622",
    metadata: {},
  };
}

function directoryState(index: number): DirectoryState {
  return { ...common(index), kind: "directory", attributes: "Directory" };
}

function fileState(index: number, size: number): FileState {
  const source = { length: size, read: (_: number, length: number) => Buffer.alloc(length, size) };
  return {
    ...common(index),
    kind: "file",
    attributes: "Archive",
    size,
    content: Content.of(source, 1),
    headers: {},
    linkCount: 1,
  };
}
