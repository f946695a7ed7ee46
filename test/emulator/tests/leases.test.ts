import { expect, test } from "vitest";
import { failure, signed, startFixture } from "./fixture.js";

const mine = "11111111-1111-1111-1111-111111111111";
const other = "22222222-2222-2222-2222-222222222222";

test("a leased file is written only with its lease", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(4);
  const lease = file.getShareLeaseClient(mine);
  await lease.acquireLease();
  expect(await file.getProperties()).toMatchObject({
    leaseState: "leased",
    leaseStatus: "locked",
    leaseDuration: "infinite",
  });
  const writes = [
    () => file.uploadRange("data", 0, 4),
    () => file.setMetadata({}),
    () => file.resize(8),
    () => file.create(1),
    () => file.delete(),
  ];
  for (const write of writes) {
    expect(await failure(write())).toMatchObject({ statusCode: 412, code: "LeaseIdMissing" });
  }
  const wrong = { leaseAccessConditions: { leaseId: other } };
  expect(await failure(file.uploadRange("data", 0, 4, wrong))).toMatchObject({
    statusCode: 412,
    code: "LeaseIdMismatchWithFileOperation",
  });
  await file.uploadRange("data", 0, 4, { leaseAccessConditions: { leaseId: mine } });
  await file.download();
  await lease.releaseLease();
  await file.delete();
});

test("a lease changes hands, and breaks", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(0);
  const lease = file.getShareLeaseClient(mine);
  await lease.acquireLease();
  const rival = file.getShareLeaseClient(other);
  expect(await failure(rival.acquireLease())).toMatchObject({ code: "LeaseAlreadyPresent" });
  await lease.changeLease(other);
  expect((await failure(file.getShareLeaseClient(mine).releaseLease())).statusCode).toBe(409);
  await lease.breakLease();
  expect((await file.getProperties()).leaseState).toBe("broken");
  await file.setMetadata({ free: "yes" });
});

test("naming a lease where there is none is refused", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(0);
  const options = { leaseAccessConditions: { leaseId: mine } };
  expect(await failure(file.setMetadata({}, options))).toMatchObject({
    code: "LeaseNotPresentWithFileOperation",
  });
});

test("a share's lease ends with its time, and guards the share itself", async () => {
  let now = Date.now();
  await using fixture = await startFixture({ clock: () => now });
  const { share } = fixture;
  const lease = share.getShareLeaseClient(mine);
  await lease.acquireLease(15);
  expect(await share.getProperties()).toMatchObject({ leaseState: "leased", leaseDuration: "fixed" });
  expect(await failure(share.delete())).toMatchObject({ code: "LeaseIdMissing" });
  await share.rootDirectoryClient.getFileClient("a").create(1);
  now += 10_000;
  // The SDK takes a share's lease for a file's here, and refuses to renew it.
  const renewed = await signed(fixture.emulator, "PUT", "/data", {
    query: { comp: "lease", restype: "share" },
    headers: { "x-ms-lease-action": "renew", "x-ms-lease-id": mine, "content-length": "0" },
  });
  expect(renewed.status).toBe(200);
  now += 10_000;
  expect((await share.getProperties()).leaseState).toBe("leased");
  now += 6_000;
  expect((await share.getProperties()).leaseState).toBe("expired");
  await share.delete();
});

test("breaking a share's lease takes the period asked for, at most the time left", async () => {
  let now = Date.now();
  await using fixture = await startFixture({ clock: () => now });
  const { share } = fixture;
  const lease = share.getShareLeaseClient(mine);
  await lease.acquireLease(60);
  const { leaseTimeInSeconds } = await lease.breakLease({ breakPeriodInSeconds: 20 } as never);
  expect(leaseTimeInSeconds).toBeLessThanOrEqual(60);
  expect((await share.getProperties()).leaseState).toBe("breaking");
  now += 61_000;
  expect((await share.getProperties()).leaseState).toBe("broken");
});

test("lease times out of range are refused", async () => {
  await using fixture = await startFixture();
  const lease = fixture.share.getShareLeaseClient(mine);
  expect((await failure(lease.acquireLease(5))).statusCode).toBe(400);
});

test("a file's lease never ends, so it is not renewed", async () => {
  await using fixture = await startFixture();
  await fixture.share.rootDirectoryClient.getFileClient("a").create(0);
  const lease = fixture.share.rootDirectoryClient.getFileClient("a").getShareLeaseClient();
  await lease.acquireLease(-1);
  const headers = { "x-ms-lease-action": "renew", "x-ms-lease-id": lease.leaseId };
  const answer = await signed(fixture.emulator, "PUT", "/data/a", { query: { comp: "lease" }, headers, body: "" });
  expect([answer.status, answer.headers["x-ms-error-code"]]).toEqual([400, "InvalidHeaderValue"]);
});

test("a break that names another lease is refused", async () => {
  await using fixture = await startFixture();
  await fixture.share.rootDirectoryClient.getFileClient("a").create(0);
  await fixture.share.rootDirectoryClient.getFileClient("a").getShareLeaseClient().acquireLease(-1);
  const headers = { "x-ms-lease-action": "break", "x-ms-lease-id": "01234567-89ab-cdef-0123-456789abcdef" };
  const answer = await signed(fixture.emulator, "PUT", "/data/a", { query: { comp: "lease" }, headers, body: "" });
  expect([answer.status, answer.headers["x-ms-error-code"]]).toEqual([409, "LeaseIdMismatchWithLeaseOperation"]);
});
