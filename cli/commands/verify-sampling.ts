/** A sample of N %, each time the next one. */
import type { Sample } from "../../daemon/verify/sample.js";

export interface Sampling {
  readonly sample: Sample;
  /** To be called when all of it has been read. */
  readonly finish: () => Promise<void>;
}

/** @param positionFile where this sample begins is kept there @param width of a million, which is everything */
export async function samplingOf(positionFile: string, width: number): Promise<Sampling> {
  const { EVERYTHING, CIRCLE, nextStart } = await import("../../daemon/verify/sample.js");
  if (width >= CIRCLE) return { sample: EVERYTHING, finish: async () => {} };
  const { readPosition, writePosition } = await import("../../daemon/verify/sample-position.js");
  const sample = { start: await readPosition(positionFile), width };
  return { sample, finish: () => writePosition(positionFile, nextStart(sample)) };
}
