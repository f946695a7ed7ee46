import {
  AccountSASPermissions,
  FileSASPermissions,
  generateAccountSASQueryParameters,
  generateFileSASQueryParameters,
  type AccountSASSignatureValues,
  type FileSASSignatureValues,
  SASProtocol,
  ShareClient,
  ShareSASPermissions,
  ShareServiceClient,
} from "@azure/storage-file-share";
import { describe, expect, test } from "vitest";
import type { Emulator } from "../emulator.js";
import { bytesOf, credential, failure, hostStyleClient, noRetries, raw, startFixture } from "./fixture.js";

const hourMs = 3_600_000;

function accountSas(emulator: Emulator, changes: Partial<AccountSASSignatureValues> = {}): string {
  return generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + hourMs),
      permissions: AccountSASPermissions.parse("rwdlc"),
      services: "f",
      resourceTypes: "sco",
      ...changes,
    },
    credential(emulator),
  ).toString();
}

function shareSas(emulator: Emulator, changes: Partial<FileSASSignatureValues> = {}): string {
  return generateFileSASQueryParameters(
    {
      shareName: "data",
      expiresOn: new Date(Date.now() + hourMs),
      permissions: ShareSASPermissions.parse("rcwdl"),
      ...changes,
    },
    credential(emulator),
  ).toString();
}

function shareWith(emulator: Emulator, sas: string): ShareClient {
  return new ShareClient(`${emulator.endpoint()}/data?${sas}`, undefined, noRetries);
}

function serviceWith(emulator: Emulator, sas: string): ShareServiceClient {
  return new ShareServiceClient(`${emulator.endpoint()}?${sas}`, undefined, noRetries);
}

describe("account SAS", () => {
  test("does all that its letters allow", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const service = serviceWith(emulator, accountSas(emulator));
    await service.getProperties();
    const share = service.getShareClient("made");
    await share.create();
    const file = share.rootDirectoryClient.getFileClient("a & b+c.txt");
    await file.create(5);
    await file.uploadRange("bytes", 0, 5);
    expect((await bytesOf(await file.download())).toString()).toBe("bytes");
    await share.delete();
  });

  test.each([
    ["a start to come", { startsOn: new Date(Date.now() + hourMs) }, "AuthenticationFailed"],
    ["an end that is past", { expiresOn: new Date(Date.now() - hourMs) }, "AuthenticationFailed"],
    ["another service", { services: "b" }, "AuthorizationServiceMismatch"],
    ["another resource type", { resourceTypes: "c" }, "AuthorizationResourceTypeMismatch"],
    ["too few permissions", { permissions: AccountSASPermissions.parse("l") }, "AuthorizationPermissionMismatch"],
    ["another address", { ipRange: { start: "10.0.0.1", end: "10.0.0.9" } }, "AuthorizationSourceIPMismatch"],
    ["https only", { protocol: SASProtocol.Https }, "AuthorizationProtocolMismatch"],
  ] as const)("with %s is refused", async (_why, changes, code) => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const service = serviceWith(emulator, accountSas(emulator, changes));
    expect(await failure(service.getProperties())).toMatchObject({ statusCode: 403, code });
  });

  test("lets this machine's address in", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const ipRange = { start: "127.0.0.0", end: "127.0.0.255" };
    const service = serviceWith(emulator, accountSas(emulator, { ipRange }));
    expect(await service.getProperties()).toHaveProperty("cors");
  });

  test("that was changed after signing is refused", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const sas = accountSas(emulator, { permissions: AccountSASPermissions.parse("l") });
    const service = serviceWith(emulator, sas.replace("sp=l", "sp=rwdl"));
    expect(await failure(service.getProperties())).toMatchObject({ code: "AuthenticationFailed" });
  });

  test("tells an expired window in the error's detail", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const sas = accountSas(emulator, { expiresOn: new Date(Date.now() - hourMs) });
    const error = await failure(serviceWith(emulator, sas).getProperties());
    expect(JSON.stringify(error.details)).toContain("Signature not valid in the specified time frame");
  });

  test("expires by the emulator's clock", async () => {
    let now = Date.now();
    await using fixture = await startFixture({ clock: () => now });
    const { emulator } = fixture;
    const service = serviceWith(emulator, accountSas(emulator));
    await service.getProperties();
    now += 2 * hourMs;
    expect(await failure(service.getProperties())).toMatchObject({ code: "AuthenticationFailed" });
  });
});

describe("service SAS", () => {
  test("for a share reads, lists and writes in it, but not the share itself", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    emulator.service().share("data").seed.file("sub/a.txt", "seeded");
    const share = shareWith(emulator, shareSas(emulator));
    const file = share.getDirectoryClient("sub").getFileClient("a.txt");
    expect((await bytesOf(await file.download())).toString()).toBe("seeded");
    for await (const entry of share.rootDirectoryClient.listFilesAndDirectories()) {
      expect(entry.name).toBe("sub");
    }
    await file.delete();
    expect(await failure(share.getProperties())).toMatchObject({ code: "AuthorizationFailure" });
    expect(await failure(share.create())).toMatchObject({ code: "AuthorizationFailure" });
  });

  test("has a file answer with content headers of its own", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    emulator
      .service()
      .share("data")
      .seed.file("a.txt", "bytes", { headers: { type: "text/plain" } });
    const sas = shareSas(emulator, {
      cacheControl: "no-store",
      contentDisposition: "attachment",
      contentEncoding: "gzip",
      contentLanguage: "de",
      contentType: "text/html",
    });
    const file = shareWith(emulator, sas).rootDirectoryClient.getFileClient("a.txt");
    const wanted = {
      cacheControl: "no-store",
      contentDisposition: "attachment",
      contentEncoding: "gzip",
      contentLanguage: "de",
      contentType: "text/html",
    };
    expect(await file.getProperties()).toMatchObject(wanted);
    const plain = await raw(emulator, `/devstoreaccount1/data/a.txt?${sas}`);
    expect([plain.headers["content-type"], plain.headers["content-encoding"]]).toEqual(["text/html", "gzip"]);
  });

  test("is known when its pluses were not encoded", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    emulator.service().share("data").seed.file("a.txt", "bytes");
    let sas = "";
    for (let minute = 1; !sas.includes("%2B"); minute++) {
      sas = shareSas(emulator, { expiresOn: new Date(Date.now() + hourMs + minute * 60_000) });
    }
    const answer = await raw(emulator, `/devstoreaccount1/data/a.txt?${sas.replaceAll("%2B", "+")}`);
    expect(answer.status).toBe(200);
  });

  test("for a share renames in it on either address style", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const { seed, live } = emulator.service().share("data");
    seed.file("a", "x");
    const sas = shareSas(emulator);
    const { rootDirectoryClient: root } = shareWith(emulator, sas);
    await root.getFileClient("a").rename(`b?${sas}`);
    expect(live.find(["b"])).toBeDefined();
    hostStyleClient(emulator);
    const byHost = new ShareClient(`${emulator.hostEndpoint()}/data?${sas}`, undefined, {
      ...noRetries,
      keepAliveOptions: { enable: false },
    });
    await byHost.rootDirectoryClient.getFileClient("b").rename(`c?${sas}`);
    expect(live.find(["c"])).toBeDefined();
  });

  test("for one share is worth nothing in another", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    emulator.service().createShare("other").seed.file("a.txt", "secret");
    const other = new ShareClient(`${emulator.endpoint()}/other?${shareSas(emulator)}`, undefined, noRetries);
    const file = other.rootDirectoryClient.getFileClient("a.txt");
    expect(await failure(file.download())).toMatchObject({ code: "AuthenticationFailed" });
  });

  test("for a file opens that file and no other", async () => {
    await using fixture = await startFixture();
    const { emulator } = fixture;
    const { seed } = emulator.service().share("data");
    seed.file("dir/ü +%.txt", "mine");
    seed.file("dir/other.txt", "not mine");
    const permissions = FileSASPermissions.parse("r");
    const share = shareWith(emulator, shareSas(emulator, { filePath: "dir/ü +%.txt", permissions }));
    const directory = share.getDirectoryClient("dir");
    const mine = directory.getFileClient("ü +%.txt");
    expect((await bytesOf(await mine.download())).toString()).toBe("mine");
    expect(await failure(mine.delete())).toMatchObject({ code: "AuthorizationPermissionMismatch" });
    expect(await failure(directory.getFileClient("other.txt").download())).toMatchObject({
      code: "AuthenticationFailed",
    });
  });

  test("takes what it may from a stored access policy, and ends with it", async () => {
    await using fixture = await startFixture();
    const { emulator, share: owner } = fixture;
    emulator.service().share("data").seed.file("a.txt", "by policy");
    const accessPolicy = {
      startsOn: new Date(Date.now() - hourMs),
      expiresOn: new Date(Date.now() + hourMs),
      permissions: "rl",
    };
    await owner.setAccessPolicy([{ id: "readers", accessPolicy }]);
    const sas = generateFileSASQueryParameters({ shareName: "data", identifier: "readers" }, credential(emulator));
    const file = shareWith(emulator, sas.toString()).rootDirectoryClient.getFileClient("a.txt");
    expect((await bytesOf(await file.download())).toString()).toBe("by policy");
    expect(await failure(file.delete())).toMatchObject({ code: "AuthorizationPermissionMismatch" });
    await owner.setAccessPolicy([]);
    expect(await failure(file.download())).toMatchObject({ code: "AuthenticationFailed" });
  });
});
