// An empty id is the share itself to the SDK: whatever the service says, nothing with one is ever deleted.
import { createHash } from "node:crypto";
import type { ShareClient, ShareServiceClient } from "@azure/storage-file-share";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../../core/logger.js";
import { AzureFailure } from "../../../../daemon/sources/azure/failures.js";
import { deleteLeftovers, type SnapshotTaking } from "../../../../daemon/sources/azure/own-snapshots.js";
import { ShareSnapshot, takeSnapshot } from "../../../../daemon/sources/azure/share-snapshot.js";
import { type AzureFixture, startAzure } from "./fixture.js";

let azure: AzureFixture;
beforeEach(async () => {
  azure = await startAzure();
});
afterEach(() => azure[Symbol.asyncDispose]());

/** The real clients, but for what `says` makes the service answer. */
function takingWith(says: { readonly share?: object; readonly service?: object }): SnapshotTaking {
  const over = <T extends object>(real: T, own: object = {}): T =>
    new Proxy(real, { get: (target, key) => Reflect.get(key in own ? own : target, key) as unknown });
  const share: ShareClient = over(azure.share, says.share);
  const service: ShareServiceClient = over(azure.service, says.service);
  const request: SnapshotTaking["request"] = (work) => work(new AbortController().signal);
  const connection = { share, service } as SnapshotTaking["connection"];
  return { connection, owner: "test", request, logger: silentLogger };
}

describe("a share snapshot without an id", () => {
  it("is none", () => {
    const { connection, request, logger } = takingWith({});
    expect(() => new ShareSnapshot("", connection.share, request, logger)).toThrow(AzureFailure);
  });

  it("is not taken for one when the service says it has taken it", async () => {
    const taking = takingWith({ share: { createSnapshot: () => Promise.resolve({ snapshot: "" }) } });
    await expect(takeSnapshot(taking)).rejects.toThrow("without naming it");
    expect(await azure.share.exists()).toBe(true);
  });

  it("is not deleted as a leftover", async () => {
    const sharestrataowner = createHash("sha256").update("test").digest("hex").slice(0, 32);
    const item = { name: "docs", snapshot: "", metadata: { sharestrata: "run", sharestrataowner } };
    const page = { value: { shareItems: [item], continuationToken: "" } };
    const listShares = () => ({ byPage: () => ({ next: () => Promise.resolve(page) }) });
    await deleteLeftovers(takingWith({ service: { listShares } }), [{ owner: "test" }]);
    expect(await azure.share.exists()).toBe(true);
    expect(azure.emulator.requests.count("Delete Share")).toBe(0);
  });
});

it("snapshots are not looked for for ever where the service goes on with the same page", async () => {
  const page = { value: { shareItems: [], continuationToken: "again" } };
  const listShares = () => ({ byPage: () => ({ next: () => Promise.resolve(page) }) });
  const leftovers = deleteLeftovers(takingWith({ service: { listShares } }), [{ owner: "test" }]);
  await expect(leftovers).rejects.toMatchObject({ kind: "malformed" });
});

it("one that cannot be deleted is told with the reason, as text: an error loses its sentence on its way into a log", async () => {
  const session = await azure.source.open();
  const fault = { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" } as const;
  azure.emulator.faults.add({ match: { operation: "Delete Share" }, fault });
  await session[Symbol.asyncDispose]();
  expect(azure.logged.filter(({ level }) => level === "warn").map(({ fields }) => fields)).toEqual([
    { snapshot: expect.any(String), reason: expect.stringContaining("AuthorizationPermissionMismatch") },
  ]);
});
