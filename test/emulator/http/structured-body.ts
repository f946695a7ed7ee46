// Structured messages (XSM/1.0): a body in segments, each followed by its checksum, the whole by another.
// Layout, little-endian: version 1 (1), message length (8), flags (2), segment count (2); per segment its
// number from 1 (2), length (8), bytes, CRC-64 (8); at the end the CRC-64 of all content (8).
import { invalidHeader, StorageError } from "../errors.js";
import { Crc64 } from "./crc64.js";
import type { StorageRequest } from "./storage-request.js";
import type { ResponseBody, StorageResponse } from "./storage-response.js";

const kind = "XSM/1.0; properties=crc64";
const headerBytes = 13;
const segmentHeaderBytes = 10;
const checksumBytes = 8;
const segmentBytes = 4 * 1024 ** 2;

/** Whether a request sends, or asks for, a structured body. Throws InvalidHeaderValue. */
export function isStructured(request: StorageRequest): boolean {
  const value = request.header("x-ms-structured-body");
  if (value === undefined) return false;
  if (value.replaceAll(" ", "").toLowerCase() !== kind.replaceAll(" ", "").toLowerCase()) {
    throw invalidHeader("x-ms-structured-body", value);
  }
  return true;
}

/** The same answer with its body as a structured message. */
export function structure(response: StorageResponse): StorageResponse {
  const { body } = response;
  if (!body) return response;
  const segments = Math.ceil(body.length / segmentBytes);
  const length = headerBytes + body.length + segments * (segmentHeaderBytes + checksumBytes) + checksumBytes;
  return {
    ...response,
    headers: {
      ...response.headers,
      "Content-Length": String(length),
      "x-ms-structured-body": kind,
      "x-ms-structured-content-length": String(body.length),
    },
    body: { length, pieces: () => encode(body, length, segments) },
  };
}

function* encode(body: ResponseBody, length: number, segments: number): Generator<Buffer> {
  const header = Buffer.alloc(headerBytes);
  header[0] = 1;
  header.writeBigUInt64LE(BigInt(length), 1);
  header.writeUInt16LE(1, 9);
  header.writeUInt16LE(segments, 11);
  yield header;
  const total = new Crc64();
  let number = 0;
  let left = 0;
  let checksum = new Crc64();
  for (const piece of body.pieces()) {
    for (let at = 0; at < piece.length;) {
      if (left === 0) {
        left = Math.min(segmentBytes, body.length - number * segmentBytes);
        number++;
        checksum = new Crc64();
        const segment = Buffer.alloc(segmentHeaderBytes);
        segment.writeUInt16LE(number, 0);
        segment.writeBigUInt64LE(BigInt(left), 2);
        yield segment;
      }
      const part = piece.subarray(at, at + left);
      total.update(part);
      checksum.update(part);
      yield part;
      at += part.length;
      left -= part.length;
      if (left === 0) yield checksum.digest();
    }
  }
  yield total.digest();
}

/** The content of a structured message. Throws InvalidInput and Crc64Mismatch. */
export function unstructure(message: Buffer, contentLength: number): Buffer {
  if (message.length < headerBytes + checksumBytes || message[0] !== 1) throw malformed();
  if (message.readBigUInt64LE(1) !== BigInt(message.length)) throw malformed();
  const segments = message.readUInt16LE(11);
  const parts: Buffer[] = [];
  const total = new Crc64();
  let at = headerBytes;
  for (let number = 1; number <= segments; number++) {
    if (at + segmentHeaderBytes > message.length) throw malformed();
    const length = Number(message.readBigUInt64LE(at + 2));
    const start = at + segmentHeaderBytes;
    const end = start + length;
    if (message.readUInt16LE(at) !== number || end + checksumBytes > message.length) {
      throw malformed();
    }
    const part = message.subarray(start, end);
    check(new Crc64().update(part), message.subarray(end, end + checksumBytes));
    total.update(part);
    parts.push(part);
    at = end + checksumBytes;
  }
  check(total, message.subarray(at));
  const content = Buffer.concat(parts);
  if (content.length !== contentLength) throw malformed();
  return content;
}

function check(checksum: Crc64, found: Buffer): void {
  if (!checksum.digest().equals(found)) throw new StorageError("Crc64Mismatch");
}

function malformed(): StorageError {
  return new StorageError("InvalidInput");
}
