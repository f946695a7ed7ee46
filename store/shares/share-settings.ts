/** How the contents of a share are cut and stored. Fixed when the share is created: other cuts would find no old chunk again. */
import { SharestrataError } from "../../core/errors.js";

const KIB = 1024;
const MIB = 1024 * KIB;

export interface ShareSettings {
  /** Files of up to this size are one blob, put into bundles; longer ones are cut into chunks. */
  readonly smallFileThresholdBytes: number;
  readonly chunkMinBytes: number;
  readonly chunkAverageBytes: number;
  readonly chunkMaxBytes: number;
  /** Of zstd, 1 … 19. */
  readonly compressionLevel: number;
  /** Among whose contents one that is stored already is looked for: of this share, or of all shares of its tenant that say so. */
  readonly dedupScope: DedupScope;
}

/** The numbers stand in share.fb (schemas/share.fbs). */
export const DEDUP_SCOPES = ["share", "tenant"] as const;
export type DedupScope = (typeof DEDUP_SCOPES)[number];

export const DEFAULT_SHARE_SETTINGS: ShareSettings = {
  smallFileThresholdBytes: MIB,
  chunkMinBytes: 512 * KIB,
  chunkAverageBytes: 2 * MIB,
  chunkMaxBytes: 8 * MIB,
  compressionLevel: 3,
  dedupScope: "share",
};

/** A blob is compressed, hashed and checked as a whole, so its size is memory. */
const LARGEST_CHUNK_BYTES = 64 * MIB;
/** Twice the window of the rolling hash. */
const SMALLEST_CHUNK_BYTES = 64;

/** What is wrong with the settings, or undefined. */
export function settingsProblem(settings: ShareSettings): string | undefined {
  const { smallFileThresholdBytes, chunkMinBytes, chunkAverageBytes, chunkMaxBytes, compressionLevel } = settings;
  const numbers = [smallFileThresholdBytes, chunkMinBytes, chunkAverageBytes, chunkMaxBytes, compressionLevel];
  if (!numbers.every((value) => Number.isInteger(value))) return "sizes and level are whole numbers";
  if (!DEDUP_SCOPES.includes(settings.dedupScope)) return `contents are shared within ${DEDUP_SCOPES.join(" or ")}`;
  if (chunkMinBytes < SMALLEST_CHUNK_BYTES) return `chunks have at least ${SMALLEST_CHUNK_BYTES} bytes`;
  if (chunkMaxBytes > LARGEST_CHUNK_BYTES) return `chunks have at most ${LARGEST_CHUNK_BYTES / MIB} MiB`;
  if (chunkMinBytes >= chunkAverageBytes || chunkAverageBytes >= chunkMaxBytes) {
    return "the least, average and largest size of a chunk are in this order";
  }
  if (smallFileThresholdBytes < 0 || smallFileThresholdBytes > LARGEST_CHUNK_BYTES) {
    return `the threshold for small files lies between 0 and ${LARGEST_CHUNK_BYTES / MIB} MiB`;
  }
  if (compressionLevel < 1 || compressionLevel > 19) return "the compression level lies between 1 and 19";
  return undefined;
}

/**
 * @param given overrides the defaults
 * @throws SharestrataError `CONFIG_INVALID`
 */
export function shareSettings(given: Partial<ShareSettings> = {}): ShareSettings {
  const settings = { ...DEFAULT_SHARE_SETTINGS, ...given };
  const problem = settingsProblem(settings);
  if (problem !== undefined) {
    throw new SharestrataError("CONFIG_INVALID", `The share cannot be created: ${problem}.`);
  }
  return settings;
}
