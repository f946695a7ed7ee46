// The stand-ins for Entra ID and for a machine's identity endpoint, driven by the real @azure/identity.
import { ClientAssertionCredential, ClientSecretCredential } from "@azure/identity";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { selfSigned } from "../../support/certificate.js";
import { EntraServer } from "../entra/entra-server.js";
import { ManagedIdentityServer } from "../entra/managed-identity-server.js";
import { Tenant, storageAudience } from "../entra/tenant.js";
import { failure } from "./fixture.js";

const tls = selfSigned();
const scope = `${storageAudience}/.default`;

describe("Entra ID", () => {
  let tenant: Tenant;
  let entra: EntraServer;
  beforeEach(async () => {
    tenant = new Tenant();
    entra = await EntraServer.start(tenant, tls);
  });
  afterEach(() => entra[Symbol.asyncDispose]());

  const options = () => ({
    authorityHost: entra.url,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: tls.cert },
  });

  test("gives a token for a client secret, and says how long it lives", async () => {
    const application = tenant.addApplication({ secret: "right" });
    tenant.lifetimeSeconds = 1800;
    const credential = new ClientSecretCredential(tenant.id, application.clientId, "right", options());
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    expect(tenant.verify(token, [storageAudience], Date.now())).toEqual({
      objectId: application.objectId,
      tenantId: tenant.id,
    });
    expect(expiresOnTimestamp - Date.now()).toBeGreaterThan(1_700_000);
    await credential.getToken(scope);
    expect(entra.tokenRequests).toBe(1);
  });

  test("gives a token for an assertion of an issuer that the application trusts", async () => {
    const cluster = new Tenant();
    const pod = cluster.addApplication();
    const application = tenant.addApplication({ federated: { issuer: cluster.issuer, subject: pod.objectId } });
    const sign = (assertion: () => string) =>
      new ClientAssertionCredential(tenant.id, application.clientId, () => Promise.resolve(assertion()), options());
    expect((await sign(() => cluster.issue(pod)).getToken(scope)).token).toBe(tenant.issued.at(-1));
    const other = sign(() => cluster.issue(cluster.addApplication()));
    expect((await failure(other.getToken(scope))).message).toContain("AADSTS700213");
    const old = sign(() => cluster.issue(pod, { lifetimeSeconds: -1 }));
    expect((await failure(old.getToken(scope))).message).toContain("AADSTS700024");
  });

  test("refuses a wrong secret, and a tenant that it does not know before any secret is sent", async () => {
    const { clientId } = tenant.addApplication({ secret: "right" });
    const wrong = new ClientSecretCredential(tenant.id, clientId, "wrong", options());
    expect((await failure(wrong.getToken(scope))).message).toContain("AADSTS7000215");
    expect(entra.tokenRequests).toBe(1);
    const elsewhere = new ClientSecretCredential(new Tenant().id, clientId, "right", options());
    // The library swallows AADSTS90002: it has asked for the tenant's endpoints, and got none.
    expect((await failure(elsewhere.getToken(scope))).message).toContain("endpoints_resolution_error");
    expect(entra.tokenRequests).toBe(1);
  });

  test("refuses an expired secret and an application that it does not know", async () => {
    const late = tenant.addApplication({ secret: "right", secretExpiresMs: Date.now() - 1 });
    const expired = new ClientSecretCredential(tenant.id, late.clientId, "right", options());
    expect((await failure(expired.getToken(scope))).message).toContain("AADSTS7000222");
    const { clientId } = new Tenant().addApplication();
    const unknown = new ClientSecretCredential(tenant.id, clientId, "right", options());
    expect((await failure(unknown.getToken(scope))).message).toContain("AADSTS700016");
  });
});

describe("a machine's identity endpoint", () => {
  const ask = async (url: string, headers: Record<string, string>) => {
    const answer = await fetch(url, { headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

  test("gives tokens of its identities to who shows that it is on the machine", async () => {
    const tenant = new Tenant();
    const [system, user] = [tenant.addManagedIdentity(), tenant.addManagedIdentity()];
    await using machine = await ManagedIdentityServer.start(tenant, { system, userAssigned: [user] });
    const imds = `${machine.virtualMachine["AZURE_POD_IDENTITY_AUTHORITY_HOST"]}/metadata/identity/oauth2/token`;
    const query = `?api-version=2018-02-01&resource=${encodeURIComponent(storageAudience)}`;
    expect(await ask(imds + query, { Metadata: "true" })).toMatchObject({ body: { client_id: system.clientId } });
    expect(await ask(`${imds}${query}&client_id=${user.clientId}`, { Metadata: "true" })).toMatchObject({
      body: { client_id: user.clientId, access_token: tenant.issued.at(-1) },
    });
    expect(await ask(imds + query, {})).toMatchObject({ status: 400 });
    const { IDENTITY_ENDPOINT: service = "", IDENTITY_HEADER: header = "" } = machine.appService;
    expect(await ask(service + query, { "X-IDENTITY-HEADER": header })).toMatchObject({ status: 200 });
    expect(await ask(service + query, { "X-IDENTITY-HEADER": "guessed" })).toMatchObject({ status: 400 });
    machine.failures.push(503);
    expect((await ask(imds + query, { Metadata: "true" })).status).toBe(503);
  });
});
