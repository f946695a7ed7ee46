/**
 * Files that a content worker reads by itself, so that their bytes never cross threads. How a file is opened and vouched
 * for is the source's affair: it gives a module that exports a `FileReader` as `reader`, which workers import.
 */

/** An open file. Calls are synchronous: whoever reads has a thread to itself. */
export interface OpenedFile {
  /** @returns how many bytes came, 0 at the end @throws what the source means by it */
  read(into: Uint8Array, offset: number, lengthBytes: number): number;
  /** Called once everything is read. @throws when the file is not what it was when it was opened */
  verify(): void;
  close(): void;
}

export interface FileReader {
  /** @param request what the source has made for this file; structured-clonable @throws what the source means by it */
  open(request: unknown): OpenedFile;
}

/** Where workers get the reader from, and the same one for this thread. */
export interface FileReaderModule {
  /** URL of the module. */
  readonly url: string;
  readonly reader: FileReader;
}

/** One file that a worker is to read. Disposed when the file is open in the worker, or nobody wants it any more. */
export interface FileTicket extends Disposable {
  readonly request: unknown;
}
