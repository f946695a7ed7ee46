// Operations that move a file's bytes, or tell where they are: get, put range, list ranges.
import { createHash } from "node:crypto";
import { invalidHeader, StorageError } from "../errors.js";
import type { Operation, OperationContext } from "../http/operation.js";
import { isStructured, structure, unstructure } from "../http/structured-body.js";
import { xmlResponse, type StorageResponse } from "../http/storage-response.js";
import type { Span } from "../model/content.js";
import type { FileState, FoundNode } from "../model/node.js";
import { visibleContent } from "../model/copy-progress.js";
import { diffContent } from "../model/range-diff.js";
import type { WriteTime } from "../model/share-files.js";
import { element, textElement, xmlDocument } from "../xml.js";
import { checkMd5, fileHeaders, findFile, maxRangeBytes } from "./file-operations.js";
import { needs } from "./needs.js";
import { contentHeaders, versionHeaders, writeEncrypted } from "./node-headers.js";
import { overriddenHeaders } from "./response-overrides.js";

/** A full range with its segment's frame. */
const maxStructuredBytes = maxRangeBytes + 1024;

export const getFile: Operation = {
  name: "Get File",
  need: needs.read,
  onSnapshot: true,
  run(context) {
    const answer = getBytes(context);
    return isStructured(context.request) ? structure(answer) : answer;
  },
};

function getBytes(context: OperationContext): StorageResponse {
  const { request } = context;
  const found = findFile(context);
  const { range } = request;
  const wantsMd5 = request.flag("x-ms-range-get-content-md5");
  if (!range) {
    if (wantsMd5) throw invalidHeader("x-ms-range-get-content-md5", "true");
    return bytesResponse(context, found, { start: 0, end: found.state.size }, 200);
  }
  const { size } = found.state;
  if (range.start >= size) {
    throw new StorageError("InvalidRange", {}, { "Content-Range": `bytes */${size}` });
  }
  const span = { start: range.start, end: Math.min((range.end ?? size - 1) + 1, size) };
  if (wantsMd5 && span.end - span.start > maxRangeBytes) {
    throw invalidHeader("x-ms-range-get-content-md5", "true");
  }
  return bytesResponse(context, found, span, 206, wantsMd5);
}

function bytesResponse(
  context: OperationContext,
  found: FoundNode<FileState>,
  { start, end }: Span,
  status: 200 | 206,
  withMd5 = false,
): StorageResponse {
  const { state } = found;
  const content = visibleContent(state, context.nowMs);
  const whole = status === 200;
  return {
    status,
    headers: {
      ...contentHeaders(state, whole),
      ...overriddenHeaders(context),
      ...fileHeaders(context, found),
      "Accept-Ranges": "bytes",
      "Content-Length": String(end - start),
      ...(!whole && { "Content-Range": `bytes ${start}-${end - 1}/${state.size}` }),
      ...(withMd5 && {
        "Content-MD5": createHash("md5").update(content.read(start, end)).digest("base64"),
      }),
    },
    body: { length: end - start, pieces: () => content.pieces(start, end) },
  };
}

export const putRange: Operation = {
  name: "Put Range",
  need: needs.write,
  onSnapshot: false,
  async run(context) {
    const { request, leaseId, path, share } = context;
    const range = requireRange(context);
    const write = request.requireHeader("x-ms-write").toLowerCase();
    const writeTime = readWriteTime(context);
    if (write === "clear") {
      if (request.contentLength !== 0) throw invalidHeader("content-length", "not zero");
      const cleared = share.files.clearRange(path, range.start, range.end, writeTime, leaseId);
      return written(cleared, {});
    }
    if (write !== "update") throw invalidHeader("x-ms-write", write);
    const length = range.end - range.start;
    if (length > maxRangeBytes) throw new StorageError("RequestBodyTooLarge");
    const body = await readRangeBody(context, length);
    const md5 = checkMd5(body, request.header("content-md5"));
    const found = share.files.writeRange(path, range.start, body, writeTime, leaseId);
    return written(found, {
      ...writeEncrypted,
      "Content-MD5": md5,
      ...(isStructured(request) && {
        "x-ms-structured-body": request.requireHeader("x-ms-structured-body"),
      }),
    });
  },
};

/** The bytes of a range write, which must be as many as the range has. */
async function readRangeBody({ request }: OperationContext, length: number): Promise<Buffer> {
  const structured = isStructured(request);
  const announced = structured ? request.wholeNumber("x-ms-structured-content-length") : request.contentLength;
  if (announced !== length) throw invalidHeader("content-length", String(announced));
  if (!structured) return request.body(maxRangeBytes);
  return unstructure(await request.body(maxStructuredBytes), length);
}

/** The range a write names, half-open. */
export function requireRange({ request }: OperationContext): Span {
  const { range } = request;
  if (!range) throw new StorageError("MissingRequiredHeader", { HeaderName: "x-ms-range" });
  if (range.end === undefined) throw invalidHeader("x-ms-range", `bytes=${range.start}-`);
  return { start: range.start, end: range.end + 1 };
}

export function readWriteTime({ request }: OperationContext): WriteTime {
  const value = (request.header("x-ms-file-last-write-time") ?? "now").toLowerCase();
  if (value !== "now" && value !== "preserve") {
    throw invalidHeader("x-ms-file-last-write-time", value);
  }
  return value;
}

/** The answer to a range write, with what else it tells: nothing of encryption where no byte was written. */
export function written({ state }: FoundNode<FileState>, headers: Readonly<Record<string, string>>): StorageResponse {
  return {
    status: 201,
    headers: {
      ...versionHeaders(state),
      "x-ms-file-last-write-time": state.lastWriteTime,
      ...headers,
    },
  };
}

export const listRanges: Operation = {
  name: "List Ranges",
  need: needs.read,
  onSnapshot: true,
  run(context) {
    const found = findFile(context);
    const { state } = found;
    const { range, query } = context.request;
    const end = Math.min(range?.end === undefined ? state.size : range.end + 1, state.size);
    const span = { start: Math.min(range?.start ?? 0, end), end };
    const previous = query.get("prevsharesnapshot");
    if (!previous && context.request.header("x-ms-file-support-rename") !== undefined) {
      throw invalidHeader("x-ms-file-support-rename", "without prevsharesnapshot");
    }
    const elements = previous
      ? diffElements(context, found, previous, span)
      : visibleContent(state, context.nowMs)
          .spans(span.start, span.end)
          .map((part) => spanElement("Range", part));
    return xmlResponse(200, xmlDocument(element("Ranges", elements)), {
      ...versionHeaders(state),
      "x-ms-content-length": String(state.size),
    });
  },
};

function diffElements(
  context: OperationContext,
  found: FoundNode<FileState>,
  previousId: string,
  { start, end }: Span,
): string[] {
  const before = findBefore(context, found, previousId);
  const { size } = found.state;
  const content = visibleContent(found.state, context.nowMs);
  if (!before) return content.spans(start, end).map((part) => spanElement("Range", part));
  const { changed, cleared } = diffContent(before.content, content, start, end, size);
  return [...changed.map((span) => ({ span, name: "Range" })), ...cleared.map((span) => ({ span, name: "ClearRange" }))]
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ span, name }) => spanElement(name, span));
}

/** The file in the previous snapshot; undefined when it did not exist there. */
function findBefore(context: OperationContext, found: FoundNode<FileState>, previousId: string): FileState | undefined {
  const { share, snapshotId, path, request } = context;
  const previous = share.record.snapshots.find(({ id }) => id === previousId);
  if (!previous) throw new StorageError("PreviousSnapshotNotFound");
  if (snapshotId !== undefined && share.snapshot(snapshotId).epoch < previous.epoch) {
    throw new StorageError("PreviousSnapshotCannotBeNewer");
  }
  const supportsRename = request.flag("x-ms-file-support-rename");
  const reader = share.reader(previousId);
  const atPath = reader.find(path);
  if (atPath?.id === found.id) return atPath.state.kind === "file" ? atPath.state : undefined;
  const byId = reader.findById(found.id);
  if (byId?.kind === "file") {
    if (!supportsRename) throw new StorageError("FileGenerationMismatch");
    return byId;
  }
  if (atPath) throw new StorageError("FileGenerationMismatch");
  return undefined;
}

function spanElement(name: string, { start, end }: Span): string {
  return element(name, [textElement("Start", start), textElement("End", end - 1)]);
}
