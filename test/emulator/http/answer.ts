// Puts an answer on the connection: common headers, error bodies, and the faults that spoil a body on
// its way out.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { StorageError } from "../errors.js";
import { element, textElement, xmlDocument } from "../xml.js";
import type { Fault } from "./faults.js";
import { bytesBody, type ResponseBody, type StorageResponse } from "./storage-response.js";

/** What every answer to one request says. */
export interface CommonHeaders {
  readonly requestId: string;
  readonly version: string;
  readonly clientRequestId?: string;
  readonly nowMs: number;
}

function commonHeaders(common: CommonHeaders): Record<string, string> {
  return {
    Server: "Windows-Azure-File/1.0 Microsoft-HTTPAPI/2.0",
    "x-ms-request-id": common.requestId,
    "x-ms-version": common.version,
    ...(common.clientRequestId !== undefined && {
      "x-ms-client-request-id": common.clientRequestId,
    }),
    Date: new Date(common.nowMs).toUTCString(),
  };
}

/** The answer that tells of a service error. */
export function errorResponse(error: StorageError, common: CommonHeaders): StorageResponse {
  const { status, code, message, details, headers } = error;
  return errorAnswer({ status, code, message, details, headers }, common);
}

/** The answer a `status` fault asks for; its code need not be one the service knows. */
export function errorAnswer(
  error: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
  },
  common: CommonHeaders,
): StorageResponse {
  const time = new Date(common.nowMs).toISOString().replace("Z", "0000Z");
  const message = `${error.message}\nRequestId:${common.requestId}\nTime:${time}`;
  const details = Object.entries(error.details ?? {}).map(([name, text]) => textElement(name, text));
  const body = element("Error", [textElement("Code", error.code), textElement("Message", message), ...details]);
  return {
    status: error.status,
    headers: {
      "Content-Type": "application/xml",
      "x-ms-error-code": error.code,
      ...error.headers,
    },
    body: bytesBody(xmlDocument(body)),
  };
}

/** Sends an answer, spoiled by `fault` if there is one. Gives the body bytes sent. */
export async function sendAnswer(
  response: ServerResponse,
  answer: StorageResponse,
  common: CommonHeaders,
  options: { readonly headOnly: boolean; readonly fault?: Fault | undefined },
): Promise<number> {
  const { fault } = options;
  const body = options.headOnly ? undefined : spoil(answer.body ?? bytesBody(Buffer.alloc(0)), fault);
  const headers: Record<string, string> = { ...answer.headers, ...commonHeaders(common) };
  if (body) headers["Content-Length"] = String(body.length);
  // An error on HEAD has no body: announcing its length would make clients wait for it.
  else if (answer.status >= 400) {
    delete headers["Content-Type"];
    headers["Content-Length"] = "0";
  }
  if (fault?.kind === "false-length") headers["Content-Length"] = String((body?.length ?? 0) + fault.deltaBytes);
  if (fault?.kind === "status" || fault?.kind === "headers") replaceHeaders(headers, fault.headers);
  response.writeHead(answer.status, headers);
  const sent = body ? await sendBody(response, body, fault) : 0;
  if (!response.destroyed && fault?.kind !== "stall") response.end();
  return sent;
}

function replaceHeaders(headers: Record<string, string>, by: Readonly<Record<string, string>> = {}): void {
  const replaced = new Set(Object.keys(by).map((name) => name.toLowerCase()));
  for (const name of Object.keys(headers)) if (replaced.has(name.toLowerCase())) delete headers[name];
  Object.assign(headers, by);
}

function spoil(body: ResponseBody, fault: Fault | undefined): ResponseBody {
  if (fault?.kind === "wrong-length") {
    const length = Math.max(0, body.length + fault.deltaBytes);
    return { length, pieces: () => resize(body, length) };
  }
  if (fault?.kind === "corrupt") return { length: body.length, pieces: () => corrupt(body, fault) };
  return body;
}

function* resize(body: ResponseBody, length: number): Generator<Buffer> {
  let left = length;
  for (const piece of body.pieces()) {
    if (left === 0) return;
    yield piece.subarray(0, left);
    left -= Math.min(left, piece.length);
  }
  if (left > 0) yield Buffer.alloc(left);
}

function* corrupt(body: ResponseBody, { atByte = 0 }: { atByte?: number }): Generator<Buffer> {
  let at = 0;
  for (const piece of body.pieces()) {
    const index = atByte - at;
    at += piece.length;
    if (index < 0 || index >= piece.length) yield piece;
    else {
      const copy = Buffer.from(piece);
      copy[index] = copy[index]! ^ 0xff;
      yield copy;
    }
  }
}

async function sendBody(response: ServerResponse, body: ResponseBody, fault: Fault | undefined): Promise<number> {
  const stops = fault?.kind === "cut" || fault?.kind === "stall" ? fault.afterBytes : undefined;
  let sent = 0;
  for (const piece of chunks(body.pieces(), fault)) {
    const part = stops === undefined ? piece : piece.subarray(0, Math.max(0, stops - sent));
    if (!(await write(response, part))) return sent;
    sent += part.length;
    if (fault?.kind === "slow") await delay(fault.delayMs);
    if (stops !== undefined && sent >= stops) break;
  }
  if (fault?.kind === "cut" || fault?.kind === "false-length") await cut(response);
  if (fault?.kind === "stall" && !response.destroyed) await once(response, "close");
  return sent;
}

function* chunks(pieces: Iterable<Buffer>, fault: Fault | undefined): Generator<Buffer> {
  for (const piece of pieces) {
    if (fault?.kind !== "slow") yield piece;
    else {
      for (let at = 0; at < piece.length; at += fault.bytesPerChunk) {
        yield piece.subarray(at, at + fault.bytesPerChunk);
      }
    }
  }
}

/** False when the client has gone. */
async function write(response: ServerResponse, piece: Buffer): Promise<boolean> {
  if (response.destroyed) return false;
  if (piece.length === 0 || response.write(piece)) return true;
  const gone = new AbortController();
  const close = (): void => gone.abort();
  response.once("close", close);
  try {
    await once(response, "drain", { signal: gone.signal });
    return true;
  } catch (error) {
    if (gone.signal.aborted) return false;
    throw error;
  } finally {
    response.off("close", close);
  }
}

/** Ends the connection once what was written has left. A reset could overtake it. */
async function cut(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  const { socket } = response;
  if (!socket || socket.destroyed) return;
  await new Promise<void>((resolve) => socket.write("", () => resolve()));
  socket.destroy();
}
