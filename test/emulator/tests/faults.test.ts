import { ShareServiceClient } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { bytesOf, failure, raw, startFixture } from "./fixture.js";

test("a status fault answers in the service's words and does nothing", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.faults.add({
    match: { operation: "Create Directory" },
    fault: { kind: "status", status: 503, retryAfterSeconds: 7 },
  });
  const directory = share.getDirectoryClient("d");
  const error = await failure(directory.create());
  expect(error).toMatchObject({ statusCode: 503, code: "ServerBusy" });
  const { headers } = (error as never as { response: { headers: Map<string, string> } }).response;
  expect(headers.get("retry-after")).toBe("7");
  expect(await directory.exists()).toBe(false);
  await directory.create();
  emulator.faults.assertAllHit();
});

test("a fault strikes as often as it says, after as many as it says", async () => {
  await using fixture = await startFixture();
  const { emulator, service } = fixture;
  const fault = emulator.faults.add({
    match: { method: "GET", comp: "properties", restype: "service" },
    after: 1,
    times: 2,
    fault: { kind: "status", status: 500 },
  });
  const outcomes: boolean[] = [];
  for (let count = 0; count < 5; count++) {
    outcomes.push(
      await service.getProperties().then(
        () => true,
        () => false,
      ),
    );
  }
  expect(outcomes).toEqual([true, false, false, true, true]);
  expect(fault.hits).toBe(2);
});

test("a fault nobody met is reported", async () => {
  await using fixture = await startFixture();
  const { faults } = fixture.emulator;
  faults.add({ match: { path: /\.tmp$/ }, fault: { kind: "stall" } });
  expect(faults.unhit()).toHaveLength(1);
  expect(() => faults.assertAllHit()).toThrow(/stall on path=/);
  faults.clear();
  faults.assertAllHit();
});

test("the SDK's own retries overcome a fault that strikes once", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator.service().share("data").seed.file("a", "worth a retry");
  const patient = ShareServiceClient.fromConnectionString(emulator.connectionString(), {
    retryOptions: { maxTries: 3, retryDelayInMs: 1, maxRetryDelayInMs: 2 },
  });
  const file = patient.getShareClient("data").rootDirectoryClient.getFileClient("a");
  emulator.faults.add({ match: { path: "a" }, fault: { kind: "status", status: 503 } });
  emulator.faults.add({ match: { path: "a" }, fault: { kind: "cut" } });
  expect((await file.downloadToBuffer(0, 13)).toString()).toBe("worth a retry");
  emulator.faults.assertAllHit();
});

test("a cut connection sends some bytes and then none", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", Buffer.alloc(100_000, 1));
  emulator.faults.add({ match: { operation: "Get File" }, fault: { kind: "cut", afterBytes: 5000 } });
  const file = share.rootDirectoryClient.getFileClient("a");
  const response = await file.download(0, undefined, { maxRetryRequests: 0 });
  expect(response.contentLength).toBe(100_000);
  await failure(bytesOf(response));
  emulator.faults.assertAllHit();
  expect(emulator.requests.count("Get File bytes")).toBe(5000);
});

test("a lost answer leaves the change behind", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.faults.add({ fault: { kind: "lost-answer" } });
  const directory = share.getDirectoryClient("d");
  await failure(directory.create());
  expect(await directory.exists()).toBe(true);
});

test.each([-3, 4])("a body can be %i bytes off and still be well framed", async (deltaBytes) => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", "0123456789");
  emulator.faults.add({
    match: { operation: "Get File" },
    fault: { kind: "wrong-length", deltaBytes },
  });
  const bytes = await bytesOf(await share.rootDirectoryClient.getFileClient("a").download());
  expect(bytes.toString()).toBe("0123456789\0\0\0\0".slice(0, 10 + deltaBytes));
});

test.each([-3, 4])("a length can be announced that is %i bytes off", async (deltaBytes) => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", "0123456789");
  emulator.faults.add({ match: { operation: "Get File" }, fault: { kind: "false-length", deltaBytes } });
  const response = await share.rootDirectoryClient.getFileClient("a").download(0, undefined, { maxRetryRequests: 0 });
  expect(response.contentLength).toBe(10 + deltaBytes);
  const bytes = await bytesOf(response).catch(() => undefined);
  expect(bytes?.toString()).toBe(deltaBytes < 0 ? "0123456" : undefined);
  emulator.faults.assertAllHit();
});

test("an answer, or a refusal, can have other headers than it should", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", "0123456789");
  const headers = { etag: '"another"', "content-range": "bytes 5-9/77" };
  emulator.faults.add({ match: { operation: "Get File" }, fault: { kind: "headers", headers } });
  const file = share.rootDirectoryClient.getFileClient("a");
  expect(await file.download(1, 3)).toMatchObject({ etag: '"another"', contentRange: "bytes 5-9/77" });
  const date = "Fri, 20 Nov 2026 11:17:30 GMT";
  emulator.faults.add({ fault: { kind: "status", status: 403, code: "AuthenticationFailed", headers: { date } } });
  const error = await failure(file.getProperties());
  expect((error as never as { response: { headers: Map<string, string> } }).response.headers.get("date")).toBe(date);
});

test("a request can be held until a test lets it go, and meet what happened meanwhile", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  const { seed } = emulator.service().share("data");
  seed.file("a", "old");
  let open = (): void => {};
  const until = new Promise<void>((resolve) => (open = resolve));
  const held = emulator.faults.add({ match: { operation: "Get File" }, fault: { kind: "held", until } });
  const file = share.rootDirectoryClient.getFileClient("a");
  const read = file.downloadToBuffer(0, 3);
  while (held.hits === 0) await new Promise(setImmediate);
  seed.file("a", "new");
  open();
  expect((await read).toString()).toBe("new");
  const before = () => void seed.file("a", "yet");
  const after = () => void seed.file("a", "end");
  emulator.faults.add({ match: { operation: "Get File" }, fault: { kind: "meanwhile", before, after } });
  expect((await file.downloadToBuffer(0, 3)).toString()).toBe("yet");
  expect((await file.downloadToBuffer(0, 3)).toString()).toBe("end");
});

test("a corrupt body differs in one byte", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", "aaaa");
  emulator.faults.add({
    match: { operation: "Get File" },
    fault: { kind: "corrupt", atByte: 2 },
  });
  const bytes = await bytesOf(await share.rootDirectoryClient.getFileClient("a").download());
  expect(bytes.toString("latin1")).toBe("aa\x9ea");
});

test("a slow body arrives whole", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", "0123456789");
  emulator.faults.add({
    match: { operation: "Get File" },
    fault: { kind: "slow", bytesPerChunk: 3, delayMs: 0 },
  });
  const bytes = await bytesOf(await share.rootDirectoryClient.getFileClient("a").download());
  expect(bytes.toString()).toBe("0123456789");
});

test("a stalled request ends when the client gives up, or the emulator closes", async () => {
  const fixture = await startFixture();
  const { emulator, share } = fixture;
  const stall = { match: { comp: "stats" }, times: 2, fault: { kind: "stall" } } as const;
  const fault = emulator.faults.add(stall);
  const abort = new AbortController();
  const given = failure(share.getStatistics({ abortSignal: abort.signal }));
  while (fault.hits === 0) await new Promise(setImmediate);
  abort.abort();
  expect((await given).message).toMatch(/abort/i);
  const left = failure(raw(emulator, "/devstoreaccount1/data?restype=share&comp=stats"));
  while (fault.hits === 1) await new Promise(setImmediate);
  await emulator.close();
  await left;
});
