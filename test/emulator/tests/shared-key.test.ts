import { ShareServiceClient, StorageSharedKeyCredential } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { Emulator } from "../emulator.js";
import { failure, noRetries, raw, signed, startFixture } from "./fixture.js";

test("the right key is let in, on path-style addresses too", async () => {
  await using fixture = await startFixture();
  expect((await fixture.share.getProperties()).quota).toBe(5120);
});

test("a wrong key is refused with AuthenticationFailed and a detail", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const wrong = new StorageSharedKeyCredential("devstoreaccount1", "AAAA");
  const client = new ShareServiceClient(emulator.endpoint(), wrong, noRetries);
  const error = await failure(client.getProperties());
  expect(error).toMatchObject({ statusCode: 403, code: "AuthenticationFailed" });
  expect(JSON.stringify(error.details)).toContain("String to sign");
});

test("a key is refused for another account than its own", async () => {
  const accounts = [
    { name: "first", key: Buffer.from("one").toString("base64") },
    { name: "second", key: Buffer.from("two").toString("base64") },
  ];
  await using emulator = await Emulator.start({ accounts });
  const first = new StorageSharedKeyCredential("first", accounts[0]!.key);
  const crossed = new ShareServiceClient(emulator.endpoint("second"), first, noRetries);
  expect(await failure(crossed.getProperties())).toMatchObject({ code: "AuthenticationFailed" });
  const own = new ShareServiceClient(emulator.endpoint("first"), first, noRetries);
  await own.getProperties();
});

test("the secondary key of an account is as good as the first", async () => {
  const secondaryKey = Buffer.from("spare").toString("base64");
  const accounts = [{ name: "spared", key: "AAAA", secondaryKey }];
  await using emulator = await Emulator.start({ accounts });
  const spare = new StorageSharedKeyCredential("spared", secondaryKey);
  const client = new ShareServiceClient(emulator.endpoint(), spare, noRetries);
  expect(await client.getProperties()).toHaveProperty("cors");
});

test("a request that proves nothing gets 401 and a challenge", async () => {
  await using fixture = await startFixture();
  const answer = await raw(fixture.emulator, "/devstoreaccount1/data?restype=share", {
    headers: { "x-ms-client-request-id": "mine", "x-ms-version": "2024-11-04" },
  });
  expect(answer.status).toBe(401);
  expect(answer.headers["x-ms-error-code"]).toBe("NoAuthenticationInformation");
  expect(answer.headers["www-authenticate"]).toContain("Bearer");
  expect(answer.headers["x-ms-client-request-id"]).toBe("mine");
  expect(answer.headers["x-ms-version"]).toBe("2024-11-04");
  expect(answer.body.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect(answer.body.toString()).toMatch(
    /<Code>NoAuthenticationInformation<\/Code><Message>[^]*\nRequestId:[0-9a-f-]{36}\nTime:[^<]*Z<\/Message>/,
  );
});

test("a plus in a query is a space, in the signature and in what it means", async () => {
  await using fixture = await startFixture();
  const { seed } = fixture.emulator.service().share("data");
  seed.file("a b", "");
  seed.file("a+b", "");
  // The fixture signs what it is given, and writes spaces as pluses.
  const query = { restype: "directory", comp: "list", prefix: "a b" };
  const answer = await signed(fixture.emulator, "GET", "/data", { query });
  expect(answer.body.toString()).toMatch(/<Name>a b<\/Name>/);
  expect(answer.body.toString()).not.toContain("a+b");
});

test("an error to HEAD has its code in the header and no body", async () => {
  await using fixture = await startFixture();
  const answer = await raw(fixture.emulator, "/devstoreaccount1/data/none", { method: "HEAD" });
  expect(answer.headers["x-ms-error-code"]).toBe("NoAuthenticationInformation");
  expect(answer.body).toHaveLength(0);
});

test("an account nobody knows is not found", async () => {
  await using fixture = await startFixture();
  const answer = await raw(fixture.emulator, "/nobody/data?restype=share");
  expect(answer).toMatchObject({ status: 404 });
});

test("a stale date is refused although its signature is right", async () => {
  await using fixture = await startFixture();
  const query = { restype: "share" };
  const date = new Date(0).toUTCString();
  expect((await signed(fixture.emulator, "GET", "/data", { query, date })).status).toBe(403);
  expect((await signed(fixture.emulator, "GET", "/data", { query })).status).toBe(200);
});

test("Shared Key Lite is understood", async () => {
  await using fixture = await startFixture();
  const query = { comp: "stats", restype: "share" };
  const options = { query, scheme: "SharedKeyLite" } as const;
  expect((await signed(fixture.emulator, "GET", "/data", options)).status).toBe(200);
});

test("headers are signed in word order or in code order", async () => {
  await using fixture = await startFixture();
  const headers = {
    "x-ms-content-length": "0",
    "x-ms-meta-a_b": "1",
    "x-ms-meta-a1": "2",
    "x-ms-meta-ab": "3",
    "x-ms-type": "file",
    "content-length": "0",
  };
  const answer = await signed(fixture.emulator, "PUT", "/data/a", { headers });
  expect(answer.status).toBe(201);
  const file = fixture.share.rootDirectoryClient.getFileClient("b");
  await file.create(0, { metadata: { a_b: "1", a1: "2", ab: "3" } });
});
