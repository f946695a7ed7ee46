// A request as operations see it: addressed, with decoded parameters and headers that keep the case of
// metadata names, and a body that is read only when asked for.
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { randomUUID } from "node:crypto";
import { invalidHeader, invalidQuery, StorageError } from "../errors.js";
import { type Address, completeAddress, type IsAccount, parseAddress } from "./address.js";

export class StorageRequest {
  readonly id = randomUUID();
  readonly method: string;
  readonly address: Address;
  /** The path and query as they stood on the wire; the signature covers them. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** By lower-case name, decoded; the first of several wins. */
  readonly query: ReadonlyMap<string, string>;
  readonly #message: IncomingMessage;

  /** Throws InvalidUri. `onlyAccount` is meant where a request that proves something names none. */
  constructor(message: IncomingMessage, isAccount: IsAccount, onlyAccount?: string) {
    this.#message = message;
    this.method = message.method ?? "GET";
    const url = (message.url ?? "/").replace(/^https?:\/\/[^/]*/i, "");
    const mark = url.indexOf("?");
    this.rawPath = mark < 0 ? url : url.slice(0, mark);
    this.rawQuery = mark < 0 ? "" : url.slice(mark + 1);
    const host = message.headers.host ?? "";
    const scheme = this.isSecure ? "https" : "http";
    const address = parseAddress(host, this.rawPath, scheme);
    if (!address) throw new StorageError("InvalidUri");
    this.query = parseQuery(this.rawQuery);
    const source = /^https?:\/\/[^/]+\/([a-z0-9]{3,24})\//i.exec(this.header("x-ms-file-rename-source") ?? "")?.[1];
    const signer = /^SharedKey(?:Lite)? ([^:]+):/.exec(this.header("authorization") ?? "")?.[1];
    const proves = this.query.has("sig") || this.header("authorization") !== undefined;
    const guesses = [source, signer, proves ? onlyAccount : undefined];
    this.address = completeAddress(address, guesses, isAccount, { host, rawPath: this.rawPath, scheme });
  }

  /** Whether it came over TLS. */
  get isSecure(): boolean {
    return this.#message.socket instanceof TLSSocket;
  }

  /** The client's address, as an IPv4 one where it is. */
  get clientAddress(): string {
    return (this.#message.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  }

  /** The value of a header, by lower-case name; undefined when it is missing or empty. */
  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    const text = Array.isArray(value) ? value.join(",") : value;
    return text === undefined || text === "" ? undefined : text;
  }

  /** Throws MissingRequiredHeader. */
  requireHeader(name: string): string {
    const value = this.header(name);
    if (value === undefined) throw new StorageError("MissingRequiredHeader", { HeaderName: name });
    return value;
  }

  /** A header that says true or false, in any case; false when it is missing. */
  flag(name: string): boolean {
    const value = this.header(name)?.toLowerCase();
    if (value === undefined || value === "false") return false;
    if (value !== "true") throw invalidHeader(name, value);
    return true;
  }

  /** A header that is a whole number of at least `least`; undefined when it is missing. */
  wholeNumber(name: string, least = 0): number | undefined {
    const value = this.header(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^-?\d{1,16}$/.test(value) || !Number.isSafeInteger(number) || number < least) {
      throw invalidHeader(name, value);
    }
    return number;
  }

  /** All headers with their names in lower case, in the order they came. */
  *headers(): Generator<readonly [name: string, value: string]> {
    const raw = this.#message.rawHeaders;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      yield [raw[index]!.toLowerCase(), raw[index + 1]!];
    }
  }

  /** `x-ms-meta-` headers with their names as written; undefined when there is none. */
  get metadata(): Readonly<Record<string, string>> | undefined {
    const raw = this.#message.rawHeaders;
    const found: Record<string, string> = {};
    let bytes = 0;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const match = /^x-ms-meta-(.*)$/i.exec(raw[index]!);
      if (!match) continue;
      const name = match[1]!;
      if (name === "") throw new StorageError("EmptyMetadataKey");
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw new StorageError("InvalidMetadata");
      found[name] = raw[index + 1]!;
      bytes += name.length + raw[index + 1]!.length;
    }
    if (bytes > 8192) throw new StorageError("MetadataTooLarge");
    return Object.keys(found).length > 0 ? found : undefined;
  }

  /** The requested range, inclusive, from `x-ms-range` or `Range`; the end may be open. */
  get range(): { readonly start: number; readonly end?: number } | undefined {
    const name = this.header("x-ms-range") === undefined ? "range" : "x-ms-range";
    const value = this.header(name);
    if (value === undefined) return undefined;
    const match = /^bytes=(\d{1,16})-(\d{1,16})?$/.exec(value.trim());
    if (!match) throw invalidHeader(name, value);
    const start = Number(match[1]);
    if (match[2] === undefined) return { start };
    const end = Number(match[2]);
    if (end < start) throw invalidHeader(name, value);
    return { start, end };
  }

  /** Declared length of the body. Throws MissingContentLengthHeader. */
  get contentLength(): number {
    const value = this.header("content-length");
    if (value === undefined) throw new StorageError("MissingContentLengthHeader");
    return Number(value);
  }

  /** A query parameter that is a number from 1 on. Throws OutOfRangeQueryParameterValue. */
  positiveParameter(name: string): number | undefined {
    const value = this.query.get(name);
    if (value === undefined || value === "") return undefined;
    if (!/^-?\d{1,10}$/.test(value)) throw invalidQuery(name, value);
    if (Number(value) < 1) {
      throw new StorageError("OutOfRangeQueryParameterValue", {
        QueryParameterName: name,
        QueryParameterValue: value,
        MinimumAllowed: "1",
        MaximumAllowed: "2147483647",
      });
    }
    return Number(value);
  }

  /** The body. Throws RequestBodyTooLarge when more than `maxBytes` are declared or sent. */
  async body(maxBytes: number): Promise<Buffer> {
    if (Number(this.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.#message as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      pieces.push(piece);
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
}

function tooLarge(maxBytes: number): StorageError {
  return new StorageError("RequestBodyTooLarge", { MaxLimit: String(maxBytes) });
}

function parseQuery(raw: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of raw.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals)).toLowerCase();
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  // A signature is base64: a plus in it that was not encoded has been read as a space.
  const signature = parameters.get("sig");
  if (signature !== undefined) parameters.set("sig", signature.replaceAll(" ", "+"));
  return parameters;
}

/** As forms are encoded: a plus is a space. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new StorageError("InvalidUri");
  }
}
