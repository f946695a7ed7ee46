/**
 * A local folder that remembers what was written to it: a source that can say which ranges of a file have changed since
 * the state that a backup has read, and that counts the bytes it is asked for.
 */
import { statSync } from "node:fs";
import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { joined, type ByteRange, type ByteRanges } from "../../../../core/byte-range.js";
import { silentLogger } from "../../../../core/logger.js";
import { LocalSource } from "../../../../daemon/sources/local/local-source.js";
import type {
  EarlierFile,
  OpenOptions,
  Source,
  SourceEntry,
  SourcePath,
  SourceSession,
} from "../../../../daemon/sources/source.js";

interface Write extends ByteRange {
  readonly inode: bigint;
  /** How many states had been read before. */
  readonly after: number;
}

const keyOf = (path: SourcePath): string => path.join("/");

export class RangedSource implements Source {
  readonly uri: string;
  readonly #folder: string;
  readonly #local: LocalSource;
  readonly #writes: Write[] = [];
  /** The files of each state, by path; those that were given up are undefined. */
  readonly states: (Map<string, SourceEntry> | undefined)[] = [];
  /** Bytes given out. */
  bytesRead = 0;
  rangesRead: ByteRange[] = [];
  /** How often it was asked what has changed. */
  questions = 0;
  /** What it answers instead of what it knows. */
  answer: ((known: ByteRanges) => ByteRanges | undefined) | undefined;
  /** Called with each piece before it is given out; may throw. */
  onPiece: ((path: string) => void) | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#local = new LocalSource(folder, { logger: silentLogger });
    this.uri = this.#local.uri;
  }

  async write(path: string, start: number, bytes: Uint8Array): Promise<void> {
    const file = await open(join(this.#folder, path), "r+");
    const { ino: inode } = await file.stat({ bigint: true });
    await file.write(bytes, 0, bytes.length, start);
    await file.close();
    this.#writes.push({ inode, start, end: start + bytes.length, after: this.states.length });
  }

  async resize(path: string, sizeBytes: number): Promise<void> {
    await truncate(join(this.#folder, path), sizeBytes);
  }

  check(): Promise<void> {
    return this.#local.check();
  }

  async open(options?: OpenOptions): Promise<SourceSession> {
    const session = await this.#local.open(options);
    const state = this.states.push(new Map()) - 1;
    const files = this.states[state];
    const previous = options?.previousState === undefined ? undefined : Number(options.previousState);
    let isPublished = false;
    return {
      consistent: true,
      state: String(state),
      root: (own) => session.root(own),
      list: async function* (path, own) {
        for await (const page of session.list(path, own)) {
          for (const child of page) if (child.kind !== "unreadable") files?.set(keyOf([...path, child.name]), child);
          yield page;
        }
      },
      describe: (path, entry, own) => session.describe(path, entry, own),
      read: (path, entry, own) => this.#counted(path, session.read(path, entry, own)),
      readRange: (path, entry, range, own) => {
        this.rangesRead.push(range);
        return this.#counted(path, session.readRange(path, entry, range, own));
      },
      changedRanges: async (path, entry, before) => {
        this.questions++;
        const known = previous === undefined ? undefined : this.#changes(previous, path, entry, before);
        return known && this.answer ? this.answer(known) : known;
      },
      published: async () => {
        isPublished = true;
        if (previous !== undefined) this.states[previous] = undefined;
      },
      [Symbol.asyncDispose]: async () => {
        if (!isPublished) this.states[state] = undefined;
        await session[Symbol.asyncDispose]();
      },
    };
  }

  async *#counted(path: SourcePath, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.bytesRead += piece.byteLength;
      this.onPiece?.(keyOf(path));
      yield piece;
    }
  }

  #changes(previous: number, path: SourcePath, entry: SourceEntry, before: EarlierFile): ByteRanges | undefined {
    const earlier = this.states[previous]?.get(keyOf(before.path));
    if (!earlier || earlier.signature !== before.signature || earlier.sourceId !== entry.sourceId) return undefined;
    const inode = statSync(join(this.#folder, ...path), { bigint: true }).ino;
    return joined(this.#writes.filter((write) => write.after > previous && write.inode === inode));
  }
}
