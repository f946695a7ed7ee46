// Node states as JSON and back. Content becomes a list of extents that point into the content file.
import { type ByteSource, Content, type Extent } from "../model/content.js";
import type { NodeState } from "../model/node.js";

/** start, end, stamp, position in the content file (-1 for zeros), length there, offset in it. */
type ExtentRow = readonly [number, number, number, number, number, number];

/** Where encoded bytes go and come from. */
export interface ByteStore {
  /** The same bytes at a position in the content file. */
  settle(source: ByteSource): ByteSource;
  source(position: number, length: number): ByteSource;
}

/** JSON-able form of a state. `known` is the content the reader already has for this node. */
export function encodeState(state: NodeState, known: Content | undefined, store: ByteStore): unknown {
  if (state.kind !== "file") return state;
  const { content, ...rest } = state;
  if (content === known) return rest;
  return { ...rest, extents: content.extents.map((extent) => encodeExtent(extent, store)) };
}

export function decodeState(value: unknown, known: Content | undefined, store: ByteStore): NodeState {
  const state = value as NodeState & { extents?: readonly ExtentRow[] };
  if (state.kind !== "file") return state;
  const { extents, ...rest } = state;
  const content = extents ? new Content(extents.map((row) => decodeExtent(row, store))) : (known ?? Content.empty);
  return { ...rest, content };
}

function encodeExtent(extent: Extent, store: ByteStore): ExtentRow {
  const { start, end, stamp, source, sourceOffset } = extent;
  if (!source) return [start, end, stamp, -1, 0, 0];
  const settled = store.settle(source);
  return [start, end, stamp, settled.position ?? -1, settled.length, sourceOffset];
}

function decodeExtent(row: ExtentRow, store: ByteStore): Extent {
  const [start, end, stamp, position, length, sourceOffset] = row;
  if (position < 0) return { start, end, stamp, sourceOffset: 0 };
  return { start, end, stamp, source: store.source(position, length), sourceOffset };
}
