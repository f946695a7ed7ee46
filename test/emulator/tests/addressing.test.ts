import { FileSASPermissions, ShareFileClient } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { Emulator } from "../emulator.js";
import { bytesOf, failure, hostStyleClient, noRetries, raw, signed, startFixture } from "./fixture.js";

test("host-style addresses reach the same account as path-style ones", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator.service().share("data").seed.file("dir/a.txt", "same");
  const share = hostStyleClient(emulator).getShareClient("data");
  const file = share.getDirectoryClient("dir").getFileClient("a.txt");
  expect((await bytesOf(await file.download())).toString()).toBe("same");
});

test("the public host name of an account is understood in the Host header", async () => {
  await using fixture = await startFixture();
  const answer = await raw(fixture.emulator, "/data?restype=share", {
    headers: { host: "devstoreaccount1.file.core.windows.net" },
  });
  expect(answer.headers["x-ms-error-code"]).toBe("NoAuthenticationInformation");
  const unknown = await raw(fixture.emulator, "/data?restype=share", {
    headers: { host: "nobody.file.core.windows.net" },
  });
  expect(unknown.status).toBe(404);
});

test("a listing names the endpoint it was asked at", async () => {
  await using fixture = await startFixture();
  const { emulator, service } = fixture;
  const byPath = await service.listShares().byPage().next();
  expect(byPath.value.serviceEndpoint).toBe(`${emulator.endpoint()}/`);
  const byHost = await hostStyleClient(emulator).listShares().byPage().next();
  expect(byHost.value.serviceEndpoint).toBe(`${emulator.hostEndpoint()}/`);
});

test("accounts are worlds of their own", async () => {
  const accounts = [
    { name: "one1", key: "b25l" },
    { name: "two2", key: "dHdv" },
  ];
  await using emulator = await Emulator.start({ accounts });
  emulator.service("one1").createShare("only-here");
  expect(emulator.service("two2").shares).toHaveLength(0);
});

test("malformed and meaningless requests get the service's errors", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  const broken = await raw(emulator, "/devstoreaccount1/data/%zz");
  expect(broken.headers["x-ms-error-code"]).toBe("InvalidUri");
  const file = share.rootDirectoryClient.getFileClient("none");
  expect(await failure(file.download())).toMatchObject({ code: "ResourceNotFound" });
  expect(await failure(file.getProperties())).toMatchObject({
    statusCode: 404,
    details: { errorCode: "ResourceNotFound" },
  });
  const lost = fixture.service.getShareClient("lost");
  expect(await failure(lost.getProperties())).toMatchObject({ code: "ShareNotFound" });
});

test("clients that leave the account out of a path-style address are understood", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator.service().share("data").seed.file("a", "x");
  const send = (method: string, path: string, headers: Record<string, string> = {}, query = {}) =>
    signed(emulator, method, path, { accountInPath: false, headers, query, ...(method === "PUT" && { body: "" }) });
  expect((await send("GET", "/data/a")).body.toString()).toBe("x");
  const source = `${emulator.url}/data/a`;
  expect((await send("PUT", "/data/b", { "x-ms-copy-source": source })).status).toBe(202);
  const renamed = await send("PUT", "/data/c", { "x-ms-file-rename-source": source }, { comp: "rename" });
  expect(renamed.status).toBe(200);
  const expiresOn = new Date(Date.now() + 60_000);
  const named = fixture.share.rootDirectoryClient.getFileClient("b");
  const { search } = new URL(named.generateSasUrl({ expiresOn, permissions: FileSASPermissions.parse("r") }));
  const bySas = new ShareFileClient(`${emulator.url}/data/b${search}`, undefined, noRetries);
  expect((await bySas.getProperties()).contentLength).toBe(1);
});
