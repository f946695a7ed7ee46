import { compress } from "@cloudpss/zstd";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ZstdCodec } from "../../../store/content/zstd-codec.js";
import { frameContentSize } from "../../../store/content/zstd-frame.js";
import { randomBytes } from "node:crypto";

const codec = new ZstdCodec(3);
const text = (length: number): Buffer => Buffer.alloc(length, "all work and no play ");

test("compresses where it pays and gives the bytes back", async () => {
  for (const length of [64, 255, 256, 65_791, 65_792, 1_000_000]) {
    const plain = text(length);
    const encoded = await codec.encode(plain);
    expect(encoded.codec).toBe("zstd");
    expect(encoded.bytes.length).toBeLessThan(length);
    expect(frameContentSize(encoded.bytes)).toBe(length);
    expect(Buffer.compare(await codec.decode("zstd", encoded.bytes, length), plain)).toBe(0);
  }
});

test("leaves as it is what is short or does not shrink", async () => {
  for (const plain of [new Uint8Array(0), text(63), randomBytes(100_000)]) {
    expect(await codec.encode(plain)).toEqual({ codec: "stored", bytes: plain });
  }
});

test("never produces more than was declared", async () => {
  const bomb = compress(Buffer.alloc(50_000_000), 3);
  await expect(codec.decode("zstd", bomb, 1000)).rejects.toThrow("1000 were declared");
  const twoFrames = Buffer.concat([compress(text(1000), 3), bomb]);
  await expect(codec.decode("zstd", twoFrames, 1000)).rejects.toThrow("not exactly one");
  await expect(codec.decode("stored", text(10), 11)).rejects.toThrow("11 were declared");
});

test("refuses a frame that lies about its size", async () => {
  const honest = Buffer.from(compress(text(100_000), 3));
  // Single segment, four-byte size right behind the descriptor (RFC 8878, 3.1.1.1).
  expect(honest[4]).toBe(0xa0);
  const lying = Buffer.from(honest);
  lying.writeUInt32LE(99_999, 5);
  await expect(codec.decode("zstd", lying, 99_999)).rejects.toThrow("too small");
  lying.writeUInt32LE(100_001, 5);
  await expect(codec.decode("zstd", lying, 100_001)).rejects.toThrow("corruption");
});

test("takes any bytes for a frame without crashing", async () => {
  const frame = compress(text(5000), 3);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.nat(frame.length), async (bytes, at) => {
      const mixed = Buffer.concat([frame.subarray(0, at), bytes]);
      const plain = await codec.decode("zstd", mixed, 5000).catch(() => undefined);
      expect(plain === undefined || plain.length === 5000).toBe(true);
    }),
    { numRuns: 300 },
  );
});
