/** The readers of one open share: its contents, and what only its segments know. */
import { BlobCache } from "../../fs/content/blob-cache.js";
import { ContentReader } from "../../fs/content/content-reader.js";
import { MetadataReader } from "../../fs/metadata-reader.js";
import { BlobReader } from "../../store/blob-reader.js";
import type { OpenShareReader } from "./open-share.js";

export interface ShareReaders {
  readonly content: ContentReader;
  readonly metadata: MetadataReader;
}

/** @param cache shared with other shares, where there are several */
export function readersOf({ name, catalog, store }: OpenShareReader, cache: BlobCache = new BlobCache()): ShareReaders {
  return {
    content: new ContentReader({ share: name, catalog, blobs: new BlobReader({ store }), cache }),
    metadata: new MetadataReader(catalog, store),
  };
}
