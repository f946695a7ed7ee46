/** Where the bytes of a file come from, for whoever works on them. */
import type { FileReaderModule, FileTicket } from "./file-reader.js";

export type ContentSource = BytesSource | FileSource;

export interface BytesSource {
  readonly kind: "bytes";
  /** Given away: they may be moved to another thread. */
  readonly bytes: Uint8Array;
}

/** A file that a worker reads by itself. */
export interface FileSource {
  readonly kind: "file";
  readonly module: FileReaderModule;
  /** Called when it is its turn; may throw what reading the file would. */
  readonly open: () => FileTicket;
}
