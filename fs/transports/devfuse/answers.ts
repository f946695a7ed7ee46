/**
 * Answers the kernel's questions from Operations: the one place that knows what each of them means here. It keeps nothing of
 * what it answered, so any number of threads may answer side by side, and nothing has to be forgotten.
 */
import { nodeLooks } from "../../attributes.js";
import type { Handle, NodeHandle } from "../../handle.js";
import { FileSystemError } from "../../errors.js";
import type { HandleNumbers } from "../../handle-numbers.js";
import { DOT_ENTRIES, type DirectoryEntry } from "../../layout.js";
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
        return this.#with(request, (handle) => this.#list(handle, request, reply));
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
    const writer = new DirectoryWriter(reply.room(Math.min(request.sizeBytes, MAX_LIST_BYTES)));
    const listed =
      directory.kind === "node"
        ? this.#listNodes(directory, request, writer)
        : this.#listLevel(directory, request, writer);
    return whenReady(listed, () => reply.used(writer.usedBytes));
  }

  #listLevel(directory: Handle, { plus, offset }: Of<"readdir">, writer: DirectoryWriter): MaybePromise<void> {
    return this.#operations.list(directory, offset, (entry) => {
      if (!entry.handle) return this.#addDots(writer, directory, entry, plus);
      const name = Buffer.from(entry.name);
      if (!plus) return writer.add(name, name.length, { ...entry, inode: this.#numbers.inodeOf(entry.handle) });
      const attributes = this.#attributesAtOnce(entry.handle);
      return writer.addPlus(name, name.length, { ...entry, inode: attributes?.inode ?? NO_INODE }, attributes);
    });
  }

  /** The path that matters: a directory's entries go from the catalog's page to the reply, and nothing is made of them. */
  #listNodes(directory: NodeHandle, { plus, offset }: Of<"readdir">, writer: DirectoryWriter): MaybePromise<void> {
    for (const dots of DOT_ENTRIES) {
      if (dots.offset > offset && !this.#addDots(writer, directory, dots, plus)) return;
    }
    const { ownership } = this.#operations;
    const isWhole = this.#operations.visit(directory, offset, (entry) => {
      const { kind, nodeId, nameBytes, nameLength } = entry;
      const { place, inode } = this.#numbers.numbersWithin(directory, entry);
      const behind = 2 + nodeId;
      if (!plus) return writer.add(nameBytes, nameLength, { kind, offset: behind, inode });
      const looks = nodeLooks(entry, ownership);
      const { mtimeSeconds: seconds, mtimeNanoseconds: nanoseconds } = entry;
      const node = { kind, offset: behind, place, inode, looks, seconds, nanoseconds };
      return writer.addListed(nameBytes, nameLength, node, FOREVER_SECONDS);
    });
    return whenReady(isWhole, (whole) => {
      if (whole) writer.end();
    });
  }

  /** What listing can tell of it; a tenant's shares are not opened to be listed. */
  #attributesAtOnce(handle: Handle): NumberedAttributes | undefined {
    if (handle.kind === "share") return undefined;
    const attributes = this.#attributesOf(handle);
    return attributes instanceof Promise ? undefined : attributes;
  }

  #addDots(writer: DirectoryWriter, directory: Handle, entry: DirectoryEntry, plus: boolean): boolean {
    const isParent = entry.name === "..";
    const inode = isParent ? this.#parentInode(directory) : this.#numbers.inodeOf(directory);
    const record = { kind: entry.kind, offset: entry.offset, inode };
    const length = entry.name.length;
    return plus ? writer.addPlus(DOTS, length, record, undefined) : writer.add(DOTS, length, record);
  }

  #parentInode(directory: Handle): NodeNumber {
    return (directory.kind === "node" ? this.#numbers.parentInodeOf(directory) : undefined) ?? NO_INODE;
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
