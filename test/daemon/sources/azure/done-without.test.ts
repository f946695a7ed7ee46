// What a backup can do without: descriptors, and what is said of the share as a whole. Where they alone fail, nothing else does.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SourceSession } from "../../../../daemon/sources/source.js";
import type { Fault } from "../../../emulator/http/faults.js";
import { bytesOf, contentOf, entryAt, sourceErrorOf } from "../source-contract.js";
import { type AzureFixture, startAzure } from "./fixture.js";
import { POLICY } from "./timing.js";

let azure: AzureFixture;
let session: SourceSession;

beforeEach(async () => {
  azure = await startAzure();
  await azure.addFile(["file"], bytesOf("content"));
  session = await azure.source.open();
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  azure.emulator.faults.clear();
  await session[Symbol.asyncDispose]();
  await azure[Symbol.asyncDispose]();
});

const strike = (operation: string, fault: Fault, times = Number.POSITIVE_INFINITY) =>
  azure.emulator.faults.add({ match: { operation }, fault, times });
const warnings = () =>
  azure.logged.filter(({ level, message }) => level === "warn" && message.startsWith("the share's"));

async function descriptor() {
  const { metadata } = await entryAt(session, ["file"]);
  return session.permission?.(metadata.permissionKey ?? "");
}

const FAULTS: readonly (readonly [string, Fault])[] = [
  ["whose connection always breaks", { kind: "cut" }],
  ["that is always cut off", { kind: "wrong-length", deltaBytes: -20 }],
  ["that is followed by something else", { kind: "wrong-length", deltaBytes: 20 }],
  ["that the service always fails on", { kind: "status", status: 500, code: "InternalError" }],
  ["that may not be had", { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" }],
];

describe("a descriptor", () => {
  it.each(FAULTS)("%s is not told, and files are read", async (_, fault) => {
    strike("Get Permission", fault);
    expect(await descriptor()).toBeUndefined();
    expect((await contentOf(session, ["file"], await entryAt(session, ["file"]))).toString()).toBe("content");
  });

  it("is waited for while the service is busy", async () => {
    strike("Get Permission", { kind: "status", status: 503 }, POLICY.attempts + 2);
    expect(await descriptor()).toMatchObject({ format: "sddl" });
  });

  it.each([
    [401, "InvalidAuthenticationInfo", "ACCESS_DENIED"],
    [404, "ShareNotFound", "SOURCE_UNKNOWN"],
  ])("that fails as everything else would ends the run: %i %s", async (status, code, expected) => {
    strike("Get Permission", { kind: "status", status, code });
    expect((await sourceErrorOf(descriptor())).code).toBe(expected);
  });
});

describe("what is said of the share", () => {
  it.each(FAULTS)("%s is not kept: its access policies", async (_, fault) => {
    await azure.share.setAccessPolicy([
      { id: "reading", accessPolicy: { permissions: "r", startsOn: new Date(0), expiresOn: new Date(1) } },
    ]);
    strike("Get Share ACL", fault);
    const properties = await session.shareProperties?.();
    expect([properties?.properties["share-quota"], properties?.accessPolicies]).toEqual([
      expect.any(String),
      undefined,
    ]);
    const isRefused = fault.kind === "status" && fault.status === 403;
    expect(warnings().map(({ message }) => message)).toEqual(
      isRefused ? [] : ["the share's access policies could not be read: this backup is without"],
    );
  });

  it("whose connection always breaks is not kept: its properties", async () => {
    strike("Get Share Properties", { kind: "cut" });
    expect(await session.shareProperties?.()).toBeUndefined();
    expect(warnings().at(-1)).toMatchObject({
      fields: { reason: expect.any(String) },
      message: "the share's properties could not be read: this backup is without",
    });
  });
});
