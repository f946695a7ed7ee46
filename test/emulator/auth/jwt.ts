// Tokens as JSON Web Tokens: taken apart, and their claims held against the time and what they shall be for.
import { TokenRefusal, type Principal } from "./token-authority.js";

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature is over. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** The service forgives clocks that differ by this much. */
const skewMs = 5 * 60_000;

/** Throws TokenRefusal for what is no token at all. */
export function parseJwt(token: string): Jwt {
  const parts = token.split(".");
  const [head = "", body = "", tail = ""] = parts;
  try {
    if (parts.length !== 3) throw new SyntaxError("three parts are needed");
    return {
      header: json(head),
      claims: json(body),
      signed: `${head}.${body}`,
      signature: Buffer.from(tail, "base64url"),
    };
  } catch {
    // Whatever is wrong with it, it is not a token.
    throw new TokenRefusal("The token is malformed.");
  }
}

function json(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SyntaxError("no object");
  return value as Record<string, unknown>;
}

/** Throws TokenRefusal, in the service's order: audience, lifetime. */
export function checkClaims({ claims }: Jwt, audiences: readonly string[], nowMs: number): Principal {
  const given = [claims["aud"]].flat();
  if (!given.some((audience) => typeof audience === "string" && audiences.includes(audience))) {
    throw new TokenRefusal("Audience validation failed. Audience did not match.");
  }
  const [notBefore, expiry] = [claims["nbf"], claims["exp"]];
  if (typeof expiry !== "number" || expiry * 1000 <= nowMs) {
    throw new TokenRefusal("Lifetime validation failed. The token is expired.");
  }
  if (typeof notBefore === "number" && notBefore * 1000 > nowMs + skewMs) {
    throw new TokenRefusal("Lifetime validation failed. The token is not yet valid.");
  }
  return { objectId: textClaim(claims, "oid"), tenantId: textClaim(claims, "tid") };
}

function textClaim(claims: Jwt["claims"], name: string): string {
  const value = claims[name];
  if (typeof value !== "string" || value === "") throw new TokenRefusal(`The token has no ${name}.`);
  return value;
}
