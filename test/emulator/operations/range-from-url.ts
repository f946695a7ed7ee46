// Put Range From URL: one range of a file, taken from another one.
import { invalidHeader, StorageError } from "../errors.js";
import { Crc64 } from "../http/crc64.js";
import type { Operation, OperationContext } from "../http/operation.js";
import type { Span } from "../model/content.js";
import { visibleContent } from "../model/copy-progress.js";
import { openCopySource, unverified } from "./copy-source.js";
import { readWriteTime, requireRange, written } from "./file-content.js";
import { maxRangeBytes } from "./file-operations.js";
import { needs } from "./needs.js";
import { writeEncrypted } from "./node-headers.js";

const tooShort = "The source request body for copy source does not match requested length to write on target.";

export const putRangeFromUrl: Operation = {
  name: "Put Range From URL",
  need: needs.write,
  onSnapshot: false,
  run(context) {
    const { request, share, nowMs } = context;
    const range = requireRange(context);
    const length = range.end - range.start;
    if (length > maxRangeBytes) throw new StorageError("RequestBodyTooLarge");
    const write = request.requireHeader("x-ms-write");
    if (write.toLowerCase() !== "update") throw invalidHeader("x-ms-write", write);
    if (request.contentLength !== 0) throw invalidHeader("content-length", String(request.contentLength));
    const { start, end } = readSourceRange(context, length);
    const writeTime = readWriteTime(context);
    const { state } = openCopySource(context, { ownKey: false }).found;
    // The service asks for the bytes as a client would, and gets fewer than it wants to write.
    if (start >= state.size) throw unverified(context, new StorageError("InvalidRange"));
    if (end > state.size) throw new StorageError("CannotVerifyCopySource", {}, {}, 409, tooShort);
    const bytes = Buffer.from(visibleContent(state, nowMs).read(start, end));
    const crc64 = new Crc64().update(bytes).digest().toString("base64");
    checkCrc64(context, crc64);
    return written(share.files.writeRange(context.path, range.start, bytes, writeTime, context.leaseId), {
      ...writeEncrypted,
      "x-ms-content-crc64": crc64,
    });
  },
};

function readSourceRange({ request }: OperationContext, length: number): Span {
  const text = request.requireHeader("x-ms-source-range");
  const match = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(text);
  if (!match) throw invalidHeader("x-ms-source-range", text);
  const span = { start: Number(match[1]), end: Number(match[2]) + 1 };
  if (span.end - span.start !== length) throw invalidHeader("x-ms-source-range", text);
  return span;
}

/** Throws when the source's bytes are not those the request expects, or those it does not want. */
function checkCrc64({ request }: OperationContext, found: string): void {
  const expected = (name: string): string | undefined => {
    const value = request.header(name);
    if (value !== undefined && Buffer.from(value, "base64").length !== 8) throw invalidHeader(name, value);
    return value;
  };
  const content = expected("x-ms-source-content-crc64");
  if (content !== undefined && content !== found) throw new StorageError("Crc64Mismatch");
  const match = expected("x-ms-source-if-match-crc64");
  const noneMatch = expected("x-ms-source-if-none-match-crc64");
  if ((match !== undefined && match !== found) || noneMatch === found) throw new StorageError("ConditionNotMet");
}
