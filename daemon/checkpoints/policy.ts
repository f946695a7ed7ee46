/**
 * When a checkpoint of the catalog is worth its bytes. It spares a rebuild the folding of every entry that is in it, at
 * some 30 000 entries a second, and costs the catalog's bytes in the store. So it is due when enough entries have been
 * written since the last one to share that cost: each of them pays at most `bytesPerEntry`, before compression, however
 * long the share's history grows. What a rebuild is left to fold is bounded by the same figure.
 */

export interface CheckpointLimits {
  /** Fewer entries than this since the last checkpoint never make one due. */
  readonly leastEntries: number;
  /** What each of those entries may cost. */
  readonly bytesPerEntry: number;
}

/**
 * A quarter of a million entries are folded in under ten seconds, which nobody should have to pay for. An entry takes
 * some 200 bytes in the three environments together, so 768 make a checkpoint due when about a quarter of the catalog is
 * new; compressed, that is about what an entry's segment takes (docs/benchmarks.md has the figures).
 */
export const CHECKPOINT_LIMITS: CheckpointLimits = { leastEntries: 250_000, bytesPerEntry: 768 };

export interface CheckpointNeed {
  /** Versions of entries that the catalog has handed out by now: what folding all segments comes to. */
  readonly versions: number;
  /** Those of them that the newest usable checkpoint holds; 0 without one. */
  readonly checkpointed: number;
  /** What a checkpoint would hold: all environments. */
  readonly catalogBytes: number;
}

export function isCheckpointDue(
  { versions, checkpointed, catalogBytes }: CheckpointNeed,
  { leastEntries, bytesPerEntry }: CheckpointLimits = CHECKPOINT_LIMITS,
): boolean {
  const entries = versions - checkpointed;
  return entries >= leastEntries && catalogBytes <= entries * bytesPerEntry;
}
