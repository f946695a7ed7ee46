/**
 * Signing in, end to end: the built command in a process of its own, which finds the stand-ins for Entra ID, for a machine's identity
 * endpoint and for Azure Files over TLS, by a certificate that it is told to trust as any other.
 */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../core/clock.js";
import { parseShareName } from "../../core/names.js";
import { openObjectStore } from "../../store/open-store.js";
import { ShareStore } from "../../store/share-store.js";
import { actions } from "../emulator/auth/rbac.js";
import { Emulator } from "../emulator/emulator.js";
import { EntraServer } from "../emulator/entra/entra-server.js";
import { ManagedIdentityServer } from "../emulator/entra/managed-identity-server.js";
import { type Application, Tenant } from "../emulator/entra/tenant.js";
import { type Certificate, selfSigned } from "../support/certificate.js";
import { temporaryDirectory, type TemporaryDirectory } from "../support/tmp.js";

const run = promisify(execFile);
const command = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");
const SECRET = "s3cret~of-the.application";
const TIMEOUT_MS = 120_000;

interface Ending {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface OnlineAnswer {
  readonly shares: readonly {
    readonly share: string;
    readonly ok: boolean;
    readonly problem?: { readonly code: string; readonly message: string };
    readonly abilities: Readonly<Record<string, { readonly can: string; readonly message?: string }>>;
  }[];
}

let directory: TemporaryDirectory;
let tls: Certificate;
let tenant: Tenant;
let emulator: Emulator;
let entra: EntraServer;
let application: Application;
const endings: Ending[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory();
  tls = selfSigned();
  tenant = new Tenant();
  emulator = await Emulator.start({ tls, authority: tenant });
  entra = await EntraServer.start(tenant, tls);
  application = tenant.addApplication({ secret: SECRET });
  await writeFile(directory.join("ca.pem"), tls.cert);
  await writeFile(directory.join("app.secret"), `${SECRET}\n`);
  const { seed } = emulator.service().createShare("docs");
  for (let index = 0; index < 40; index += 1) seed.file(`folder ${index % 4}/file ${index}.txt`, `content ${index}`);
  endings.length = 0;
});
afterEach(async () => {
  await entra[Symbol.asyncDispose]();
  await emulator.close();
  await directory[Symbol.asyncDispose]();
});

async function sharestrata(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ending> {
  const whole = { PATH: process.env["PATH"] ?? "", NODE_EXTRA_CA_CERTS: directory.join("ca.pem"), ...env };
  const options = { env: whole, cwd: directory.path, maxBuffer: 1 << 26 };
  const ending = await run(process.execPath, [command, ...argv], options).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
  endings.push(ending);
  return ending;
}

/** A configuration with one share for each way to sign in. */
async function configure(ways: Readonly<Record<string, string>>): Promise<void> {
  const shares = Object.entries(ways).map(
    ([name, signIn]) =>
      `  acme/${name}:\n    source:\n      url: azure-files://devstoreaccount1/docs\n      endpoint: ${emulator.endpoint()}\n      ${signIn}\n`,
  );
  const store = `defaults: {store: "file://${directory.join("store")}"}\n`;
  await writeFile(directory.join("sharestrata.yaml"), `${store}shares:\n${shares.join("")}`);
}

const withSecret = (): string =>
  `entra: {authority: "${entra.url}", tenant: ${tenant.id}, client: ${application.clientId}, secret: {file: app.secret}}`;

/** `list read …`: what the answer says of each share can be done. */
async function online(env: Readonly<Record<string, string>> = {}, ...more: readonly string[]) {
  const ending = await sharestrata(["config", "check", "--online", "--json", ...more], env);
  const { shares } = JSON.parse(ending.stdout) as OnlineAnswer;
  const can = shares.map(({ abilities }) =>
    Object.keys(abilities)
      .filter((ability) => ability !== "store" && abilities[ability]?.can === "yes")
      .join(" "),
  );
  return { status: ending.status, shares, can };
}

function expectNoSecret(): void {
  const shown = endings.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  expect(shown).not.toContain(SECRET);
  expect(tenant.issued.length).toBeGreaterThan(0);
  for (const token of tenant.issued) expect(shown).not.toContain(token);
}

function assignBackup(who: Application): void {
  tenant.assign(who, "Storage File Data Privileged Reader");
  tenant.grant(who, actions.readShare, actions.writeShare, actions.deleteShare);
}

it(
  "init, backup and restore with an application's secret, its tokens shorter than a backup",
  { timeout: TIMEOUT_MS },
  async () => {
    assignBackup(application);
    tenant.lifetimeSeconds = 2;
    const source = `azure-files://devstoreaccount1/docs?endpoint=${emulator.endpoint()}`;
    const made = await sharestrata([
      "init",
      "--share",
      "acme/docs",
      "--source",
      source,
      "--store",
      "store",
      "--auth",
      withSecret(),
    ]);
    expect([made.status, made.stderr]).toEqual([0, expect.stringContaining("is set up")]);
    const backup = await sharestrata(["backup", "acme/docs", "--json", "--verbose"]);
    expect(backup.status).toBe(0);
    await mkdir(directory.join("out"));
    const restored = await sharestrata(["restore", "acme/docs@latest:/", "--to", directory.join("out")]);
    expect(restored.status).toBe(0);
    emulator.service().createShare("target");
    const target = ["--to", "azure-files://devstoreaccount1/target"];
    const refused = await sharestrata(["restore", "acme/docs@latest:/", ...target]);
    expect([refused.status, refused.stderr]).toEqual([12, expect.stringContaining("has no role that allows it")]);
    tenant.assign(application, "Storage File Data Privileged Contributor");
    const written = await sharestrata(["restore", "acme/docs@latest:/", ...target]);
    expect([written.status, written.stderr]).toEqual([0, expect.any(String)]);
    expect(emulator.service().share("target").live.find(["folder 3", "file 39.txt"])).toBeDefined();
    expectNoSecret();
  },
);

it("what is wrong is one sentence, a status, and no secret", { timeout: TIMEOUT_MS }, async () => {
  await configure({ docs: withSecret() });
  await sharestrata(["config", "check", "--online"]);
  const unassigned = await sharestrata(["init", "--share", "acme/docs"]);
  expect([unassigned.status, unassigned.stderr]).toEqual([12, expect.stringMatching(/has no role that allows it/)]);
  application.secret = "rotated elsewhere";
  const wrong = await sharestrata(["init", "--share", "acme/docs", "--verbose"]);
  expect([wrong.status, wrong.stderr]).toEqual([
    12,
    expect.stringMatching(/the secret of the application .* is wrong \(AADSTS7000215\)/),
  ]);
  expectNoSecret();
});

describe("config check --online", () => {
  /** Makes the shares known to the store, as `init` does, without its looking at a source. */
  async function initialise(names: readonly string[]): Promise<void> {
    const { signal } = new AbortController();
    await using objects = await openObjectStore(`file://${directory.join("store")}`, { create: true, signal });
    for (const share of names) {
      await ShareStore.create(objects, parseShareName(`acme/${share}`), {}, { clock: systemClock, signal });
    }
  }

  it("tells what each way to sign in allows, whatever is wrong with another one", { timeout: TIMEOUT_MS }, async () => {
    const names = ["keyed", "missing", "reader", "unknown"];
    await initialise(names);
    tenant.assign(application, "Storage File Data Privileged Reader");
    await writeFile(directory.join("account.key"), emulator.account().key);
    await configure({
      keyed: "key: {file: account.key}",
      missing: "sas: {file: nowhere.sas}",
      reader: withSecret(),
      unknown: withSecret().replace(application.clientId, new Tenant().addApplication().clientId),
    });
    const { status, shares, can } = await online();
    expect(can).toEqual(["signIn list read snapshot restore", "", "signIn list read", ""]);
    expect(shares.map(({ ok, problem }) => (ok ? "ok" : problem?.code))).toEqual([
      "ok",
      "CONFIG_INVALID",
      "ok",
      "ACCESS_DENIED",
    ]);
    expect(shares.map(({ abilities }) => abilities["store"]?.can)).toEqual(["yes", "yes", "yes", "yes"]);
    expect(status).toBe(2);
    const table = await sharestrata(["config", "check", "--online"]);
    const lines = table.stdout.split("\n").map((line) => line.replace(/ +/g, " "));
    expect(lines.slice(0, 4)).toEqual([
      "share sign-in list read snapshot restore store",
      "acme/keyed yes yes yes yes yes yes",
      "acme/missing no - - - - yes",
      "acme/reader yes yes yes no no yes",
    ]);
    expect(table.stdout).toMatch(/acme\/unknown: sign-in: Signing in to Entra ID .* \(AADSTS700016\)/);
    expectNoSecret();
  });

  it("fails of what is required besides", { timeout: TIMEOUT_MS }, async () => {
    await initialise(["reader"]);
    tenant.assign(application, "Storage File Data Privileged Reader");
    await configure({ reader: withSecret() });
    expect((await online()).status).toBe(0);
    expect((await online({}, "--require", "snapshot")).status).toBe(12);
    expect((await online({}, "--require", "snapshot", "--require", "restore")).status).toBe(12);
  });

  it("finds a store that cannot be written to, beside a folder that can be read", { timeout: TIMEOUT_MS }, async () => {
    await mkdir(directory.join("files"));
    const text = `shares:\n  acme/home: {source: files, store: "file://${directory.join("no store")}"}\n`;
    await writeFile(directory.join("sharestrata.yaml"), text);
    const { status, shares, can } = await online();
    expect([status, can]).toEqual([10, ["list read restore"]]);
    expect(shares[0]?.abilities["store"]).toMatchObject({ can: "no", code: "STORE_UNINITIALISED" });
  });

  it.each(["virtualMachine", "appService"] as const)(
    "by a managed identity, the machine's own or another one: %s",
    { timeout: TIMEOUT_MS },
    async (place) => {
      const names = ["other", "own", "strange"];
      await initialise(names);
      const [system, user] = [tenant.addManagedIdentity(), tenant.addManagedIdentity()];
      await using machine = await ManagedIdentityServer.start(tenant, { system, userAssigned: [user] });
      assignBackup(user);
      await configure({
        other: `entra: {managedIdentity: ${user.clientId}}`,
        own: "entra: {managedIdentity: true}",
        strange: `entra: {managedIdentity: ${application.clientId}}`,
      });
      // Asked again when it cannot be had for a moment.
      machine.failures.push(503);
      const { shares, can } = await online(machine[place]);
      expect(can).toEqual(["signIn list read snapshot", "signIn", ""]);
      expect(shares[2]?.problem?.message).toContain(`this machine has no managed identity "${application.clientId}"`);
      expectNoSecret();
    },
  );

  it("by whatever Azure's own tools would find, and by a workload identity", { timeout: TIMEOUT_MS }, async () => {
    const names = ["found", "workload"];
    await initialise(names);
    const cluster = new Tenant();
    const pod = cluster.addApplication();
    const federated = tenant.addApplication({ federated: { issuer: cluster.issuer, subject: pod.objectId } });
    for (const who of [application, federated]) assignBackup(who);
    await writeFile(directory.join("pod.token"), cluster.issue(pod));
    await configure({
      found: "entra: default",
      workload: `entra: {workloadIdentity: true, client: ${federated.clientId}}`,
    });
    const { can } = await online({
      AZURE_AUTHORITY_HOST: entra.url,
      AZURE_TENANT_ID: tenant.id,
      AZURE_CLIENT_ID: application.clientId,
      AZURE_CLIENT_SECRET: SECRET,
      AZURE_FEDERATED_TOKEN_FILE: directory.join("pod.token"),
    });
    expect(can).toEqual(["signIn list read snapshot", "signIn list read snapshot"]);
    expectNoSecret();
  });
});
