import { expect, test } from "vitest";
import { Emulator, type EmulatorOptions } from "../emulator.js";
import { developmentAccount } from "../account.js";
import { failure, serviceClient, signed, startFixture } from "./fixture.js";

async function names(listing: AsyncIterable<{ name: string; snapshot?: string }>) {
  const found: string[] = [];
  for await (const { name, snapshot } of listing) found.push(snapshot ? `${name}@` : name);
  return found;
}

test("a share is made with its quota, tier and metadata, and tells them", async () => {
  await using fixture = await startFixture();
  const share = fixture.service.getShareClient("made");
  await share.create({ quota: 7, accessTier: "Hot", metadata: { Owner: "us" } });
  const properties = await share.getProperties();
  expect(properties).toMatchObject({ quota: 7, accessTier: "Hot", metadata: { owner: "us" } });
  expect(await failure(share.create())).toMatchObject({
    statusCode: 409,
    code: "ShareAlreadyExists",
  });
});

test.each(["ab", "Upper", "double--hyphen", "-first", "under_score"])("the share name %s is refused", async (name) => {
  await using fixture = await startFixture();
  const error = await failure(fixture.service.getShareClient(name).create());
  expect(error.statusCode).toBe(400);
});

test("changing a share's metadata or quota moves its ETag", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const first = await share.getProperties();
  await share.setMetadata({ a: "1" });
  const second = await share.getProperties();
  await share.setQuota(11);
  const third = await share.getProperties();
  expect(second.metadata).toEqual({ a: "1" });
  expect(third.quota).toBe(11);
  expect(new Set([first.etag, second.etag, third.etag]).size).toBe(3);
});

test("shares are listed in order, by prefix and in pages", async () => {
  await using fixture = await startFixture();
  const { service, emulator } = fixture;
  for (const name of ["logs-b", "logs-a", "logs-c"]) emulator.service().createShare(name);
  expect(await names(service.listShares())).toEqual(["data", "logs-a", "logs-b", "logs-c"]);
  const pages: string[][] = [];
  for await (const page of service.listShares({ prefix: "logs" }).byPage({ maxPageSize: 2 })) {
    pages.push((page.shareItems ?? []).map(({ name }) => name));
  }
  expect(pages).toEqual([["logs-a", "logs-b"], ["logs-c"]]);
});

test("a listing includes metadata and snapshots when asked", async () => {
  await using fixture = await startFixture();
  const { service, share } = fixture;
  await share.setMetadata({ colour: "blue" });
  await share.createSnapshot();
  const plain = await service.listShares().next();
  expect(plain.value.metadata).toBeUndefined();
  const all = service.listShares({ includeMetadata: true, includeSnapshots: true });
  const found: unknown[] = [];
  for await (const { snapshot, metadata } of all) found.push([Boolean(snapshot), metadata]);
  expect(found).toEqual([
    [true, { colour: "blue" }],
    [false, { colour: "blue" }],
  ]);
});

test("a share's usage counts the size of its files", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  seed.file("a", "12345");
  seed.file("deep/b", "", { size: 100 });
  expect((await share.getStatistics()).shareUsageBytes).toBe(105);
});

test("a share with snapshots goes only with them", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  await share.createSnapshot();
  expect(await failure(share.delete())).toMatchObject({ code: "ShareHasSnapshots" });
  await share.delete({ deleteSnapshots: "include" });
  expect(await share.exists()).toBe(false);
});

test("usage is told in whole GiB to versions before 2018-11-09, and in bytes to the others", async () => {
  await using fixture = await startFixture();
  fixture.emulator.service().share("data").seed.file("a", "12345");
  const query = { restype: "share", comp: "stats" };
  const stats = async (version: string) =>
    (await signed(fixture.emulator, "GET", "/data", { query, headers: { "x-ms-version": version } })).body.toString();
  expect(await stats("2018-03-28")).toContain("<ShareStats><ShareUsage>1</ShareUsage></ShareStats>");
  expect(await stats("2018-11-09")).toContain("<ShareStats><ShareUsageBytes>5</ShareUsageBytes></ShareStats>");
});

test("versions before 2020-02-10 are told nothing of a share's lease", async () => {
  await using fixture = await startFixture();
  const state = async (version: string) => {
    const headers = { "x-ms-version": version };
    const answer = await signed(fixture.emulator, "GET", "/data", { query: { restype: "share" }, headers });
    return answer.headers["x-ms-lease-state"];
  };
  expect([await state("2019-12-12"), await state("2020-02-10")]).toEqual([undefined, "available"]);
});

test("a deleted share can be restored while its account keeps it", async () => {
  let now = Date.now();
  const options: EmulatorOptions = {
    clock: () => now,
    accounts: [{ ...developmentAccount, shareRetentionDays: 7 }],
  };
  await using emulator = await Emulator.start(options);
  const service = serviceClient(emulator);
  emulator.service().createShare("kept").seed.file("a.txt", "still here");
  await service.getShareClient("kept").delete();
  const deleted = await service.listShares({ includeDeleted: true }).next();
  expect(deleted.value).toMatchObject({ name: "kept", deleted: true });
  await service.undeleteShare("kept", deleted.value.version);
  expect(emulator.service().share("kept").live.find(["a.txt"])).toBeDefined();
  await service.getShareClient("kept").delete();
  now += 8 * 86_400_000;
  expect(await names(service.listShares({ includeDeleted: true }))).toEqual([]);
});

test("service properties are stored and returned", async () => {
  await using fixture = await startFixture();
  const { service } = fixture;
  await service.setProperties({
    minuteMetrics: {
      version: "1.0",
      enabled: true,
      includeAPIs: true,
      retentionPolicy: { enabled: true, days: 3 },
    },
    cors: [
      {
        allowedOrigins: "example.com",
        allowedMethods: "GET",
        allowedHeaders: "*",
        exposedHeaders: "*",
        maxAgeInSeconds: 60,
      },
    ],
  });
  const properties = await service.getProperties();
  expect(properties.minuteMetrics).toMatchObject({ retentionPolicy: { enabled: true, days: 3 } });
  expect(properties.cors).toMatchObject([{ allowedOrigins: "example.com", maxAgeInSeconds: 60 }]);
  expect(properties.hourMetrics).toMatchObject({ enabled: true });
});

test("stored access policies come back as they were set", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const accessPolicy = {
    startsOn: new Date("2026-01-01T00:00:00Z"),
    expiresOn: new Date("2027-01-01T00:00:00Z"),
    permissions: "rl",
  };
  await share.setAccessPolicy([{ id: "one", accessPolicy }]);
  expect((await share.getAccessPolicy()).signedIdentifiers).toEqual([{ id: "one", accessPolicy }]);
});

test("an NFS share says so", async () => {
  await using fixture = await startFixture();
  const share = fixture.service.getShareClient("posix");
  await share.create({ protocols: { nfsEnabled: true }, rootSquash: "RootSquash" });
  const properties = await share.getProperties();
  expect(properties.protocols).toEqual({ nfsEnabled: true });
  expect(properties.rootSquash).toBe("RootSquash");
});
