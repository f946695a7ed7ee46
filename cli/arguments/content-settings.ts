/** How contents are to be stored, as `init` is told: `--compression 9 --small-file-threshold 256k --chunk-sizes 512k,2M,8M`. */
import { SharestrataError } from "../../core/errors.js";
import { DEFAULT_SHARE_SETTINGS, settingsProblem, type ShareSettings } from "../../store/shares/share-settings.js";

export interface ContentOptions {
  readonly compression?: string | undefined;
  readonly smallFileThreshold?: string | undefined;
  readonly chunkSizes?: string | undefined;
}

const SIZE = /^(\d+)([km]?)$/i;
const UNITS = ["", "k", "m"];

/** @returns what was said, and nothing else @throws SharestrataError `USAGE` */
export function parseContentSettings(options: ContentOptions): Partial<ShareSettings> {
  const { compression, smallFileThreshold, chunkSizes } = options;
  const given: Partial<ShareSettings> = {
    ...(compression === undefined ? {} : { compressionLevel: parseLevel(compression) }),
    ...(smallFileThreshold === undefined ? {} : { smallFileThresholdBytes: parseSize(smallFileThreshold) }),
    ...(chunkSizes === undefined ? {} : parseChunkSizes(chunkSizes)),
  };
  const problem = settingsProblem({ ...DEFAULT_SHARE_SETTINGS, ...given });
  if (problem !== undefined) throw usage(`The share cannot be set up like this: ${problem}.`);
  return given;
}

function parseLevel(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw usage(`"${text}" is no compression level: write a number from 1 (fast) to 19 (small).`);
}

function parseChunkSizes(text: string): Partial<ShareSettings> {
  const [chunkMinBytes, chunkAverageBytes, chunkMaxBytes, ...rest] = text.split(",").map(parseSize);
  if (
    chunkMinBytes === undefined ||
    chunkAverageBytes === undefined ||
    chunkMaxBytes === undefined ||
    rest.length > 0
  ) {
    throw usage(`"${text}" does not say three sizes of chunks: write the least, average and largest, as 512k,2M,8M.`);
  }
  return { chunkMinBytes, chunkAverageBytes, chunkMaxBytes };
}

function parseSize(text: string): number {
  const [, digits, unit = ""] = SIZE.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit.toLowerCase());
  if (Number.isSafeInteger(bytes)) return bytes;
  throw usage(`"${text}" is no size: write a number of bytes, or one with k or M behind it.`);
}

function usage(message: string): SharestrataError {
  return new SharestrataError("USAGE", message);
}
