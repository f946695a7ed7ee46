// Bearer tokens over TLS, and user-delegation keys and SAS, through the unmodified SDK: what is let in, and how each
// refusal is told.
import {
  FileSASPermissions,
  type FileSASSignatureValues,
  generateFileSASQueryParameters,
  ShareClient,
  type ShareClientConfig,
  ShareSASPermissions,
  ShareServiceClient,
  type ServiceGetUserDelegationKeyResponse,
} from "@azure/storage-file-share";
import { describe, expect, test } from "vitest";
import { selfSigned } from "../../support/certificate.js";
import { actions } from "../auth/rbac.js";
import { Emulator } from "../emulator.js";
import { Tenant, type Application } from "../entra/tenant.js";
import { bytesOf, failure, raw, serviceClient, trusting } from "./fixture.js";

const tls = selfSigned();
const hourMs = 3_600_000;
const intent: ShareClientConfig = { fileRequestIntent: "backup" };

interface World extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly tenant: Tenant;
  readonly backup: Application;
}

async function start(clock: () => number = Date.now): Promise<World> {
  const tenant = new Tenant(clock);
  const emulator = await Emulator.start({ tls, authority: tenant, clock });
  emulator.service().createShare("data").seed.file("a.txt", "seeded");
  return { emulator, tenant, backup: tenant.addApplication(), [Symbol.asyncDispose]: () => emulator.close() };
}

function service(emulator: Emulator, token: string, config: ShareClientConfig = intent): ShareServiceClient {
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + hourMs }) };
  return new ShareServiceClient(emulator.endpoint(), credential, { ...trusting(tls.cert), ...config });
}

const file = (client: ShareServiceClient) => client.getShareClient("data").rootDirectoryClient.getFileClient("a.txt");
const read = async (client: ShareServiceClient): Promise<string> =>
  (await bytesOf(await file(client).download())).toString();

describe("TLS", () => {
  test("is what connection strings and endpoints say, and shared keys work over it", async () => {
    await using world = await start();
    const { emulator } = world;
    expect(emulator.connectionString()).toMatch(/^DefaultEndpointsProtocol=https;.*FileEndpoint=https:\/\/127/);
    expect(await read(serviceClient(emulator, undefined, trusting(tls.cert) as ShareClientConfig))).toBe("seeded");
    const page = await serviceClient(emulator, undefined, trusting(tls.cert) as ShareClientConfig)
      .listShares()
      .byPage()
      .next();
    expect(page.value).toMatchObject({ serviceEndpoint: `${emulator.endpoint()}/` });
  });

  test("with a certificate nobody vouches for is no service to talk to", async () => {
    await using world = await start();
    expect(await failure(read(serviceClient(world.emulator)))).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });
});

describe("a bearer token", () => {
  test("opens what its principal's roles allow, at the moment of each request", async () => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    const client = service(emulator, tenant.issue(backup));
    const refused = { statusCode: 403, code: "AuthorizationPermissionMismatch" };
    expect(await failure(read(client))).toMatchObject(refused);
    tenant.assign(backup, "Storage File Data SMB Share Contributor");
    expect(await failure(read(client))).toMatchObject(refused);
    tenant.assign(backup, "Storage File Data Privileged Reader");
    expect(await read(client)).toBe("seeded");
    expect(await failure(file(client).delete())).toMatchObject(refused);
    expect(await failure(client.getShareClient("data").createSnapshot())).toMatchObject(refused);
    tenant.assign(backup, "Storage File Data Privileged Contributor");
    await file(client).setHttpHeaders({ fileContentType: "text/plain" });
    expect(await failure(client.getShareClient("data").createSnapshot())).toMatchObject(refused);
    tenant.grant(backup, actions.readShare, actions.writeShare, actions.deleteShare);
    const { snapshot } = await client.getShareClient("data").createSnapshot();
    await client.getShareClient("data").withSnapshot(snapshot!).delete();
    tenant.withdraw(backup);
    expect(await failure(read(client))).toMatchObject(refused);
  });

  test.each([
    ["for another audience", { audience: "https://management.azure.com" }, "Audience validation failed"],
    ["that is over", { lifetimeSeconds: -1 }, "The token is expired"],
    ["that is not valid yet", { startsInSeconds: 3600 }, "The token is not yet valid"],
  ])("%s is 401, with where to sign in", async (_why, options, detail) => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    tenant.assign(backup, "Storage File Data Privileged Reader");
    const answer = await withToken(emulator, tenant.issue(backup, options));
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({
      "x-ms-error-code": "InvalidAuthenticationInfo",
      "www-authenticate": `Bearer authorization_uri=${tenant.authorizationUri} resource_id=https://storage.azure.com`,
    });
    expect(answer.body.toString()).toContain(detail);
  });

  test.each([
    ["was changed", (token: string) => withClaim(token, "exp", 4_000_000_000)],
    ["has another signature", (token: string) => `${token.slice(0, -6)}AAAAAA`],
    ["is none", () => "abc"],
  ])("that %s is 401", async (_why, spoil) => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    expect((await withToken(emulator, spoil(tenant.issue(backup)))).status).toBe(401);
  });

  test("of another tenant is 401", async () => {
    await using world = await start();
    const other = new Tenant();
    const answer = await withToken(world.emulator, other.issue(other.addApplication()));
    expect([answer.status, answer.body.toString()]).toEqual([401, expect.stringContaining("Issuer validation failed")]);
  });

  test("without the intent to back up is refused as an incomplete request", async () => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    tenant.assign(backup, "Storage File Data Privileged Reader");
    const error = await failure(read(service(emulator, tenant.issue(backup), {})));
    expect(error).toMatchObject({ statusCode: 400, code: "MissingRequiredHeader" });
    expect(JSON.stringify(error)).toContain("x-ms-file-request-intent");
    const { status } = await withToken(emulator, tenant.issue(backup), { "x-ms-file-request-intent": "snoop" });
    expect(status).toBe(400);
  });

  test("is known from 2022-11-02 on, for whole shares from 2024-11-04 on", async () => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    tenant.assign(backup, "Storage File Data Privileged Reader", "Reader");
    const ask = (version: string, path?: string) =>
      withToken(emulator, tenant.issue(backup), { "x-ms-version": version }, path);
    const share = "/devstoreaccount1/data?restype=share";
    expect((await ask("2021-12-02")).status).toBe(403);
    expect((await ask("2022-11-02")).status).toBe(200);
    expect((await ask("2022-11-02", share)).headers["x-ms-error-code"]).toBe("FileOAuthManagementApiRestrictedToSrp");
    expect((await ask("2024-11-04", share)).status).toBe(200);
  });

  test("copies within its account, and lets a range be read for who brings one for the source", async () => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    tenant.assign(backup, "Storage File Data Privileged Contributor");
    const root = service(emulator, tenant.issue(backup)).getShareClient("data").rootDirectoryClient;
    await root.getFileClient("copy.txt").startCopyFromURL(file(service(emulator, "")).url);
    const part = root.getFileClient("part.txt");
    await part.create(4);
    const put = (token: string) =>
      part.uploadRangeFromURL(root.getFileClient("a.txt").url, 0, 0, 4, {
        sourceAuthorization: { scheme: "Bearer", value: token },
      });
    expect(await failure(put(tenant.issue(tenant.addApplication())))).toMatchObject({ code: "CannotVerifyCopySource" });
    await put(tenant.issue(backup));
    expect((await bytesOf(await part.download())).toString()).toBe("seed");
  });

  test("over http is refused, whatever it is", async () => {
    const tenant = new Tenant();
    await using emulator = await Emulator.start({ authority: tenant });
    const answer = await withToken(emulator, tenant.issue(tenant.addApplication()));
    expect([answer.status, answer.headers["x-ms-error-code"]]).toEqual([403, "AuthenticationFailed"]);
  });
});

/** The same token with something else said in it, and the signature left as it is. */
function withClaim(token: string, name: string, value: unknown): string {
  const [head, claims = "", signature] = token.split(".");
  const changed = { ...(JSON.parse(Buffer.from(claims, "base64url").toString()) as object), [name]: value };
  return [head, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
}

function withToken(
  emulator: Emulator,
  token: string,
  headers: Record<string, string> = {},
  path = "/devstoreaccount1/data/a.txt",
) {
  return raw(emulator, path, {
    ca: tls.cert,
    headers: {
      authorization: `Bearer ${token}`,
      "x-ms-version": "2025-11-05",
      "x-ms-file-request-intent": "backup",
      ...headers,
    },
  });
}

describe("a user-delegation key", () => {
  test("is given to who may delegate, for seven days at most, and to no key or SAS", async () => {
    await using world = await start();
    const { emulator, tenant, backup } = world;
    const client = service(emulator, tenant.issue(backup));
    const until = (ms: number) => client.getUserDelegationKey(new Date(), new Date(Date.now() + ms));
    expect(await failure(until(hourMs))).toMatchObject({ code: "AuthorizationPermissionMismatch" });
    tenant.assign(backup, "Storage File Delegator");
    expect(await until(hourMs)).toMatchObject({
      signedObjectId: backup.objectId,
      signedTenantId: tenant.id,
      signedService: "f",
    });
    expect(await failure(until(8 * 24 * hourMs))).toMatchObject({ statusCode: 400, code: "InvalidXmlNodeValue" });
    expect(await failure(until(-1000))).toMatchObject({ statusCode: 400 });
    const byKey = serviceClient(emulator, undefined, trusting(tls.cert) as ShareClientConfig);
    expect(await failure(byKey.getUserDelegationKey(new Date(), new Date(Date.now() + hourMs)))).toMatchObject({
      statusCode: 403,
      code: "AuthenticationFailed",
    });
  });
});

describe("a user-delegation SAS", () => {
  interface Delegated extends World {
    readonly key: ServiceGetUserDelegationKeyResponse;
    sas(changes?: Partial<FileSASSignatureValues>): string;
    share(sas: string): ShareClient;
  }

  async function delegated(clock: () => number = Date.now): Promise<Delegated> {
    const world = await start(clock);
    const { emulator, tenant, backup } = world;
    tenant.assign(backup, "Storage File Delegator", "Storage File Data Privileged Contributor");
    const key = await service(emulator, tenant.issue(backup)).getUserDelegationKey(
      new Date(clock()),
      new Date(clock() + 2 * hourMs),
    );
    return {
      ...world,
      key,
      sas: (changes = {}) =>
        generateFileSASQueryParameters(
          {
            shareName: "data",
            permissions: ShareSASPermissions.parse("rcwdl"),
            expiresOn: new Date(clock() + hourMs),
            ...changes,
          },
          key,
          emulator.account().name,
        ).toString(),
      share: (sas) => new ShareClient(`${emulator.endpoint()}/data?${sas}`, undefined, trusting(tls.cert)),
      [Symbol.asyncDispose]: () => emulator.close(),
    };
  }

  const readBy = async (share: ShareClient, name = "a.txt"): Promise<string> =>
    (await bytesOf(await share.rootDirectoryClient.getFileClient(name).download())).toString();

  test("opens a share, or one file", async () => {
    await using world = await delegated();
    const share = world.share(world.sas());
    expect(await readBy(share)).toBe("seeded");
    await share.rootDirectoryClient.getFileClient("b.txt").create(3);
    const one = world.share(world.sas({ filePath: "a.txt", permissions: FileSASPermissions.parse("r") }));
    expect(await readBy(one)).toBe("seeded");
    expect(await failure(readBy(one, "b.txt"))).toMatchObject({ code: "AuthenticationFailed" });
    expect(await failure(share.createSnapshot())).toMatchObject({ code: "AuthorizationFailure" });
  });

  test("allows what both its letters and its principal's roles allow", async () => {
    await using world = await delegated();
    const { tenant, backup } = world;
    const refused = { statusCode: 403, code: "AuthorizationPermissionMismatch" };
    const reading = world.share(world.sas({ permissions: ShareSASPermissions.parse("r") }));
    expect(await failure(reading.rootDirectoryClient.getFileClient("a.txt").delete())).toMatchObject(refused);
    tenant.withdraw(backup);
    tenant.assign(backup, "Storage File Data Privileged Reader");
    const all = world.share(world.sas());
    expect(await readBy(all)).toBe("seeded");
    expect(await failure(all.rootDirectoryClient.getFileClient("a.txt").delete())).toMatchObject(refused);
    tenant.withdraw(backup);
    expect(await failure(readBy(all))).toMatchObject(refused);
  });

  test("ends with the key that signed it, however long it says itself", async () => {
    let now = Date.now();
    await using world = await delegated(() => now);
    const share = world.share(world.sas({ expiresOn: new Date(now + 5 * hourMs) }));
    expect(await readBy(share)).toBe("seeded");
    now += 3 * hourMs;
    expect(await failure(readBy(share))).toMatchObject({ statusCode: 403, code: "AuthenticationFailed" });
  });

  test.each([
    ["other permissions", /sp=[a-z]+/, "sp=rl", "AuthenticationFailed"],
    ["another principal", /skoid=[^&]+/, "skoid=00000000-0000-0000-0000-000000000000", "AuthenticationFailed"],
    ["another tenant", /sktid=[^&]+/, "sktid=00000000-0000-0000-0000-000000000000", "AuthenticationFailed"],
    ["a longer key", /ske=[^&]+/, "ske=2099-01-01T00%3A00%3A00Z", "AuthenticationFailed"],
    ["no end of the key", /&ske=[^&]+/, "", "AuthenticationFailed"],
    ["an older version", /sv=[^&]+/, "sv=2024-11-04", "AuthenticationFailed"],
    ["a key for blobs", /sks=f/, "sks=b", "AuthorizationServiceMismatch"],
  ] as const)("changed to %s is refused", async (_what, pattern, replacement, code) => {
    await using world = await delegated();
    const spoilt = world.sas().replace(pattern, replacement);
    expect(await failure(readBy(world.share(spoilt)))).toMatchObject({ statusCode: 403, code });
  });

  test("for one user takes that user's token as well", async () => {
    await using world = await delegated();
    const { emulator, tenant } = world;
    const [user, other] = [tenant.addApplication(), tenant.addApplication()];
    const path = `/devstoreaccount1/data/a.txt?${world.sas({ delegatedUserObjectId: user.objectId })}`;
    expect((await raw(emulator, path, { ca: tls.cert })).status).toBe(403);
    expect((await withToken(emulator, tenant.issue(other), {}, path)).status).toBe(403);
    expect((await withToken(emulator, tenant.issue(user), {}, path)).status).toBe(200);
  });
});
