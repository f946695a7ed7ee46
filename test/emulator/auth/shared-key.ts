// Shared key: the account's key over a canonical form of the request, as the service documents it
// (authorize with Shared Key; Shared Key Lite for the file service is the shorter form).
import type { StorageRequest } from "../http/storage-request.js";
import { authenticationFailed, type Authorization } from "./authorization.js";
import { signatureMatches } from "./signature.js";

/** The service refuses older or younger dates. */
const maxSkewMs = 15 * 60_000;

const signedHeaders = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
] as const;

const languageFirst = ["content-language", "content-encoding", ...signedHeaders.slice(2)];

/** Throws AuthenticationFailed. `nowMs` is the real time: clients sign with their own clock. */
export function verifySharedKey(request: StorageRequest, accountKeys: readonly string[], nowMs: number): Authorization {
  const header = request.header("authorization") ?? "";
  const match = /^(SharedKey|SharedKeyLite) ([^:\s]+):(\S+)$/.exec(header);
  if (!match) throw authenticationFailed("The Authorization header is malformed.");
  const [, scheme, account, signature] = match as unknown as [string, string, string, string];
  if (account !== request.address.account) {
    throw authenticationFailed("The Authorization header names another account than the URL.");
  }
  checkDate(request, nowMs);
  const candidates = [...stringsToSign(request, scheme === "SharedKeyLite")];
  for (const text of candidates) {
    if (accountKeys.some((key) => signatureMatches(signature, text, key))) {
      return { kind: "key", account };
    }
  }
  throw authenticationFailed(
    `The MAC signature '${signature}' is not the one computed. String to sign: '${candidates[0]}'.`,
  );
}

function checkDate(request: StorageRequest, nowMs: number): void {
  const date = request.header("x-ms-date") ?? request.header("date");
  const dateMs = Date.parse(date ?? "");
  if (Number.isNaN(dateMs)) throw authenticationFailed("The date header is missing or malformed.");
  if (Math.abs(dateMs - nowMs) > maxSkewMs) {
    throw authenticationFailed(`Request date header too old: '${date}'.`);
  }
}

/**
 * Forms clients sign that mean the same request: headers sorted as words or by code unit, query
 * parameters without a value left out or not, and, in the SDK, language before encoding.
 */
function* stringsToSign(request: StorageRequest, lite: boolean): Generator<string> {
  const standard = lite ? [liteHeaders(request)] : [fullHeaders(request, signedHeaders)];
  if (!lite) standard.push(fullHeaders(request, languageFirst));
  for (const first of new Set(standard)) {
    yield* stringsWith(request, first, lite);
  }
}

function* stringsWith(request: StorageRequest, first: string, lite: boolean): Generator<string> {
  for (const compare of [compareWords, compareUnits]) {
    for (const emptyParameters of [true, false]) {
      const resource = lite ? canonicalResourceLite(request) : canonicalResource(request, emptyParameters);
      yield `${first}\n${canonicalHeaders(request, compare)}${resource}`;
    }
  }
}

function fullHeaders(request: StorageRequest, names: readonly string[]): string {
  const values = names.map((name) => request.header(name) ?? "");
  if (values[2] === "0") values[2] = "";
  return [request.method, ...values].join("\n");
}

function liteHeaders(request: StorageRequest): string {
  return [
    request.method,
    request.header("content-md5") ?? "",
    request.header("content-type") ?? "",
    request.header("x-ms-date") === undefined ? (request.header("date") ?? "") : "",
  ].join("\n");
}

function canonicalHeaders(request: StorageRequest, compare: (a: string, b: string) => number): string {
  const found = new Map<string, string>();
  for (const [name, value] of request.headers()) {
    if (!name.startsWith("x-ms-")) continue;
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before},${value}`);
  }
  return [...found]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
    .join("");
}

function canonicalResource(request: StorageRequest, emptyParameters: boolean): string {
  const values = new Map<string, string[]>();
  for (const pair of request.rawQuery.split("&")) {
    const equals = pair.indexOf("=");
    const value = equals < 0 ? "" : decodeURIComponent(pair.slice(equals + 1).replaceAll("+", " "));
    if (pair === "" || (value === "" && !emptyParameters)) continue;
    const name = decodeURIComponent(equals < 0 ? pair : pair.slice(0, equals)).toLowerCase();
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const lines = [...values]
    .sort(([a], [b]) => compareUnits(a, b))
    .map(([name, all]) => `\n${name}:${all.sort(compareUnits).join(",")}`);
  return `/${request.address.account}${request.rawPath}${lines.join("")}`;
}

function canonicalResourceLite(request: StorageRequest): string {
  const comp = request.query.get("comp");
  const path = `/${request.address.account}${request.rawPath}`;
  return comp ? `${path}?comp=${comp}` : path;
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Word order as .NET sorts: hyphens count only between names that are equal without them. */
function compareWords(a: string, b: string): number {
  const left = a.replaceAll("-", "").replaceAll("_", "!");
  const right = b.replaceAll("-", "").replaceAll("_", "!");
  return compareUnits(left, right) || compareUnits(b, a);
}
