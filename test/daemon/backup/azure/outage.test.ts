// A service that goes down in the middle of a backup: the run ends, publishes nothing, and the next one reads only what is left.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AzureWorld } from "./azure-world.js";

const FILES = 60;
const limits = { files: 4, listings: 2 };

let azure: AzureWorld;
beforeEach(async () => {
  azure = await AzureWorld.create();
  for (let n = 0; n < FILES; n++) azure.seed.file(`folder ${n % 7}/file ${n}`, Buffer.alloc(1_000 + n, n));
});
afterEach(() => azure[Symbol.asyncDispose]());

/** Of each file, how often its bytes were sent whole. */
function reads(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { operation, path, status } of azure.emulator.requests.log) {
    if (operation === "Get File" && status === 206) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

describe("an outage in the middle of a run", () => {
  it.each([
    ["of the network", { kind: "cut" }],
    ["of the service", { kind: "status", status: 503 }],
    [
      "of the service, which says when to come back: too late",
      { kind: "status", status: 503, retryAfterSeconds: 7200 },
    ],
    ["of the credentials", { kind: "status", status: 403, code: "AuthenticationFailed" }],
  ] as const)("%s publishes nothing, and finished files are not read again", async (_, fault) => {
    const outage = azure.emulator.faults.add({
      match: { operation: /Get |List Directory/ },
      after: 50,
      times: Number.POSITIVE_INFINITY,
      fault,
    });
    const failed = azure.backup({ limits });
    const code = fault.kind === "status" && fault.status === 403 ? "ACCESS_DENIED" : "UNREACHABLE";
    await expect(failed).rejects.toMatchObject({ code });
    expect(azure.world.catalog.snapshots()).toEqual([]);
    // The share snapshot could be given back: only reading had failed.
    expect(await azure.azure.snapshots()).toEqual([]);
    const first = reads();
    expect(first.size).toBeGreaterThan(20);
    expect(first.size).toBeLessThan(FILES);
    // While nobody is answered, one request tries at a time: a handful of workers and some probes, not workers times tries.
    expect(outage.hits).toBeLessThan(120);
    outage.remove();

    const { snapshot } = await azure.faithful({ limits });
    const second = reads();
    // None is lost and none read twice.
    expect([...second.keys()].filter((path) => first.has(path))).toEqual([]);
    expect(first.size + second.size).toBe(FILES);
    expect(snapshot.counters).toMatchObject({ added: FILES + 8, errors: 0 });
  });

  it("is waited out when it ends in time, and nobody would know", async () => {
    const outage = azure.emulator.faults.add({
      match: { operation: /Get |List Directory/ },
      after: 50,
      times: 12,
      fault: { kind: "cut" },
    });
    const { snapshot } = await azure.faithful({ limits });
    expect([snapshot.status, outage.hits]).toEqual(["complete", 12]);
    expect(new Set(reads().values())).toEqual(new Set([1]));
  });
});

describe("a share snapshot that vanishes under a run", () => {
  it("ends it with a sentence, and the next run reads only what is left, from a new one", async () => {
    const share = azure.share;
    azure.emulator.faults.add({
      match: { operation: "Get File" },
      after: 30,
      fault: {
        kind: "meanwhile",
        before: () => {
          for (const { id } of share.record.snapshots) share.deleteSnapshot(id);
        },
      },
    });
    await expect(azure.backup({ limits })).rejects.toMatchObject({
      code: "SOURCE_UNKNOWN",
      message: expect.stringContaining("has been deleted by somebody else, or the share has: run the backup again"),
    });
    azure.emulator.faults.assertAllHit();
    expect(azure.world.catalog.snapshots()).toEqual([]);
    const first = reads();
    await azure.faithful({ limits });
    expect([...reads().keys()].filter((path) => first.has(path))).toEqual([]);
    expect(await azure.azure.snapshots()).toEqual([]);
  });

  it("says the same when it is the share that was deleted, as the service does", async () => {
    azure.emulator.faults.add({
      match: { operation: "Get File" },
      after: 30,
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", status: 404, code: "ShareNotFound" },
    });
    await expect(azure.backup({ limits })).rejects.toMatchObject({
      code: "SOURCE_UNKNOWN",
      message: expect.stringContaining("or the share has: run the backup again"),
    });
  });
});
