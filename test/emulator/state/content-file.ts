// The bytes of all files of a state folder, appended one after the other and never changed, so that a
// position found in the journal always reads the same bytes.
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { ByteSource } from "../model/content.js";

export class ContentFile {
  readonly #fd: number;
  #end: number;

  constructor(path: string) {
    this.#fd = openSync(path, "a+");
    this.#end = fstatSync(this.#fd).size;
  }

  append(bytes: Buffer): ByteSource {
    const position = this.#end;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    this.#end += bytes.length;
    return this.source(position, bytes.length);
  }

  source(position: number, length: number): ByteSource {
    return {
      length,
      position,
      read: (offset, wanted) => {
        const bytes = Buffer.allocUnsafe(wanted);
        for (let at = 0; at < wanted;) {
          const read = readSync(this.#fd, bytes, at, wanted - at, position + offset + at);
          if (read === 0) throw new RangeError("the content file is shorter than the journal says");
          at += read;
        }
        return bytes;
      },
    };
  }

  close(): void {
    closeSync(this.#fd);
  }
}
