// Which 512-byte blocks of a file differ between two versions of its content. Extents are compared by
// the write that made them, so the answer needs no bytes and a rewrite with equal bytes counts as a
// change, as it does on the service.
import { type Content, type Extent, joinSpans, type Span } from "./content.js";

const blockBytes = 512;

export interface RangeDiff {
  /** Blocks that changed and hold data now. */
  readonly changed: readonly Span[];
  /** Blocks that held data before and hold none now. */
  readonly cleared: readonly Span[];
}

/** Compares `before` with `after` inside [start, end); `size` is the size of the later version. */
export function diffContent(before: Content, after: Content, start: number, end: number, size: number): RangeDiff {
  const touched = toBlocks(differing(before, after, start, end), size);
  const data = toBlocks(after.spans(start, end), size);
  return { changed: intersect(touched, data), cleared: subtract(touched, data) };
}

/** Spans where the two versions were not made by the same write. */
function differing(before: Content, after: Content, start: number, end: number): Span[] {
  const old = before.cut(start, end);
  const now = after.cut(start, end);
  const edges = new Set<number>([start, end]);
  for (const { start: from, end: to } of [...old, ...now]) edges.add(from).add(to);
  const sorted = [...edges].sort((a, b) => a - b);
  const spans: Span[] = [];
  let oldIndex = 0;
  let nowIndex = 0;
  for (let index = 0; index + 1 < sorted.length; index++) {
    const from = sorted[index]!;
    const to = sorted[index + 1]!;
    while (oldIndex < old.length && old[oldIndex]!.end <= from) oldIndex++;
    while (nowIndex < now.length && now[nowIndex]!.end <= from) nowIndex++;
    if (identity(old[oldIndex], from) !== identity(now[nowIndex], from)) {
      spans.push({ start: from, end: to });
    }
  }
  return joinSpans(spans);
}

function identity(extent: Extent | undefined, at: number): number {
  return extent && extent.start <= at && at < extent.end ? extent.stamp : -1;
}

function toBlocks(spans: readonly Span[], size: number): Span[] {
  return joinSpans(
    spans.map((span) => ({
      start: Math.floor(span.start / blockBytes) * blockBytes,
      end: Math.min(Math.ceil(span.end / blockBytes) * blockBytes, size),
    })),
  );
}

function intersect(left: readonly Span[], right: readonly Span[]): Span[] {
  const common: Span[] = [];
  let index = 0;
  for (const span of left) {
    while (index < right.length && right[index]!.end <= span.start) index++;
    for (let at = index; at < right.length && right[at]!.start < span.end; at++) {
      common.push({
        start: Math.max(span.start, right[at]!.start),
        end: Math.min(span.end, right[at]!.end),
      });
    }
  }
  return joinSpans(common);
}

function subtract(left: readonly Span[], right: readonly Span[]): Span[] {
  const rest: Span[] = [];
  for (const span of left) {
    let from = span.start;
    for (const hole of intersect([span], right)) {
      if (hole.start > from) rest.push({ start: from, end: hole.start });
      from = hole.end;
    }
    if (from < span.end) rest.push({ start: from, end: span.end });
  }
  return rest;
}
