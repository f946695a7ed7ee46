// The decoder before whatever might come over the device: it decodes or throws its own error, and reads nothing but the message.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPCODE, WRITES } from "../../../../fs/transports/devfuse/protocol/opcodes.js";
import {
  HEADER_BYTES,
  ProtocolError,
  decodeRequest,
  type Request,
} from "../../../../fs/transports/devfuse/protocol/request.js";

const OPCODES = Object.values(OPCODE);

interface Header {
  readonly length?: number;
  readonly opcode: number;
  readonly unique: bigint;
  readonly node: bigint;
}

function messageOf({ length, opcode, unique, node }: Header, body: Uint8Array): Buffer {
  const message = Buffer.alloc(HEADER_BYTES + body.length);
  message.writeUInt32LE(length ?? message.length, 0);
  message.writeUInt32LE(opcode, 4);
  message.writeBigUInt64LE(unique, 8);
  message.writeBigUInt64LE(node, 16);
  message.set(body, HEADER_BYTES);
  return message;
}

/** What comes of a message, as something to compare. */
function outcome(message: Buffer): Request | { readonly refused: string; readonly unique: number | undefined } {
  try {
    return decodeRequest(message);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { refused: error.message, unique: error.unique };
  }
}

/** The same bytes in the middle of others, as in a buffer that is used again. */
function amid(message: Buffer, filler: number): Buffer {
  const around = Buffer.alloc(message.length + 4096, filler);
  message.copy(around, 1024);
  return around.subarray(1024, 1024 + message.length);
}

const body = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ maxLength: 2000 }));
const word64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const unique = fc.oneof(word64, fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }));
const opcode = fc.oneof(fc.constantFrom(...OPCODES), fc.nat(100), fc.nat(2 ** 32 - 1));
const header = fc.record({ opcode, unique, node: word64 });
const NUMBER_OF_RUNS = { numRuns: 3000 };

describe("a message from the kernel", () => {
  it("of any bytes is decoded or refused with a ProtocolError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => outcome(Buffer.from(bytes))).not.toThrow();
      }),
      NUMBER_OF_RUNS,
    );
  });

  it("with any header and body is decoded or refused with a ProtocolError", () => {
    fc.assert(
      fc.property(header, body, (fields, bytes) => {
        const found = outcome(messageOf(fields, bytes));
        if ("refused" in found) return;
        expect(BigInt(found.unique)).toBe(fields.unique);
        expect((BigInt(found.node.high) << 32n) | BigInt(found.node.low)).toBe(fields.node);
      }),
      NUMBER_OF_RUNS,
    );
  });

  it("means the same whatever lies around it in the buffer", () => {
    fc.assert(
      fc.property(header, body, (fields, bytes) => {
        const message = messageOf(fields, bytes);
        const alone = outcome(message);
        for (const filler of [0x00, 0x41, 0xff]) expect(outcome(amid(message, filler))).toEqual(alone);
      }),
      NUMBER_OF_RUNS,
    );
  });

  it("that says another length than it has is refused", () => {
    fc.assert(
      fc.property(header, body, fc.nat(2 ** 32 - 1), (fields, bytes, length) => {
        fc.pre(length !== HEADER_BYTES + bytes.length);
        expect(outcome(messageOf({ ...fields, length }, bytes))).toHaveProperty("refused");
      }),
    );
  });

  it("cut off anywhere is refused, with its number as soon as that is there", () => {
    fc.assert(
      fc.property(header, body, fc.nat(), (fields, bytes, cut) => {
        const message = messageOf(fields, bytes);
        const short = message.subarray(0, cut % message.length);
        const found = outcome(short);
        expect(found).toHaveProperty("refused");
        if (short.length >= HEADER_BYTES && fields.unique < 2n ** 53n) expect(found.unique).toBe(Number(fields.unique));
      }),
    );
  });

  it("cut off, with a length that says so, is refused until all that is needed is there", () => {
    // Of the body. Names here are empty, so that there is never enough of them.
    const needed: readonly [opcode: number, bytes: number][] = [
      [OPCODE.read, 20],
      [OPCODE.readdir, 20],
      [OPCODE.readdirplus, 20],
      [OPCODE.interrupt, 8],
      [OPCODE.listxattr, 4],
      [OPCODE.init, 8],
      [OPCODE.getattr, 0],
      [OPCODE.lookup, Infinity],
      [OPCODE.getxattr, Infinity],
    ];
    for (const [code, bodyBytes] of needed) {
      const full = messageOf({ opcode: code, unique: 2n, node: 1n }, Buffer.alloc(40));
      for (let length = 0; length <= full.length; length++) {
        const short = Buffer.from(full.subarray(0, length));
        if (length >= 4) short.writeUInt32LE(length, 0);
        expect([code, length, "refused" in outcome(short)]).toEqual([code, length, length < HEADER_BYTES + bodyBytes]);
      }
    }
  });

  it("with a name gives exactly that name, or one that nothing can have", () => {
    const name = fc.uint8Array({ minLength: 1, maxLength: 300 }).filter((bytes) => !bytes.includes(0));
    fc.assert(
      fc.property(name, word64, (bytes, node) => {
        const fields = { opcode: OPCODE.lookup, unique: 4n, node };
        const found = outcome(messageOf(fields, Buffer.concat([bytes, Buffer.from([0])])));
        expect(found).toMatchObject({ kind: "lookup" });
        const decoded = "name" in found ? found.name : "";
        const isText = Buffer.from(Buffer.from(bytes).toString("utf8")).equals(Buffer.from(bytes));
        expect(decoded).toBe(isText ? Buffer.from(bytes).toString("utf8") : "\0");
      }),
      NUMBER_OF_RUNS,
    );
  });

  it("whose name has no end or no beginning is refused", () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from("abc"), Buffer.from([0]), Buffer.from([0, 0x61, 0])]) {
      expect(outcome(messageOf({ opcode: OPCODE.lookup, unique: 4n, node: 1n }, bytes))).toMatchObject({ unique: 4 });
      const xattr = Buffer.concat([Buffer.alloc(8), bytes]);
      expect(outcome(messageOf({ opcode: OPCODE.getxattr, unique: 6n, node: 1n }, xattr))).toHaveProperty("refused");
    }
  });

  it("with an offset beyond what numbers can hold is refused", () => {
    for (const code of [OPCODE.read, OPCODE.readdir, OPCODE.readdirplus]) {
      for (const offset of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
        const bytes = Buffer.alloc(40);
        bytes.writeBigUInt64LE(offset, 8);
        expect(outcome(messageOf({ opcode: code, unique: 4n, node: 1n }, bytes))).toMatchObject({ unique: 4 });
      }
    }
  });

  it("that would change something, or that nobody knows, is told as such whatever is in it", () => {
    const known = new Set<number>(OPCODES);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...WRITES), fc.nat(2 ** 32 - 1)), body, (code, bytes) => {
        fc.pre(WRITES.has(code) || !known.has(code));
        expect(outcome(messageOf({ opcode: code, unique: 8n, node: 3n }, bytes))).toEqual({
          kind: WRITES.has(code) ? "write" : "unknown",
          unique: 8,
          node: { high: 0, low: 3 },
        });
      }),
    );
  });
});
