// What comes out of a request's error: what the service said, and never a secret.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../core/secret.js";
import type { TimeNs } from "../../../../core/time.js";
import { failureOf, scrub } from "../../../../daemon/sources/azure/failures.js";
import { nodeFailure, wholeFailure } from "../../../../daemon/sources/azure/source-errors.js";

const SIGNATURE = "hO7vnEw0tSpJJ9bzV2dQ";
const context = {
  target: { account: "acme", share: "docs", folder: ["sub"] },
  endpoint: "https://acme.file.core.windows.net",
  signIn: "sas" as const,
  expiresAt: undefined,
  now: () => 1_795_168_800_000_000_000n as TimeNs,
};
const refused = (status: number, code: string, message = "Server said no.") =>
  failureOf(
    Object.assign(new Error(message), {
      statusCode: status,
      request: { url: `https://acme/docs?sig=${SIGNATURE}` },
      response: { headers: { get: (name: string) => (name === "x-ms-error-code" ? code : undefined) } },
    }),
    0,
  );
const refusedAt = (date: string) =>
  failureOf(
    Object.assign(new Error("Server said no."), {
      statusCode: 403,
      code: "AuthenticationFailed",
      response: { headers: { get: (name: string) => (name === "date" ? date : undefined) } },
    }),
    Date.UTC(2026, 10, 20, 10, 0, 0),
  );
const broken = (code: string) => failureOf(Object.assign(new Error(`connect ${code}`), { name: "RestError", code }), 0);

describe("failureOf", () => {
  it("keeps nothing of the request", () => {
    const failure = refused(
      403,
      "AuthenticationFailed",
      `Bad.\nSignature ${SIGNATURE} of https://a/b?sig=${SIGNATURE}`,
    );
    const shown = inspect(wholeFailure(context, failure), { depth: 20, showHidden: true }) + (failure.stack ?? "");
    expect(shown).not.toContain(SIGNATURE);
    expect(failure).toMatchObject({ kind: "refused", status: 403, code: "AuthenticationFailed" });
  });

  it("does not take an error of ours for a broken connection", () => {
    expect(failureOf(new TypeError("x is not a function"), 0).kind).toBe("malformed");
    expect(failureOf("text", 0).kind).toBe("malformed");
  });
});

describe("scrub", () => {
  it.each([
    `GET https://acme.file.core.windows.net/docs?sv=1&sig=${SIGNATURE} failed`,
    `sig=${SIGNATURE}&sv=1`,
    `{"sig":"${SIGNATURE}"}`,
    `AccountKey=${SIGNATURE};x`,
    `Authorization: SharedKey acme:${SIGNATURE}`,
    `SharedKey acme:${SIGNATURE}`,
    `Bearer ${SIGNATURE}`,
    `SharedAccessSignature=sv=1&sig=${SIGNATURE}`,
    `first line\n${SIGNATURE}`,
  ])("cleans %s", (text) => {
    expect(scrub(text)).not.toContain(SIGNATURE);
  });

  it("leaves plain sentences alone, but not long", () => {
    expect(scrub("The specified share does not exist.")).toBe("The specified share does not exist.");
    expect(scrub("x".repeat(5000)).length).toBeLessThan(400);
  });
});

describe("what a failure means", () => {
  it.each([
    [403, "AuthenticationFailed", "ACCESS_DENIED"],
    [403, "AuthorizationFailure", "ACCESS_DENIED"],
    [401, "InvalidAuthenticationInfo", "ACCESS_DENIED"],
    [404, "ShareNotFound", "SOURCE_UNKNOWN"],
    [404, "ShareSnapshotNotFound", "SOURCE_UNKNOWN"],
    [409, "ShareBeingDeleted", "SOURCE_UNKNOWN"],
    [503, "ServerBusy", "UNREACHABLE"],
    [404, "ResourceNotFound", "FILE_UNREADABLE"],
    [404, "ParentNotFound", "FILE_UNREADABLE"],
    [409, "SharingViolation", "FILE_UNREADABLE"],
    [409, "FileLockConflict", "FILE_UNREADABLE"],
    [409, "DeletePending", "FILE_UNREADABLE"],
    [400, "InvalidUri", "FILE_UNREADABLE"],
    [500, "InternalError", "FILE_UNREADABLE"],
    [412, "ConditionNotMet", "FILE_CHANGED"],
    [416, "InvalidRange", "FILE_CHANGED"],
  ])("%i %s at a file is %s", (status, code, expected) => {
    const error = nodeFailure(context, ["a", "b"], refused(status, code));
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(/^[^\n]+\.$/);
    expect(error.message).not.toMatch(/\.\./);
  });

  it.each([
    [broken("ECONNRESET"), /^\/a cannot be read: the connection breaks off/],
    [broken("ERR_SSL_BAD_RECORD_MAC"), /^\/a cannot be read: the connection breaks off/],
  ])("%s is of one file where the service answers others", (failure, sentence) => {
    const error = nodeFailure(context, ["a"], failure, true);
    expect([error.code, error.message]).toEqual(["FILE_UNREADABLE", expect.stringMatching(sentence)]);
  });

  it.each([429, 502, 503, 504])("a service that is busy (%i) is of one file only where it answers others", (status) => {
    expect(nodeFailure(context, ["a"], refused(status, "ServerBusy"), false).code).toBe("UNREACHABLE");
    expect(nodeFailure(context, ["a"], refused(status, "ServerBusy"), true).code).toBe("FILE_UNREADABLE");
  });

  it.each([
    ["ECONNREFUSED", /refuses the connection/],
    ["ENOTFOUND", /account name "acme"/],
    ["ETIMEDOUT", /does not answer/],
    ["CERT_HAS_EXPIRED", /cannot be trusted/],
  ])("%s ends the run as UNREACHABLE", (code, sentence) => {
    const error = nodeFailure(context, ["a"], broken(code));
    expect([error.code, error.message]).toEqual(["UNREACHABLE", expect.stringMatching(sentence)]);
  });

  it("tells a missing share from a missing folder of it", () => {
    expect(wholeFailure(context, refused(404, "ShareNotFound")).message).toBe(
      'The account "acme" has no share "docs".',
    );
    expect(wholeFailure(context, refused(404, "ResourceNotFound")).message).toBe(
      'The share "docs" of the account "acme" has no folder /sub.',
    );
  });

  it.each([
    ["Fri, 20 Nov 2026 11:17:30 GMT", "this machine's clock is 1 h 18 min behind that of the service, so set it right"],
    ["Fri, 20 Nov 2026 09:20:00 GMT", "this machine's clock is 40 min ahead of that of the service, so set it right"],
    ["Fri, 20 Nov 2026 08:00:10 GMT", "this machine's clock is 2 h ahead of that of the service, so set it right"],
    ["Fri, 20 Nov 2026 10:01:00 GMT", "the SAS token is wrong or has been replaced"],
    ["soon", "the SAS token is wrong or has been replaced"],
  ])("says when it is the clock, and by how much: %s", (date, sentence) => {
    expect(wholeFailure(context, refusedAt(date)).message).toBe(
      `Access to the share "docs" of the account "acme" is refused: ${sentence}.`,
    );
  });

  it("says when the SAS has run out", () => {
    const expiresAt = 1_795_168_799_000_000_000n as TimeNs;
    const error = wholeFailure({ ...context, expiresAt }, refused(403, "AuthenticationFailed"));
    expect(error.message).toContain("expired at 2026-11-20T09:59:59Z");
  });
});

describe("Secret", () => {
  it("shows itself only when asked to", () => {
    const secret = new Secret(SIGNATURE);
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true, depth: 9 })];
    expect(shown.join()).not.toContain(SIGNATURE);
    expect(secret.reveal()).toBe(SIGNATURE);
  });
});
