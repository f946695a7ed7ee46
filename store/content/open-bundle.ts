/** The blobs that wait for their bundle to be full. Their stored bytes stay in the buffers of the batches they came in. */
import { bundledSizeBytes } from "../bundles/bundle-builder.js";
import { SHA256_BYTES } from "../fields.js";
import type { EncodedBatch, EncodedMember } from "./workers/batch.js";
import type { BundleParts } from "./workers/messages.js";

/** One blob by itself, for when there are too few for a bundle. */
export interface OpenBlob extends Pick<EncodedMember, "pending" | "plainBytes" | "sha256" | "codec"> {
  /** As stored. */
  readonly bytes: Uint8Array;
}

export class OpenBundle {
  readonly members: EncodedMember[] = [];
  readonly #buffers: ArrayBuffer[] = [];
  readonly #bufferOf: number[] = [];
  #sizeBytes = 0;

  get count(): number {
    return this.members.length;
  }

  /** What the blobs take up in a bundle. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add({ buffer, members }: EncodedBatch): void {
    if (members.length === 0) return;
    const position = this.#buffers.push(buffer) - 1;
    for (const member of members) {
      this.members.push(member);
      this.#bufferOf.push(position);
      this.#sizeBytes += bundledSizeBytes(member.lengthBytes);
    }
  }

  /** All of it, to be moved to whoever makes the bundle. */
  parts(): BundleParts {
    const { members } = this;
    const sha256s = new Uint8Array(members.length * SHA256_BYTES);
    for (const [i, { sha256 }] of members.entries()) sha256s.set(sha256, i * SHA256_BYTES);
    return {
      buffers: this.#buffers,
      bufferOf: Uint32Array.from(this.#bufferOf),
      offsets: Float64Array.from(members, ({ offset }) => offset),
      lengths: Uint32Array.from(members, ({ lengthBytes }) => lengthBytes),
      codecs: Uint8Array.from(members, ({ codec }) => codec),
      plainBytes: Uint32Array.from(members, ({ plainBytes }) => plainBytes),
      sha256s,
    };
  }

  blobs(): readonly OpenBlob[] {
    return this.members.map(({ pending, plainBytes, sha256, codec, offset, lengthBytes }, i) => {
      const buffer = this.#buffers[this.#bufferOf[i] ?? 0] ?? new ArrayBuffer(0);
      return { pending, plainBytes, sha256, codec, bytes: new Uint8Array(buffer, offset, lengthBytes) };
    });
  }
}
