import { expect, test } from "vitest";
import type { AccountOptions } from "../account.js";
import { failure, type Fixture, serviceClient, signed, startFixture } from "./fixture.js";

const accounts: AccountOptions[] = [
  { name: "standard", key: "a2V5", kind: "standard" },
  { name: "premium", key: "a2V5", kind: "premium" },
  { name: "premiumsmb", key: "a2V5", kind: "premium", nfs: false },
];
const start = (clock?: () => number): Promise<Fixture> => startFixture({ accounts, ...(clock && { clock }) });
const dayMs = 86_400_000;

test("a standard account has tiers, and neither NFS nor provisioning", async () => {
  await using fixture = await start();
  const { service } = fixture;
  const share = service.getShareClient("tiers");
  await share.create({ accessTier: "Cool" });
  expect(await share.getProperties()).toMatchObject({ accessTier: "Cool", quota: 5120, provisionedIops: undefined });
  const refused = (name: string, options: object) => failure(service.getShareClient(name).create(options));
  expect(await refused("nfs", { protocols: { nfsEnabled: true } })).toMatchObject({ code: "InvalidHeaderValue" });
  expect(await refused("tier", { accessTier: "Premium" })).toMatchObject({ code: "InvalidHeaderValue" });
  expect(await refused("iops", { shareProvisionedIops: 500 })).toMatchObject({ code: "UnsupportedHeader" });
  expect(await refused("burst", { paidBurstingEnabled: true })).toMatchObject({ code: "UnsupportedHeader" });
  expect(await failure(share.setProperties({ accessTier: "Premium" }))).toMatchObject({ code: "InvalidHeaderValue" });
});

test("a change of tier is pending for a while, in properties and listing", async () => {
  let nowMs = Date.now();
  await using fixture = await start(() => nowMs);
  const share = fixture.service.getShareClient("moving");
  await share.create({ accessTier: "Hot" });
  expect((await share.getProperties()).accessTierTransitionState).toBeUndefined();
  await share.setProperties({ accessTier: "TransactionOptimized" });
  const pending = { accessTier: "TransactionOptimized", accessTierTransitionState: "pending-from-hot" };
  expect(await share.getProperties()).toMatchObject(pending);
  const listed = (await fixture.service.listShares({ prefix: "moving" }).next()).value;
  expect(listed.properties).toMatchObject(pending);
  nowMs += 60_000;
  expect((await share.getProperties()).accessTierTransitionState).toBeUndefined();
});

test("a premium share is provisioned by its size", async () => {
  await using fixture = await start();
  const service = serviceClient(fixture.emulator, "premium");
  const share = service.getShareClient("fast");
  await share.create();
  expect(await share.getProperties()).toMatchObject({
    provisionedIops: 3100,
    provisionedBandwidthMibps: 110,
    accessTier: "Premium",
    quota: 100,
    provisionedIngressMBps: 110,
    provisionedEgressMBps: 110,
    nextAllowedQuotaDowngradeTime: expect.any(Date),
  });
  const listed = (await service.listShares().next()).value;
  expect(listed.properties).toMatchObject({
    quota: 100,
    provisionedIops: 3100,
    provisionedBandwidthMiBps: 110,
    provisionedIngressMBps: 110,
  });
  const refused = (options: object) => failure(service.getShareClient("other").create(options));
  expect(await refused({ accessTier: "Hot" })).toMatchObject({ code: "InvalidHeaderValue" });
  expect(await refused({ quota: 99 })).toMatchObject({ code: "InvalidHeaderValue" });
});

test("a premium share gets the performance it asks for", async () => {
  await using fixture = await start();
  const share = serviceClient(fixture.emulator, "premium").getShareClient("fast");
  const created = await share.create({
    quota: 200,
    shareProvisionedIops: 5000,
    shareProvisionedBandwidthMibps: 300,
    paidBurstingEnabled: true,
    paidBurstingMaxIops: 20_000,
    paidBurstingMaxBandwidthMibps: 2000,
  });
  const provisioned = {
    shareProvisionedIops: 5000,
    shareProvisionedBandwidthMibps: 300,
    shareIncludedBurstIops: 15_000,
  };
  expect(created).toMatchObject({ quota: 200, ...provisioned, maxBurstCreditsForIops: 36_000_000 });
  expect(await share.getProperties()).toMatchObject({
    provisionedIops: 5000,
    provisionedBandwidthMibps: 300,
    paidBurstingEnabled: true,
    paidBurstingMaxIops: 20_000,
    paidBurstingMaxBandwidthMibps: 2000,
    includedBurstIops: 15_000,
    nextAllowedProvisionedIopsDowngradeTime: expect.any(Date),
  });
});

test("what a premium share was given is taken back a day later at the earliest", async () => {
  let nowMs = Date.now();
  await using fixture = await start(() => nowMs);
  const share = serviceClient(fixture.emulator, "premium").getShareClient("fast");
  await share.create({ quota: 200, shareProvisionedIops: 5000 });
  await share.setQuota(150);
  await share.setProperties({ quotaInGB: 300, shareProvisionedIops: 6000 });
  expect(await failure(share.setQuota(200))).toMatchObject({
    statusCode: 409,
    code: "ContainerQuotaDowngradeNotAllowed",
  });
  expect(await failure(share.setProperties({ shareProvisionedIops: 4000 }))).toMatchObject({
    code: "FileShareProvisionedIopsDowngradeNotAllowed",
  });
  const { nextAllowedQuotaDowngradeTime } = await share.getProperties();
  expect(nextAllowedQuotaDowngradeTime?.getTime()).toBe(Math.floor((nowMs + dayMs) / 1000) * 1000);
  nowMs += dayMs;
  await share.setProperties({ quotaInGB: 200, shareProvisionedIops: 4000 });
});

test("NFS shares exist on premium accounts that allow them, with a squash of their own", async () => {
  await using fixture = await start();
  const share = serviceClient(fixture.emulator, "premium").getShareClient("posix");
  await share.create({ protocols: { nfsEnabled: true }, rootSquash: "AllSquash" });
  expect(await share.getProperties()).toMatchObject({
    protocols: { nfsEnabled: true },
    rootSquash: "AllSquash",
    accessTier: "Premium",
    enableSnapshotVirtualDirectoryAccess: true,
  });
  const smbOnly = serviceClient(fixture.emulator, "premiumsmb").getShareClient("posix");
  expect(await failure(smbOnly.create({ protocols: { nfsEnabled: true } }))).toMatchObject({
    code: "InvalidHeaderValue",
  });
  expect(await failure(smbOnly.create({ rootSquash: "RootSquash" }))).toMatchObject({ code: "InvalidHeaderValue" });
});

test("files do not outgrow their share", async () => {
  await using fixture = await start();
  const share = fixture.service.getShareClient("small");
  await share.create({ quota: 1 });
  const gib = 1024 ** 3;
  const root = share.rootDirectoryClient;
  const full = { statusCode: 403, code: "ShareSizeLimitReached" };
  expect(await failure(root.getFileClient("b").create(gib + 1))).toMatchObject(full);
  await root.getFileClient("a").create(gib);
  expect((await share.getStatistics()).shareUsageBytes).toBe(gib);
  expect(await failure(root.getFileClient("b").create(1))).toMatchObject(full);
  await root.getFileClient("a").resize(gib - 2);
  await root.getFileClient("b").create(1);
  expect(await failure(root.getFileClient("b").resize(3))).toMatchObject(full);
  await root.getFileClient("a").create(3);
  await root.getFileClient("b").delete();
  expect((await share.getStatistics()).shareUsageBytes).toBe(3);
  await share.setQuota(2);
  await root.getFileClient("b").create(gib + 1);
});

test("a deleted share's name is free after half a minute", async () => {
  let nowMs = Date.now();
  await using fixture = await start(() => nowMs);
  const share = fixture.service.getShareClient("again");
  await share.create();
  await share.delete();
  expect(await share.exists()).toBe(false);
  expect(await failure(share.create())).toMatchObject({ statusCode: 409, code: "ShareBeingDeleted" });
  expect(await share.delete()).toMatchObject({ _response: { status: 202 } });
  nowMs += 30_000;
  expect(await failure(share.delete())).toMatchObject({ statusCode: 404, code: "ShareNotFound" });
  await share.create();
});

test("a deleted share that can be restored says for how many days still", async () => {
  let nowMs = Date.now();
  const kept = [{ name: "kept", key: "a2V5", shareRetentionDays: 3 }];
  await using fixture = await startFixture({ accounts: kept, clock: () => nowMs });
  await fixture.share.delete();
  const deleted = async () => (await fixture.service.listShares({ includeDeleted: true }).next()).value;
  expect(await deleted()).toMatchObject({ deleted: true, properties: { remainingRetentionDays: 3 } });
  nowMs += 2.5 * dayMs;
  const { version } = await deleted();
  expect((await deleted()).properties.remainingRetentionDays).toBe(1);
  await fixture.share.create();
  expect(await failure(fixture.service.undeleteShare("data", version))).toMatchObject({ code: "ShareAlreadyExists" });
  nowMs += dayMs;
  expect(await failure(fixture.service.undeleteShare("data", version))).toMatchObject({ code: "ShareNotFound" });
});

test("a share says whether SMB clients may lease its directories", async () => {
  await using fixture = await start();
  const query = { restype: "share" };
  const header = "x-ms-enable-smb-directory-lease";
  const told = async (name: string) => (await signed(fixture.emulator, "GET", `/${name}`, { query })).headers[header];
  expect(await told("data")).toBe("true");
  await signed(fixture.emulator, "PUT", "/without", { query, headers: { [header]: "false" }, body: "" });
  expect(await told("without")).toBe("false");
});
