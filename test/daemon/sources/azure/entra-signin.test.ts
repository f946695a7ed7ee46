// Signing in with Entra ID: the real @azure/identity at a stand-in over TLS, the real SDK at the emulator over TLS.
import { generateFileSASQueryParameters, ShareSASPermissions, ShareServiceClient } from "@azure/storage-file-share";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../../../core/secret.js";
import type { EntraIdentity } from "../../../../daemon/sources/azure/sign-in/entra-identity.js";
import type { SourceSession } from "../../../../daemon/sources/source.js";
import type { AzureFilesSource } from "../../../../daemon/sources/azure/azure-source.js";
import { trusting } from "../../../emulator/tests/fixture.js";
import { Tenant } from "../../../emulator/entra/tenant.js";
import { contentOf, entryAt, sourceErrorOf } from "../source-contract.js";
import { APPLICATION_SECRET, EntraWorld } from "./entra-world.js";

let world: EntraWorld;
beforeEach(async () => {
  // What this machine's own environment knows of identities is none of these tests' business.
  for (const name of Object.keys(process.env)) {
    if (/^(?:AZURE_|IDENTITY_|MSI_|IMDS_)/.test(name)) vi.stubEnv(name, undefined);
  }
  world = await EntraWorld.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  world.emulator.faults.assertAllHit();
  await world[Symbol.asyncDispose]();
});

const read = async (session: SourceSession, name: string): Promise<string> =>
  (await contentOf(session, [name], await entryAt(session, [name]))).toString();

async function openAndRead(identity?: EntraIdentity): Promise<{ text: string; consistent: boolean }> {
  await using session = await world.source(identity).open();
  return { text: await read(session, "a.txt"), consistent: session.consistent };
}

describe("an application with a secret", () => {
  it("reads from a share snapshot that it takes and deletes, with one token", async () => {
    world.assign();
    expect(await openAndRead()).toEqual({ text: "content of a", consistent: true });
    expect(world.entra.tokenRequests).toBe(1);
    expect(world.emulator.requests.count("Snapshot Share")).toBe(1);
    expect(world.emulator.requests.count("Delete Share")).toBe(1);
  });

  it("reads the share live where its role lets it only read", async () => {
    world.tenant.assign(world.application, "Storage File Data Privileged Reader");
    expect(await openAndRead()).toEqual({ text: "content of a", consistent: false });
  });

  it("is told which role it lacks", async () => {
    const error = await sourceErrorOf(world.source().check());
    expect([error.code, error.message]).toEqual([
      "ACCESS_DENIED",
      expect.stringMatching(/identity has no role that allows it; .*Storage File Data Privileged Reader/),
    ]);
  });

  it("is not sent over http", () => {
    expect(() => world.source(undefined, { endpoint: "http://127.0.0.1:1/devstoreaccount1" })).toThrow(
      /over https alone/,
    );
  });
});

describe("a token", () => {
  it("that is refused in the middle of a run is renewed once for all requests, and nobody notices", async () => {
    world.assign();
    await using session = await world.source().open();
    const names = Array.from({ length: 12 }, (_, index) => ["a.txt", "b.txt", "c.txt"][index % 3]!);
    world.tenant.revokeIssued();
    const texts = await Promise.all(names.map((name) => read(session, name)));
    expect(new Set(texts)).toEqual(new Set(["content of a", "content of b", "content of c"]));
    expect(world.entra.tokenRequests).toBe(2);
    expect(world.timing.pauses).toEqual([]);
    expect(world.logged.filter(({ message }) => /again/.test(message))).toEqual([]);
  });

  it("is renewed before it ends, without a refusal", async () => {
    world.assign();
    await using session = await world.source().open();
    world.now = () => Date.now() + 56 * 60_000;
    expect(await read(session, "b.txt")).toBe("content of b");
    // Nobody waits for it.
    await expect.poll(() => world.entra.tokenRequests).toBe(2);
  });

  it("keeps no request waiting in its last minutes while the next one does not come", async () => {
    world.assign();
    let [asked, arrive] = [0, (_secret: Secret): void => {}];
    const late = new Promise<Secret>((resolve) => (arrive = resolve));
    const secret = () => (asked++ === 0 ? Promise.resolve(new Secret(APPLICATION_SECRET)) : late);
    await using session = await world.source(world.withSecret({ secret })).open();
    world.now = () => Date.now() + 58 * 60_000;
    for (const name of ["a", "b", "c"]) expect(await read(session, `${name}.txt`)).toBe(`content of ${name}`);
    expect([asked, world.entra.tokenRequests]).toEqual([2, 1]);
    arrive(new Secret(APPLICATION_SECRET));
    await expect.poll(() => world.entra.tokenRequests).toBe(2);
  });

  it("is asked for again half a minute after it was refused, and no sooner, while the one before holds", async () => {
    world.assign();
    let asked = 0;
    const secret = () => (asked++, Promise.resolve(new Secret(asked === 1 ? APPLICATION_SECRET : "wrong~secret")));
    await using session = await world.source(world.withSecret({ secret })).open();
    const start = Date.now() + 58 * 60_000;
    world.now = () => start;
    for (const name of ["a", "b", "c"]) expect(await read(session, `${name}.txt`)).toBe(`content of ${name}`);
    await expect.poll(() => world.entra.tokenRequests).toBe(2);
    world.now = () => start + 29_000;
    expect(await read(session, "a.txt")).toBe("content of a");
    expect(asked).toBe(2);
    world.now = () => start + 31_000;
    expect(await read(session, "a.txt")).toBe("content of a");
    expect(asked).toBe(3);
    world.now = () => start + 3 * 60_000;
    const entry = await entryAt(session, ["a.txt"]).catch(() => undefined);
    expect(entry).toBeUndefined();
  });

  it("is used to its end where no other can be had before", async () => {
    world.assign();
    await using session = await world.source().open();
    world.now = () => Date.now() + 58 * 60_000;
    world.entra.refusals.push("busy", "busy");
    expect(await read(session, "b.txt")).toBe("content of b");
    world.now = () => Date.now() + 61 * 60_000;
    world.entra.refusals.splice(0);
    world.entra.refusals.push("busy");
    expect(await read(session, "c.txt")).toBe("content of c");
  });

  it("that the service does not accept is renewed once, and then reported", async () => {
    await using other = await EntraWorld.start();
    const error = await sourceErrorOf(
      other
        .source(world.withSecret(), { endpoint: other.emulator.endpoint(), ca: `${other.tls.cert}\n${world.tls.cert}` })
        .check(),
    );
    expect([error.code, error.message]).toEqual([
      "ACCESS_DENIED",
      expect.stringContaining("does not accept the token of Entra ID"),
    ]);
    expect(world.entra.tokenRequests).toBe(2);
  });

  it("that cannot be renewed for long ends the run, and counts for no file", async () => {
    world.assign();
    await using session = await world.source().open();
    const entry = await entryAt(session, ["a.txt"]);
    world.tenant.revokeIssued();
    world.entra.refusals.push(...Array.from({ length: 1000 }, () => "busy" as const));
    const error = await sourceErrorOf(contentOf(session, ["a.txt"], entry));
    expect([error.code, error.message]).toEqual([
      "UNREACHABLE",
      expect.stringMatching(/^Signing in to Entra ID .* overloaded or down: try again later \(AADSTS90033\)\.$/),
    ]);
    world.entra.refusals.splice(0);
  });

  it("is had with the secret that is there now", async () => {
    world.assign();
    let secret = APPLICATION_SECRET;
    await using session = await world
      .source(world.withSecret({ secret: () => Promise.resolve(new Secret(secret)) }))
      .open();
    world.application.secret = secret = "rotated.secret~";
    world.tenant.revokeIssued();
    expect(await read(session, "a.txt")).toBe("content of a");
  });
});

describe("what Entra ID refuses", () => {
  it.each<[string, () => EntraIdentity, RegExp]>([
    [
      "a wrong secret",
      () => world.withSecret({ secret: () => Promise.resolve(new Secret("wrong~secret")) }),
      /the secret of the application "[0-9a-f-]+" is wrong \(AADSTS7000215\)/,
    ],
    ["an unknown tenant", () => world.withSecret({ tenant: new Tenant().id }), /knows no tenant "[0-9a-f-]+"/],
    [
      "an unknown application",
      () => world.withSecret({ client: new Tenant().addApplication().clientId }),
      /the tenant "[0-9a-f-]+" has no application "[0-9a-f-]+" \(AADSTS700016\)/,
    ],
    [
      "an expired secret",
      () => {
        const late = world.tenant.addApplication({ secret: APPLICATION_SECRET, secretExpiresMs: Date.now() - 1 });
        return world.withSecret({ client: late.clientId });
      },
      /has expired, so make a new one \(AADSTS7000222\)/,
    ],
    [
      "an assertion that nobody trusts",
      () => ({
        kind: "token",
        authority: world.entra.url,
        tenant: world.tenant.id,
        client: world.application.clientId,
        token: () => Promise.resolve(new Secret(new Tenant().issue(world.application))),
      }),
      /does not trust the token that it was given.*\(AADSTS700213\)/,
    ],
  ])("%s is ACCESS_DENIED at once, in one sentence", async (_what, identity, sentence) => {
    const error = await sourceErrorOf(world.source(identity()).check());
    expect([error.code, error.message]).toEqual(["ACCESS_DENIED", expect.stringMatching(sentence)]);
    expect(error.message).toMatch(
      /^Signing in to Entra ID for the share "docs" of the account "devstoreaccount1" has failed: /,
    );
    expect(error.message).not.toMatch(/\n|Trace ID/);
    expect(world.timing.pauses).toEqual([]);
  });

  it("for a moment is asked again", async () => {
    world.assign();
    world.entra.refusals.push("busy", "busy");
    await world.source().check();
    expect(world.entra.tokenRequests).toBe(3);
    expect(world.timing.pauses).toHaveLength(2);
  });

  it("and an authority whose certificate nobody vouches for is ACCESS_DENIED at once", async () => {
    await using other = await EntraWorld.start();
    const error = await sourceErrorOf(world.source(world.withSecret({ authority: other.entra.url })).check());
    expect([error.code, error.message]).toEqual([
      "ACCESS_DENIED",
      expect.stringMatching(/https:\/\/\S+ cannot be trusted \([A-Z_]*CERT[A-Z_]*\)\.$/),
    ]);
    expect(world.timing.pauses).toEqual([]);
  });

  it("and one that does not answer is UNREACHABLE", async () => {
    const error = await sourceErrorOf(world.source(world.withSecret({ authority: "https://localhost:1" })).check());
    expect([error.code, error.message]).toEqual([
      "UNREACHABLE",
      expect.stringMatching(/https:\/\/localhost:1 does not answer \(ECONNREFUSED\)/),
    ]);
  });
});

describe("workload identity", () => {
  it("signs in with a token of somebody whom the application trusts, read anew for each token", async () => {
    const cluster = new Tenant();
    const pod = cluster.addApplication();
    const application = world.tenant.addApplication({ federated: { issuer: cluster.issuer, subject: pod.objectId } });
    world.assign(application);
    const token = () => Promise.resolve(new Secret(cluster.issue(pod)));
    const { id: tenant } = world.tenant;
    await using session = await world
      .source({ kind: "token", authority: world.entra.url, tenant, client: application.clientId, token })
      .open();
    world.tenant.revokeIssued();
    expect(await read(session, "a.txt")).toBe("content of a");
    expect(cluster.issued.length).toBeGreaterThan(1);
  });

  it("that is nowhere to be found is said so", async () => {
    const error = await sourceErrorOf(world.source({ kind: "workload", authority: world.entra.url }).check());
    expect(error.message).toMatch(/no workload identity here: it takes AZURE_TENANT_ID/);
  });
});

describe("whatever Azure's own tools would find", () => {
  it("is an application's secret in the environment", async () => {
    world.assign();
    vi.stubEnv("AZURE_TENANT_ID", world.tenant.id);
    vi.stubEnv("AZURE_CLIENT_ID", world.application.clientId);
    vi.stubEnv("AZURE_CLIENT_SECRET", APPLICATION_SECRET);
    vi.stubEnv("AZURE_AUTHORITY_HOST", world.entra.url);
    expect((await openAndRead({ kind: "default" })).text).toBe("content of a");
  });

  it("or nothing, with what was looked for", async () => {
    vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential");
    const error = await sourceErrorOf(world.source({ kind: "default" }).check());
    expect([error.code, error.message]).toEqual([
      "ACCESS_DENIED",
      expect.stringMatching(/nothing was found to sign in with: no AZURE_TENANT_ID/),
    ]);
  });
});

describe("a user-delegation SAS", () => {
  async function delegated(letters: string): Promise<AzureFilesSource> {
    world.tenant.assign(world.application, "Storage File Delegator", "Storage File Data Privileged Reader");
    const token = world.tenant.issue(world.application);
    const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const service = new ShareServiceClient(world.emulator.endpoint(), credential, trusting(world.tls.cert));
    const end = new Date(Date.now() + 3_600_000);
    const key = await service.getUserDelegationKey(new Date(), end);
    const values = { shareName: "docs", permissions: ShareSASPermissions.parse(letters), expiresOn: end };
    const sas = generateFileSASQueryParameters(values, key, world.emulator.account().name).toString();
    return world.source(undefined, { credentials: { kind: "sas", token: new Secret(sas) } });
  }

  it("reads the share live, as it is for no share as a whole", async () => {
    await using session = await (await delegated("rl")).open();
    expect([session.consistent, await read(session, "a.txt")]).toEqual([false, "content of a"]);
  });

  it("allows no more than its principal may do: what it says of writing is worth nothing here", async () => {
    const abilities = await (await delegated("rcwdl")).probe();
    expect([abilities.read?.can, abilities.restore?.can, abilities.snapshot?.can]).toEqual(["yes", "no", "no"]);
  });
});

it("leaves no secret and no token in sessions, logs or errors", async () => {
  world.assign();
  const source = world.source();
  const session = await source.open();
  const entry = await entryAt(session, ["a.txt"]);
  const errors: unknown[] = [];
  for (const [status, code] of [
    [401, "InvalidAuthenticationInfo"],
    [403, "AuthenticationFailed"],
    [404, "ResourceNotFound"],
    [503, "ServerBusy"],
  ] as const) {
    const fault = world.emulator.faults.add({
      match: { operation: "Get File" },
      fault: { kind: "status", status, code },
      times: 1000,
    });
    errors.push(await sourceErrorOf(contentOf(session, ["a.txt"], entry)));
    fault.remove();
  }
  await session[Symbol.asyncDispose]();
  world.application.secret = "another";
  world.tenant.revokeIssued();
  errors.push(await sourceErrorOf(source.check()));
  const shown = [world.seen(errors, source, session), ...errors.map((error) => (error as Error).stack ?? "")].join(
    "\n",
  );
  expect(errors).toHaveLength(5);
  expect(shown).not.toContain(APPLICATION_SECRET);
  expect(world.tenant.issued.length).toBeGreaterThan(1);
  for (const token of world.tenant.issued) expect(shown).not.toContain(token);
  expect(shown).not.toContain("Bearer ey");
});
