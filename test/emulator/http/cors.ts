// Cross-origin requests from browsers: which rule of the account's settings lets one through, what a
// preflight is answered, and what every answer tells a browser.
import { StorageError } from "../errors.js";
import type { CorsRule } from "../model/service-properties.js";
import type { StorageRequest } from "./storage-request.js";
import type { StorageResponse } from "./storage-response.js";

/** The answer to OPTIONS. Throws CorsPreflightFailure when no rule matches. */
export function preflight(request: StorageRequest, rules: readonly CorsRule[]): StorageResponse {
  const origin = request.requireHeader("origin");
  const method = request.requireHeader("access-control-request-method");
  const asked = request.header("access-control-request-headers");
  const names = listOf(asked ?? "");
  const rule = rules.find(
    (each) =>
      allowsOrigin(each, origin) && allowsMethod(each, method) && names.every((name) => allowsHeader(each, name)),
  );
  if (!rule) throw new StorageError("CorsPreflightFailure");
  return {
    status: 200,
    headers: {
      ...originHeaders(rule, origin),
      "Access-Control-Allow-Methods": method,
      ...(asked !== undefined && { "Access-Control-Allow-Headers": asked }),
      "Access-Control-Max-Age": String(rule.maxAgeSeconds),
    },
  };
}

/** What any answer says of origins; empty where the account has no rules. */
export function corsHeaders(request: StorageRequest, rules: readonly CorsRule[]): Record<string, string> {
  const origin = request.header("origin");
  const rule = rules.find(
    (each) => origin !== undefined && allowsOrigin(each, origin) && allowsMethod(each, request.method),
  );
  const isRead = request.method === "GET" || request.method === "HEAD";
  const depends = isRead && rules.length > 0 && !rules.some((each) => listOf(each.allowedOrigins).includes("*"));
  return {
    ...(depends && { Vary: "Origin" }),
    ...(rule && origin !== undefined && originHeaders(rule, origin)),
    ...(rule && rule.exposedHeaders !== "" && { "Access-Control-Expose-Headers": rule.exposedHeaders }),
  };
}

function originHeaders(rule: CorsRule, origin: string): Record<string, string> {
  if (listOf(rule.allowedOrigins).includes("*")) return { "Access-Control-Allow-Origin": "*" };
  return { "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true" };
}

function allowsOrigin({ allowedOrigins }: CorsRule, origin: string): boolean {
  return listOf(allowedOrigins).some((each) => each === "*" || each === origin);
}

function allowsMethod({ allowedMethods }: CorsRule, method: string): boolean {
  return listOf(allowedMethods).includes(method);
}

/** A rule names a header, the beginning of some with a star, or all with a star alone. */
function allowsHeader({ allowedHeaders }: CorsRule, name: string): boolean {
  const wanted = name.toLowerCase();
  return listOf(allowedHeaders.toLowerCase()).some((each) =>
    each.endsWith("*") ? wanted.startsWith(each.slice(0, -1)) : each === wanted,
  );
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
