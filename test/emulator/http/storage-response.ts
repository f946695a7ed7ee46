// What an operation answers, before it becomes bytes on a connection.

export interface StorageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: ResponseBody;
}

export interface ResponseBody {
  readonly length: number;
  pieces(): Iterable<Buffer>;
}

/** A body of bytes that are at hand. */
export function bytesBody(bytes: Buffer): ResponseBody {
  return { length: bytes.length, pieces: () => [bytes] };
}

/** An XML answer. */
export function xmlResponse(
  status: number,
  document: Buffer,
  headers: Readonly<Record<string, string>> = {},
): StorageResponse {
  return {
    status,
    headers: { "Content-Type": "application/xml", ...headers },
    body: bytesBody(document),
  };
}
