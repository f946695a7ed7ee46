/**
 * Random shares in which everything about every node is random, edited at random: whatever the service knows of a node is what the
 * backup has kept of it, to the last digit; and a catalog that is built anew from the store says the same.
 */
import { expect, it } from "vitest";
import type { SnapshotNumber } from "../../../../core/ids.js";
import type { NodePut } from "../../../../core/node.js";
import { parseTime } from "../../../../core/time.js";
import { StorageError } from "../../../emulator/errors.js";
import type { ContentHeaders, DirectoryState, FoundNode, NodeState } from "../../../emulator/model/node.js";
import type { NodeChanges } from "../../../emulator/model/node-changes.js";
import type { FileChanges } from "../../../emulator/model/share-files.js";
import type { Share } from "../../../emulator/model/share.js";
import { sddlToBinary } from "../../../emulator/model/security-descriptor.js";
import { Random } from "../../../support/tree.js";
import { DescribedShare } from "../support/described-share.js";

type Path = readonly string[];

const NAMES = [
  "report.",
  "trailing ",
  "..x",
  "50%20",
  "a#b",
  "a+b",
  "Zo\u00EB",
  "u\u0308",
  "odd\uFFFE",
  "\u{1F642}",
  "&amp;",
];
const LONG = ["x".repeat(255), "\u00FC".repeat(120)];
/** Names of which an SMB share takes only one, or none. */
const POSIX_NAMES = ["A", "a", "back\\slash", "tab\there", "line\nbreak", 'quote"|<>', "con", "\u0001"];
const ATTRIBUTES = ["Archive", "Hidden", "System | Archive", "None", "Offline | NotContentIndexed", "NoScrubData"];
const DIRECTORY_ATTRIBUTES = ["Directory", "Hidden | Directory", "System | Directory | NotContentIndexed"];

class Editor {
  readonly share: Share;
  readonly #random: Random;
  readonly #isPosix: boolean;

  constructor(share: Share, random: Random) {
    this.share = share;
    this.#random = random;
    this.#isPosix = share.record.protocol === "NFS";
  }

  /** One edit; what the share does not allow is none. */
  edit(): void {
    try {
      this.#edits[this.#random.integer(0, this.#edits.length - 1)]?.();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }

  addFile(): void {
    const { files } = this.share;
    const size = this.#random.pick([0, 1, 300, 5000]);
    const path = this.#newPath();
    files.createFile(path, { size, ...this.#fileChanges() });
    if (size > 0) files.writeRange(path, 0, Buffer.from(this.#random.bytes(size)), "preserve");
  }

  addDirectory(): void {
    this.share.files.createDirectory(this.#newPath(), this.#changes(DIRECTORY_ATTRIBUTES));
  }

  addLink(): void {
    if (!this.#isPosix) return;
    const { files } = this.share;
    if (this.#random.chance(0.5)) files.createHardLink(this.#newPath(), this.#someFile());
    else
      files.createSymbolicLink(this.#newPath(), this.#random.pick(["../x", "a b%20c", "/abs\\olute", "x".repeat(900)]));
  }

  readonly #edits: readonly (() => void)[] = [
    () => this.addFile(),
    () => this.addDirectory(),
    () => this.addLink(),
    () => this.addLink(),
    // Nothing but one aspect.
    () => this.#update({ ...this.#permission() }),
    () => this.#update({ metadata: this.#metadata() }),
    () => this.#update({ creationTime: this.#time() }),
    () => this.#update({ lastWriteTime: this.#time() }),
    () => this.#update({ changeTime: this.#time() }),
    () => this.#update(this.#changes(ATTRIBUTES)),
    () => this.#update({ posix: { mode: this.#mode() } }),
    () => this.#update({ posix: { owner: String(this.#random.integer(0, 70_000)) } }),
    () => void this.share.files.updateFile(this.#someFile(), { headers: this.#headers() }),
    () => void this.share.files.updateDirectory(this.#someDirectory(), this.#changes(DIRECTORY_ATTRIBUTES)),
    () => void this.share.files.updateDirectory(this.#someDirectory(), this.#permission()),
    () => void this.share.files.writeRange(this.#someFile(), 0, Buffer.from(this.#random.bytes(1))),
    () => void this.share.files.updateFile(this.#someFile(), { size: this.#random.integer(0, 400) }),
    () => void this.share.files.rename(this.#someFile(), this.#newPath()),
    () => void this.share.files.rename(this.#someDirectory(), this.#newPath()),
    () => void this.share.files.deleteFile(this.#someFile()),
    () => void this.share.files.deleteFile(this.#some((state) => state.kind === "symlink")),
  ];

  /** Every node there is, the root first. */
  nodes(): ReadonlyMap<string, { readonly path: Path; readonly id: string; readonly state: NodeState }> {
    const found = new Map<string, { path: Path; id: string; state: NodeState }>();
    const visit = (directory: FoundNode<DirectoryState>, path: Path): void => {
      found.set(path.join("/"), { path, id: directory.id, state: directory.state });
      for (const { name, id, state } of this.share.live.list(directory, { limit: Number.POSITIVE_INFINITY }).entries) {
        const own = [...path, name];
        if (state.kind !== "directory") found.set(own.join("/"), { path: own, id, state });
        else visit({ id, state, path: own, parentId: directory.id }, own);
      }
    };
    visit(this.share.files.directory([]), []);
    return found;
  }

  #update(changes: NodeChanges): void {
    this.share.files.updateFile(this.#someFile(), changes);
  }

  #some(isOne: (state: NodeState) => boolean): Path {
    const paths = [...this.nodes().values()].filter(({ state }) => isOne(state)).map(({ path }) => path);
    if (paths.length === 0) throw new StorageError("ResourceNotFound");
    return this.#random.pick(paths);
  }

  #someFile(): Path {
    return this.#some(({ kind }) => kind === "file");
  }

  #someDirectory(): Path {
    return this.#some(({ kind }) => kind === "directory");
  }

  #newPath(): Path {
    const names = this.#isPosix ? [...NAMES, ...LONG, ...POSIX_NAMES] : [...NAMES, ...LONG];
    const name = this.#random.chance(0.5) ? this.#random.pick(names) : `n${this.#random.integer(0, 999)}`;
    const path = [...this.#someDirectory(), name];
    if (path.join("/").length > 1500 || this.share.live.find(path)) throw new StorageError("ResourceAlreadyExists");
    return path;
  }

  #fileChanges(): FileChanges {
    return { ...this.#changes(ATTRIBUTES), headers: this.#headers() };
  }

  #changes(attributes: readonly string[]): NodeChanges {
    return {
      creationTime: this.#time(),
      lastWriteTime: this.#time(),
      changeTime: this.#time(),
      metadata: this.#metadata(),
      ...(this.#isPosix
        ? { posix: { mode: this.#mode(), owner: String(this.#random.integer(0, 9)), group: "4294967295" } }
        : { attributes: this.#random.pick(attributes), ...this.#permission() }),
    };
  }

  #permission(): NodeChanges {
    if (this.#isPosix) return {};
    const sid = this.#random.pick(["SY", "BA", "BU", "S-1-5-21-1-2-3-1001"]);
    const permission = `O:${sid}G:SYD:(A;;FA;;;${sid})(A;OICI;0x1200a9;;;BU)`;
    if (this.#random.chance(0.7)) return { permissionKey: this.share.permissions.add({ format: "Sddl", permission }) };
    // An entry that SDDL has no words for.
    const bytes = Buffer.from(sddlToBinary(permission), "base64");
    bytes[bytes.readUInt32LE(16) + 8] = 9;
    const odd = { format: "Binary", permission: bytes.toString("base64") } as const;
    return { permissionKey: this.share.permissions.add(odd) };
  }

  #metadata(): Readonly<Record<string, string>> {
    const random = this.#random;
    const keys = ["a", "CamelCase", "constructor", "long_name", "x1"].filter(() => random.chance(0.4));
    return Object.fromEntries(keys.map((key) => [key, random.pick(["", "v", "two words", '=;,"', "\u00FC"])]));
  }

  #headers(): ContentHeaders {
    const random = this.#random;
    const all: Required<ContentHeaders> = {
      type: random.pick(["text/plain", "application/x-odd; charset=utf-8"]),
      encoding: random.pick(["gzip", "br"]),
      language: "de, en",
      cacheControl: "no-store, max-age=0",
      disposition: 'attachment; filename="a b.txt"',
      md5: Buffer.from(random.bytes(16)).toString("base64"),
    };
    return Object.fromEntries(Object.entries(all).filter(() => random.chance(0.5)));
  }

  #mode(): string {
    return this.#random.integer(0, 0o7777).toString(8).padStart(4, "0");
  }

  #time(): string {
    const digits = String(this.#random.integer(0, 9_999_999)).padStart(7, "0");
    const second = String(this.#random.integer(0, 59)).padStart(2, "0");
    return `20${this.#random.integer(10, 26)}-0${this.#random.integer(1, 9)}-1${this.#random.integer(0, 9)}T10:20:${second}.${digits}Z`;
  }
}

/** All that the model has of a node, as a put has it. */
function expected(share: Share, id: string, state: NodeState): Record<string, unknown> {
  const isRoot = id === "0";
  const headers: ContentHeaders = state.kind === "file" ? state.headers : {};
  const linkCount = state.kind !== "directory" && state.linkCount > 1 ? state.linkCount : undefined;
  const { posix } = state;
  return {
    kind: state.kind,
    sourceId: id,
    mtimeNs: parseTime(state.lastWriteTime),
    createdNs: parseTime(state.creationTime),
    changedNs: parseTime(state.changeTime),
    accessedNs: isRoot ? undefined : parseTime(state.lastAccessTime),
    etag: state.etag.replaceAll('"', ""),
    attributes: posix ? undefined : state.attributes,
    descriptor: posix ? undefined : descriptorOf(share, state.permissionKey),
    userMetadata: Object.keys(state.metadata).length > 0 ? state.metadata : undefined,
    contentType: headers.type,
    contentEncoding: headers.encoding,
    contentLanguage: headers.language,
    cacheControl: headers.cacheControl,
    contentDisposition: headers.disposition,
    contentMd5: headers.md5,
    posix: posix && { mode: Number.parseInt(posix.mode, 8), uid: Number(posix.owner), gid: Number(posix.group) },
    linkTarget: state.kind === "symlink" ? state.target : undefined,
    linkCount,
    linkId: linkCount === undefined ? undefined : id,
    sizeBytes: state.kind === "file" ? state.size : state.kind === "symlink" ? state.target.length : 0,
  };
}

function descriptorOf(share: Share, key: string): { readonly format: string; readonly text: string } {
  try {
    return { format: "sddl", text: share.permissions.get(key, "Sddl").permission };
  } catch {
    return { format: "binary", text: share.permissions.get(key, "Binary").permission };
  }
}

async function kept(azure: DescribedShare, { entry, metadata }: NodePut, snapshot: SnapshotNumber): Promise<unknown> {
  const { permissionKey, contentMd5, linkId, xattrs: _, ...rest } = metadata;
  const version = [...azure.world.catalog.entries(snapshot)].find(({ nodeId }) => nodeId === entry.nodeId)?.version;
  const descriptor = permissionKey === undefined ? undefined : azure.metadata().descriptorOf(permissionKey, version);
  return {
    ...rest,
    kind: entry.kind,
    sourceId: entry.sourceId?.split(":")[0],
    mtimeNs: entry.mtimeNs,
    descriptor: await descriptor,
    contentMd5: contentMd5 && Buffer.from(contentMd5).toString("base64"),
    posix: entry.posix,
    linkId: linkId?.split(":")[0],
    sizeBytes: entry.sizeBytes,
  };
}

async function expectKept(azure: DescribedShare, editor: Editor, snapshot: SnapshotNumber): Promise<void> {
  const puts = await azure.puts(snapshot);
  const nodes = editor.nodes();
  expect([...puts.keys()].toSorted()).toEqual([...nodes.keys()].toSorted());
  for (const [path, { id, state }] of nodes) {
    const put = puts.get(path);
    if (!put) throw new Error(`${path} is missing`);
    expect([path, await kept(azure, put, snapshot)]).toEqual([path, expected(editor.share, id, state)]);
  }
  const tree = await azure.world.read(azure.world.catalog.view(snapshot));
  for (const [path, { state }] of nodes) {
    if (state.kind !== "file") continue;
    const found = tree.get(path);
    expect(found?.kind === "file" && Buffer.from(found.bytes).equals(state.content.read(0, state.size))).toBe(true);
  }
}

it.each([
  ["SMB", 1],
  ["SMB", 2],
  ["NFS", 3],
  ["NFS", 4],
] as const)("whatever is about the nodes of an %s share is kept, through any edits (%i)", async (protocol, seed) => {
  await using azure = await DescribedShare.create({ protocol });
  const editor = new Editor(azure.share, new Random(seed));
  const backup = async (): Promise<void> => {
    const { snapshot, passedOver } = await azure.backup();
    expect(passedOver).toEqual([]);
    expect(azure.warnings()).toEqual([]);
    await expectKept(azure, editor, snapshot.number);
  };
  for (let n = 0; n < 40; n++) editor.edit();
  await backup();
  for (let round = 0; round < 4; round++) {
    for (let n = 0; n < 15; n++) editor.edit();
    await backup();
  }
  const told = async (): Promise<unknown> => {
    const all: unknown[] = [];
    for (const { number } of azure.world.catalog.snapshots()) {
      for (const [path, put] of await azure.puts(number)) all.push([number, path, await kept(azure, put, number)]);
    }
    return all;
  };
  const before = await told();
  await azure.world.loseState();
  await backup();
  const after = (await told()) as readonly (readonly [number, ...unknown[]])[];
  expect(after.filter(([number]) => number < 6)).toEqual(before);
});
