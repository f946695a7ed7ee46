// A file's bytes as an immutable list of extents: what was never written costs nothing, a snapshot
// shares everything, and each extent remembers which write made it, so two versions can be compared
// without reading a byte.

/** Where bytes lie: in memory, in the state folder's content file, or made up on demand. */
export interface ByteSource {
  readonly length: number;
  /** Position in the content file, when it lies there. */
  readonly position?: number;
  read(offset: number, length: number): Buffer;
}

/** Written bytes [start, end). Without a source they are zeros. `stamp` is unique to one write. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly stamp: number;
  readonly source?: ByteSource;
  readonly sourceOffset: number;
}

/** Half-open [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Bytes held in memory. The buffer must not change afterwards. */
export function memorySource(bytes: Buffer): ByteSource {
  return {
    length: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

export class Content {
  static readonly empty = new Content([]);

  /** Sorted, not overlapping. */
  constructor(readonly extents: readonly Extent[]) {}

  /** Content that holds one source from its first byte on. */
  static of(source: ByteSource, stamp: number): Content {
    if (source.length === 0) return Content.empty;
    return new Content([{ start: 0, end: source.length, stamp, source, sourceOffset: 0 }]);
  }

  write(start: number, source: ByteSource, stamp: number): Content {
    if (source.length === 0) return this;
    const end = start + source.length;
    return this.#replace(start, end, [{ start, end, stamp, source, sourceOffset: 0 }]);
  }

  /**
   * Releases [start, end): whole 512-byte blocks become holes, bytes of a block that is only partly
   * cleared become zeros where they held data. A last block that is not full is never released.
   */
  clear(start: number, end: number, stamp: number): Content {
    const inner = Math.min(Math.ceil(start / 512) * 512, end);
    const outer = Math.max(Math.floor(end / 512) * 512, inner);
    let next = inner < outer ? this.#replace(inner, outer, []) : new Content(this.extents);
    for (const edge of [
      { start, end: inner },
      { start: outer, end },
    ]) {
      const zeros = next.#within(edge.start, edge.end).map((extent) => ({
        start: extent.start,
        end: extent.end,
        stamp,
        sourceOffset: 0,
      }));
      if (zeros.length > 0) next = next.#replace(edge.start, edge.end, zeros);
    }
    return next;
  }

  /** Drops everything from `size` on. */
  truncate(size: number): Content {
    const last = this.extents.at(-1);
    if (!last || last.end <= size) return this;
    return this.#replace(size, last.end, []);
  }

  /** Bytes [start, end), holes as zeros. */
  read(start: number, end: number): Buffer {
    const extents = this.#within(start, end);
    const only = extents[0];
    if (only?.source && extents.length === 1 && only.start === start && only.end === end) {
      return only.source.read(only.sourceOffset, end - start);
    }
    const bytes = Buffer.alloc(end - start);
    for (const extent of extents) {
      extent.source?.read(extent.sourceOffset, extent.end - extent.start).copy(bytes, extent.start - start);
    }
    return bytes;
  }

  /** The same bytes in pieces of at most `pieceBytes`. */
  *pieces(start: number, end: number, pieceBytes = 1 << 20): Generator<Buffer> {
    for (let at = start; at < end; at += pieceBytes) {
      yield this.read(at, Math.min(at + pieceBytes, end));
    }
  }

  /** Written spans inside [start, end), neighbours joined. */
  spans(start: number, end: number): Span[] {
    return joinSpans(this.#within(start, end));
  }

  /** Bytes written, holes left out. */
  get writtenBytes(): number {
    return this.extents.reduce((sum, extent) => sum + extent.end - extent.start, 0);
  }

  /** The extents inside [start, end), cut to it. */
  cut(start: number, end: number): Extent[] {
    return this.#within(start, end);
  }

  /** Index of the first extent that ends after `at`. */
  #firstAfter(at: number): number {
    let low = 0;
    let high = this.extents.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.extents[middle]!.end > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #within(start: number, end: number): Extent[] {
    const found: Extent[] = [];
    for (let index = this.#firstAfter(start); index < this.extents.length; index++) {
      const extent = this.extents[index]!;
      if (extent.start >= end) break;
      found.push(cutExtent(extent, start, end));
    }
    return found;
  }

  #replace(start: number, end: number, middle: readonly Extent[]): Content {
    const first = this.#firstAfter(start);
    const before: Extent[] = this.extents.slice(0, first);
    const after: Extent[] = [];
    let index = first;
    for (; index < this.extents.length; index++) {
      const extent = this.extents[index]!;
      if (extent.start >= end) break;
      if (extent.start < start) before.push(cutExtent(extent, extent.start, start));
      if (extent.end > end) after.push(cutExtent(extent, end, extent.end));
    }
    return new Content([...before, ...middle, ...after, ...this.extents.slice(index)]);
  }
}

function cutExtent(extent: Extent, start: number, end: number): Extent {
  if (extent.start >= start && extent.end <= end) return extent;
  const from = Math.max(extent.start, start);
  return {
    ...extent,
    start: from,
    end: Math.min(extent.end, end),
    sourceOffset: extent.sourceOffset + from - extent.start,
  };
}

/** Joins spans that touch or overlap; they must be sorted by start. */
export function joinSpans(spans: Iterable<Span>): Span[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of spans) {
    if (start >= end) continue;
    const last = joined.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}
