/** Cutting a long content into chunks: the interface. */

export interface Chunker {
  /**
   * Takes the next piece of the content. The chunks that come back may be views of the pieces, so a piece must not
   * be changed or reused once it was given. Take all chunks of a piece before giving the next.
   */
  push(piece: Uint8Array): Iterable<Uint8Array>;
  /** @returns the last chunk, undefined when nothing is left; the chunker then begins anew with the next content */
  finish(): Uint8Array | undefined;
}
