// What is told of a service while a run goes on.
import { expect, it } from "vitest";
import { silentLogger } from "../../../core/logger.js";
import { AzureFailure } from "../../../daemon/sources/azure/failures.js";
import { RequestThrottle } from "../../../daemon/sources/azure/request-throttle.js";
import { ServiceStatus } from "../../../daemon/sources/service-status.js";
import { startAzureTarget } from "../restore/azure/fixture.js";
import { FakeTree } from "../restore/support/fake-tree.js";
import { put } from "../restore/target-contract.js";
import { fakeTiming } from "./azure/timing.js";

it("says how much it is asked for at once after it was busy, as it is now, and for a while only", async () => {
  let nowMs = 0;
  const status = new ServiceStatus(() => nowMs);
  const timing = fakeTiming(0.5, () => nowMs);
  const limits = { operationsPerSecond: 1e9, requestsAtOnce: 64 };
  const throttle = new RequestThrottle(limits, timing, silentLogger, status);
  expect(status.text).toBeUndefined();
  const busy = new AzureFailure("busy", { kind: "refused", status: 503, code: "ServerBusy" });
  throttle.leave(await throttle.enter(undefined), busy);
  expect(status.text).toBe("throttled to 4 requests at once");
  for (let round = 0; round < 5; round++) {
    nowMs++;
    const passages = await Promise.all(Array.from({ length: 4 }, () => throttle.enter(undefined)));
    for (const passage of passages) throttle.leave(passage, undefined);
  }
  expect(status.text).toBe("throttled to 5 requests at once");
  nowMs += 31_000;
  expect(status.text).toBeUndefined();
});

it("says that a restore waits, and that it was asked to slow down", async () => {
  await using fixture = await startAzureTarget();
  const status = new ServiceStatus();
  const told: (string | undefined)[] = [];
  const timing = {
    ...fixture.timing,
    sleep: (ms: number, signal?: AbortSignal): Promise<void> => {
      told.push(status.text);
      return fixture.timing.sleep(ms, signal);
    },
  };
  const fault = { kind: "status", status: 503, retryAfterSeconds: 7 } as const;
  fixture.emulator.faults.add({ match: { operation: "Create File" }, fault });
  const view = new FakeTree({ in: { f: { file: "x" } } });
  await put(view, fixture, { target: fixture.targetWith({ status, timing }) });
  expect(told).toEqual(["waiting for the service"]);
  expect(status.text).toBe("throttled");
  fixture.emulator.faults.assertAllHit();
});
