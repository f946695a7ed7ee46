/** The part of `verify` that compares the newest snapshot, or the one addressed, with the source as it is now. */
import { SharestrataError } from "../../core/errors.js";
import type { Snapshot } from "../../core/snapshot.js";
import type { CompareResult } from "../../daemon/verify/against-source.js";
import type { OpenForVerify } from "../../daemon/verify/open-for-verify.js";
import type { Context } from "../context.js";
import type { ConfiguredShare } from "../open.js";
import { startProgress } from "../output/progress.js";
import { samplingOf } from "./verify-sampling.js";
import type { VerifyReport } from "./verify-report.js";

/** What was compared, and with which part of the snapshot. */
export interface ComparedSource {
  readonly snapshot: Snapshot;
  readonly result: CompareResult;
  /** How much of a million. */
  readonly width: number;
}

/** Blobs are used once each: only the next one of each file has to be kept. */
const CACHE_BYTES = 64 * 1024 * 1024;

/**
 * @param snapshot undefined for the newest
 * @returns undefined when the share has no snapshot yet
 */
export async function compareWithSource(
  context: Context,
  configured: ConfiguredShare,
  opened: OpenForVerify,
  report: VerifyReport,
  { snapshot: addressed, width }: { readonly snapshot: Snapshot | undefined; readonly width: number },
): Promise<ComparedSource | undefined> {
  const { io, logger, options } = context;
  const { config, share } = configured;
  const { catalog, store, foreign, reason } = opened;
  if (!catalog) throw reason ?? new SharestrataError("INTERNAL", "There is no catalog.");
  const snapshot = addressed ?? catalog.snapshots().at(-1);
  if (!snapshot) return undefined;
  const { stateFolders } = await import("../../daemon/shares/state-folders.js");
  const sampling = await samplingOf(stateFolders(config, share.name).comparePosition, width);
  const { openShareSource } = await import("../../daemon/shares/open-source.js");
  const { BlobCache } = await import("../../fs/content/blob-cache.js");
  const { ContentReader } = await import("../../fs/content/content-reader.js");
  const { BlobReader } = await import("../../store/blob-reader.js");
  const { compareWithSource: compare } = await import("../../daemon/verify/against-source.js");
  const source = await openShareSource(share, { env: io.env, logger, isForReading: true });
  await using session = await source.open({ signal: io.signal });
  const blobs = new BlobReader({ store });
  const content = new ContentReader({ share: share.name, catalog, blobs, foreign, cache: new BlobCache(CACHE_BYTES) });
  let result: CompareResult;
  {
    using progress = await startProgress(io.stderr, { wanted: options.progress, quiet: options.quiet });
    result = await compare({
      session,
      catalog,
      content,
      snapshot,
      sample: sampling.sample,
      signal: io.signal,
      onDifference: (difference) => report.difference(difference, snapshot),
      onPassedOver: (passedOver) => report.passedOver(passedOver),
      onProgress: (files, bytes) => progress.update({ phase: "comparing", files, bytes }),
    });
  }
  await sampling.finish();
  return { snapshot, result, width };
}
