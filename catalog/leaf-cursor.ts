/** An entry cursor over the sections of leaves. One is enough for a whole listing. */
import type { ContentId, NodeId, SnapshotNumber, VersionNumber } from "../core/ids.js";
import type { NodeKind, PosixAttributes } from "../core/node.js";
import type { TimeNs } from "../core/time.js";
import type { LiveCursor } from "./entry-cursor.js";
import { KINDS } from "./leaf/section-format.js";
import type { SectionReader } from "./leaf/section-reader.js";
import type { Tree } from "./tree.js";

export class LeafEntryCursor implements LiveCursor {
  readonly #tree: Tree;
  #reader: SectionReader;
  /** Neighbours mostly have the same. */
  #posixId = 0;
  #posix: PosixAttributes | undefined;

  constructor(tree: Tree, reader: SectionReader) {
    this.#tree = tree;
    this.#reader = reader;
  }

  /** Goes on with another section. */
  standOn(reader: SectionReader): void {
    this.#reader = reader;
  }

  get nameBytes(): Buffer {
    return this.#reader.nameBytes;
  }

  get nameLength(): number {
    return this.#reader.nameLength;
  }

  get name(): string {
    return this.#reader.name;
  }

  get kind(): NodeKind {
    return KINDS[this.#reader.kind] ?? "file";
  }

  get nodeId(): NodeId {
    return this.#reader.nodeId as NodeId;
  }

  get version(): VersionNumber {
    return this.#reader.version as VersionNumber;
  }

  get since(): SnapshotNumber {
    return this.#tree.epochs.snapshotOf(this.#reader.version);
  }

  get sizeBytes(): number {
    return this.#reader.sizeBytes;
  }

  get contentId(): ContentId {
    return this.#reader.contentId as ContentId;
  }

  get posix(): PosixAttributes | undefined {
    const { posixId } = this.#reader;
    if (posixId !== this.#posixId) {
      this.#posix = this.#tree.posix.get(posixId);
      this.#posixId = posixId;
    }
    return this.#posix;
  }

  get mtimeSeconds(): number {
    return this.#reader.seconds;
  }

  get mtimeNanoseconds(): number {
    return this.#reader.nanoseconds;
  }

  get mtimeNs(): TimeNs {
    return this.#reader.mtimeNs;
  }

  get signature(): number {
    return this.#reader.signature;
  }
}
