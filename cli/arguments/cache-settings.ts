/** What a mount may keep of contents, as it is told: `--cache-size 64M --cache-dir /var/cache/sharestrata --cache-disk-size 20G`. */
import { resolve } from "node:path";
import { SharestrataError } from "../../core/errors.js";
import { parseSize } from "./size.js";

export interface CacheOptions {
  readonly cacheSize?: string | undefined;
  readonly cacheDir?: string | undefined;
  readonly cacheDiskSize?: string | undefined;
}

/** What is not there has its default. */
export interface CacheSettings {
  readonly memoryBytes?: number | undefined;
  readonly disk?: { readonly folder: string; readonly maxBytes: number } | undefined;
}

/** More than any mount has use for, and what every machine can address. */
const MOST_MEMORY_BYTES = 4 * 1024 ** 3;
const DEFAULT_DISK_BYTES = 5 * 1024 ** 3;

/** @param cwd what `--cache-dir` is relative to @throws SharestrataError `USAGE` */
export function parseCacheSettings({ cacheSize, cacheDir, cacheDiskSize }: CacheOptions, cwd: string): CacheSettings {
  const memoryBytes = cacheSize === undefined ? undefined : parseSize("cache-size", cacheSize);
  if (memoryBytes !== undefined && memoryBytes > MOST_MEMORY_BYTES) {
    throw new SharestrataError("USAGE", `--cache-size: "${cacheSize}" is too much: at most 4G of memory can be used.`);
  }
  const maxBytes = cacheDiskSize === undefined ? DEFAULT_DISK_BYTES : parseSize("cache-disk-size", cacheDiskSize);
  if (cacheDir !== undefined) return { memoryBytes, disk: { folder: resolve(cwd, cacheDir), maxBytes } };
  if (cacheDiskSize === undefined) return { memoryBytes };
  throw new SharestrataError("USAGE", "--cache-disk-size says how large --cache-dir may become: name that as well.");
}
