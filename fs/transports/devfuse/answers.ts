/**
 * Answers the kernel's questions from Operations: the one place that knows what each of them means here. It keeps nothing of
 * what it answered, so any number of threads may answer side by side, and nothing has to be forgotten.
 */
import { nodeLooks } from "../../attributes.js";
import type { DirectoryPlace, Handle } from "../../handle.js";
import { FileSystemError } from "../../errors.js";
import type { HandleNumbers } from "../../handle-numbers.js";
import { DOT_ENTRIES } from "../../layout.js";
import { whenReady, type MaybePromise } from "../../maybe-promise.js";
import type { NodeNumber } from "../../node-number.js";
import type { Operations } from "../../operations.js";
import {
  ATTR_BYTES,
  ENTRY_BYTES,
  STATFS_BYTES,
  putAttr,
  putEntry,
  putFigures,
  putNoEntry,
  type NumberedAttributes,
} from "./protocol/attributes-codec.js";
import { DirectoryWriter, isEnd } from "./protocol/directory-writer.js";
import { MAX_READ_BYTES } from "./protocol/init.js";
import type { Reply } from "./protocol/reply.js";
import type { Request } from "./protocol/request.js";
import { absenceSeconds, FOREVER_SECONDS, validityOf } from "./validity.js";

type Of<K extends Request["kind"]> = Extract<Request, { readonly kind: K }>;

const XATTR_SIZE_BYTES = 8;
/** The kernel's own limit of a listing's piece, and more than it asks for. */
const MAX_LIST_BYTES = MAX_READ_BYTES;
const DOTS = Buffer.from("..");
const NO_INODE: NodeNumber = { high: 0, low: 1 };

export class KernelAnswers {
  readonly #operations: Operations;
  readonly #numbers: HandleNumbers;

  constructor(operations: Operations, numbers: HandleNumbers) {
    this.#operations = operations;
    this.#numbers = numbers;
  }

  /**
   * Puts the answer's body into `reply`. Requests that nobody waits for, and the first one, are not for this class.
   * @param options.signal ends a read that nobody waits for any more
   * @throws FileSystemError; ElsewhereError where the operations do
   */
  answer(request: Request, reply: Reply, options: { readonly signal?: AbortSignal } = {}): MaybePromise<void> {
    switch (request.kind) {
      case "lookup":
        return this.#with(request, (parent) => this.#lookup(parent, request.name, reply));
      case "getattr":
        return this.#with(request, (handle) =>
          whenReady(this.#attributesOf(handle), (attributes) => putAttr(reply.room(ATTR_BYTES), 0, attributes)),
        );
      case "readdir":
        if (isEnd(request.offset)) return reply.bytes();
        return whenReady(this.#numbers.directoryOf(request.node), (place) =>
          place
            ? this.#listNodes(place, request, reply)
            : this.#with(request, (handle) => this.#list(handle, request, reply)),
        );
      case "read":
        return this.#with(request, (handle) => this.#read(handle, request, reply, options));
      case "readlink":
        return this.#with(request, (handle) =>
          whenReady(this.#operations.readlink(handle), (target) => reply.bytes(Buffer.from(target))),
        );
      case "statfs":
        return this.#with(request, (handle) =>
          whenReady(this.#operations.statfs(handle), (figures) => putFigures(reply.room(STATFS_BYTES), 0, figures)),
        );
      case "getxattr":
        return this.#with(request, (handle) =>
          whenReady(this.#operations.getxattr(handle, request.name), (value) =>
            putXattr(value, request.sizeBytes, reply),
          ),
        );
      case "listxattr":
        return this.#with(request, (handle) =>
          whenReady(this.#operations.listxattr(handle), (names) =>
            putXattr(Buffer.from(names.map((name) => `${name}\0`).join("")), request.sizeBytes, reply),
          ),
        );
      case "destroy":
        return reply.bytes();
      case "write":
        throw new FileSystemError("EROFS");
      default:
        // Told once, the kernel does without: open and opendir among others, of which there is nothing to keep.
        throw new FileSystemError("ENOSYS");
    }
  }

  #with(request: Request, use: (handle: Handle) => MaybePromise<void>): MaybePromise<void> {
    return whenReady(this.#numbers.handleOf(request.node), use);
  }

  #lookup(parent: Handle, name: string, reply: Reply): MaybePromise<void> {
    const put = (entry: NumberedAttributes): void => putEntry(reply.room(ENTRY_BYTES), 0, entry);
    return whenReady(this.#operations.child(parent, name), (child) => {
      if (child) return whenReady(this.#attributesOf(child), put);
      const seconds = absenceSeconds(parent);
      if (seconds === 0) throw new FileSystemError("ENOENT");
      // As an error it would be asked for again.
      return putNoEntry(reply.room(ENTRY_BYTES), 0, seconds);
    });
  }

  #attributesOf(handle: Handle): MaybePromise<NumberedAttributes> {
    return whenReady(this.#operations.getattr(handle), (attributes) => ({
      place: this.#numbers.placeOf(handle),
      inode: this.#numbers.inodeOf(handle),
      attributes,
      validity: validityOf(handle),
    }));
  }

  #list(directory: Handle, request: Of<"readdir">, reply: Reply): MaybePromise<void> {
    if (directory.kind === "node" && directory.entry.kind === "directory") {
      return this.#listNodes({ ...directory, nodeId: directory.entry.nodeId }, request, reply);
    }
    const { plus, offset } = request;
    const writer = new DirectoryWriter(reply.room(Math.min(request.sizeBytes, MAX_LIST_BYTES)));
    const listed = this.#operations.list(directory, offset, (entry) => {
      const name = Buffer.from(entry.name);
      const attributes = entry.handle && this.#attributesAtOnce(entry.handle);
      // `.` and `..` are above the snapshots, where nobody compares inodes.
      const inode = attributes?.inode ?? (entry.handle ? this.#numbers.inodeOf(entry.handle) : NO_INODE);
      if (!plus) return writer.add(name, name.length, { ...entry, inode });
      return writer.addPlus(name, name.length, { ...entry, inode }, attributes);
    });
    return whenReady(listed, () => reply.used(writer.usedBytes));
  }

  /** The path that matters: a directory's entries go from the catalog's page to the reply, and nothing is made of them. */
  #listNodes(place: DirectoryPlace, { plus, offset, sizeBytes }: Of<"readdir">, reply: Reply): MaybePromise<void> {
    const writer = new DirectoryWriter(reply.room(Math.min(sizeBytes, MAX_LIST_BYTES)));
    const { ownership } = this.#operations;
    if (!this.#addDots(writer, place, offset, plus)) return reply.used(writer.usedBytes);
    const isWhole = this.#operations.visit(place, offset, (entry) => {
      const { kind, nodeId, nameBytes, nameLength } = entry;
      const numbers = this.#numbers.numbersWithin(place, entry);
      const behind = 2 + nodeId;
      if (!plus) return writer.add(nameBytes, nameLength, { kind, offset: behind, inode: numbers.inode });
      const looks = nodeLooks(entry, ownership);
      const { mtimeSeconds: seconds, mtimeNanoseconds: nanoseconds } = entry;
      const node = { kind, offset: behind, place: numbers.place, inode: numbers.inode, looks, seconds, nanoseconds };
      return writer.addListed(nameBytes, nameLength, node, FOREVER_SECONDS);
    });
    return whenReady(isWhole, (whole) => {
      if (whole) writer.end();
      reply.used(writer.usedBytes);
    });
  }

  /** @returns whether there was room for them, or no need */
  #addDots(writer: DirectoryWriter, place: DirectoryPlace, offset: number, plus: boolean): boolean {
    if (offset >= DOT_ENTRIES.length) return true;
    const { own, parent = NO_INODE } = this.#numbers.dotInodesOf(place);
    for (const { name, kind, offset: behind } of DOT_ENTRIES) {
      if (behind <= offset) continue;
      const record = { kind, offset: behind, inode: name === "." ? own : parent };
      const isAdded = plus
        ? writer.addPlus(DOTS, name.length, record, undefined)
        : writer.add(DOTS, name.length, record);
      if (!isAdded) return false;
    }
    return true;
  }

  /** What listing can tell of it; a tenant's shares are not opened to be listed. */
  #attributesAtOnce(handle: Handle): NumberedAttributes | undefined {
    if (handle.kind === "share") return undefined;
    const attributes = this.#attributesOf(handle);
    return attributes instanceof Promise ? undefined : attributes;
  }

  #read(
    handle: Handle,
    { offset, sizeBytes }: Of<"read">,
    reply: Reply,
    options: { readonly signal?: AbortSignal },
  ): MaybePromise<void> {
    const file = this.#operations.open(handle, { write: false });
    const read = this.#operations.read(file, offset, Math.min(sizeBytes, MAX_READ_BYTES), options);
    return whenReady(read, (bytes) => reply.bytes(bytes));
  }
}

/** @throws FileSystemError `ERANGE` when it is longer than the room for it */
function putXattr(value: Uint8Array, roomBytes: number, reply: Reply): void {
  if (roomBytes === 0) {
    const size = reply.room(XATTR_SIZE_BYTES).fill(0);
    size.writeUInt32LE(value.byteLength);
  } else if (value.byteLength > roomBytes) {
    throw new FileSystemError("ERANGE");
  } else {
    reply.bytes(value);
  }
}
