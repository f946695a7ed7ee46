// Every way to sign in, every way to be refused, and no secret anywhere afterwards.
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  generateFileSASQueryParameters,
  SASProtocol,
  ShareSASPermissions,
  StorageSharedKeyCredential,
} from "@azure/storage-file-share";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../../core/secret.js";
import { timeFromMs } from "../../../../core/time.js";
import type { AzureCredentials } from "../../../../daemon/sources/azure/credentials.js";
import { bytesOf, childrenOf, contentOf, entryAt, sourceErrorOf } from "../source-contract.js";
import { type AzureFixture, startAzure } from "./fixture.js";

let azure: AzureFixture;
/** The service's clock, and this machine's. */
let nowMs: () => number;
beforeEach(async () => {
  nowMs = Date.now;
  azure = await startAzure({ clock: () => nowMs() });
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

const endpoint = () => azure.emulator.endpoint();

function sharedKey(): StorageSharedKeyCredential {
  const { name, key } = azure.emulator.account();
  return new StorageSharedKeyCredential(name, key);
}

const SAS_END = "2099-01-01T00:00:00Z";

function shareSas(permissions: string, expiresOn = new Date(SAS_END)): string {
  return generateFileSASQueryParameters(
    {
      shareName: "docs",
      permissions: ShareSASPermissions.parse(permissions),
      expiresOn,
      protocol: SASProtocol.HttpsAndHttp,
    },
    sharedKey(),
  ).toString();
}

function accountSas(permissions: string): string {
  return generateAccountSASQueryParameters(
    {
      expiresOn: new Date(SAS_END),
      permissions: AccountSASPermissions.parse(permissions),
      services: AccountSASServices.parse("f").toString(),
      resourceTypes: AccountSASResourceTypes.parse("sco").toString(),
      protocol: SASProtocol.HttpsAndHttp,
    },
    sharedKey(),
  ).toString();
}

const sas = (token: string): AzureCredentials => ({ kind: "sas", token: new Secret(token) });

describe("sign-in", () => {
  it("works with a key, a SAS for the account, and a SAS for the share", async () => {
    const { key } = azure.emulator.account();
    const all: AzureCredentials[] = [
      { kind: "shared-key", key: new Secret(key) },
      sas(accountSas("rwlcd")),
      sas(`?${shareSas("rcwdl")}`),
      {
        kind: "connection-string",
        text: new Secret(`FileEndpoint=${endpoint()}/;SharedAccessSignature=${accountSas("rwlcd")}`),
      },
    ];
    await azure.addFile(["file"], bytesOf("x"));
    for (const credentials of all) {
      const source = azure.sourceWith({
        credentials,
        endpoint: credentials.kind === "connection-string" ? undefined : endpoint(),
      });
      await source.check();
      await using session = await source.open();
      expect((await contentOf(session, ["file"], await entryAt(session, ["file"]))).toString()).toBe("x");
    }
  });

  it("with a SAS that may only read and list does without a snapshot", async () => {
    await azure.addFile(["file"], bytesOf("x"));
    const source = azure.sourceWith({ credentials: sas(shareSas("rl")), endpoint: endpoint() });
    await using session = await source.open();
    expect(session.consistent).toBe(false);
    expect((await contentOf(session, ["file"], await entryAt(session, ["file"]))).toString()).toBe("x");
  });

  it.each([
    [
      "a wrong key",
      () => ({ kind: "shared-key", key: new Secret(Buffer.alloc(64, "wrong").toString("base64")) }) as const,
      /key is wrong/,
    ],
    ["an expired SAS", () => sas(shareSas("rl", new Date("2020-01-01T00:00:00Z"))), /expired at 2020-01-01T00:00:00Z/],
    ["a tampered SAS", () => sas(shareSas("rl").replace("sp=rl", "sp=rcwdl")), /SAS token/],
    ["a SAS without list", () => sas(shareSas("w")), /does not allow it/],
  ] as const)("with %s is ACCESS_DENIED at once, and shows no secret", async (_, credentials, sentence) => {
    const given: AzureCredentials = credentials();
    const source = azure.sourceWith({ credentials: given, endpoint: endpoint() });
    for (const work of [source.check(), source.open()]) {
      const error = await sourceErrorOf(work);
      expect([error.code, error.message]).toEqual(["ACCESS_DENIED", expect.stringMatching(sentence)]);
      expectNoSecret(given, error, source);
    }
    expect(azure.timing.pauses).toEqual([]);
  });

  it("leaves no secret in sessions, logs or errors of a run that goes wrong", async () => {
    const given = sas(accountSas("rwlcd"));
    const source = azure.sourceWith({ credentials: given, endpoint: endpoint() });
    await azure.addFile(["file"], bytesOf("x"));
    await using session = await source.open();
    const entry = await entryAt(session, ["file"]);
    const errors: unknown[] = [];
    for (const [status, code] of [
      [403, "AuthenticationFailed"],
      [404, "ResourceNotFound"],
      [409, "SharingViolation"],
      [503, "ServerBusy"],
    ] as const) {
      const fault = azure.emulator.faults.add({
        match: { operation: "Get File" },
        fault: { kind: "status", status, code },
        times: Number.POSITIVE_INFINITY,
      });
      errors.push(await sourceErrorOf(contentOf(session, ["file"], entry)));
      fault.remove();
    }
    const cut = azure.emulator.faults.add({ match: { operation: "List Directory" }, fault: { kind: "cut" }, times: 9 });
    errors.push(await sourceErrorOf(childrenOf(session, [])));
    cut.remove();
    expect(errors).toHaveLength(5);
    expectNoSecret(given, errors, session, source, azure.logged);
  });
});

describe("a SAS that runs out in the middle of a run", () => {
  const hourMs = 3_600_000;
  const hourly = (hours: number): Secret =>
    new Secret(shareSas("rl", new Date(Math.floor(Date.now() / 1000) * 1000 + hours * hourMs)));
  const later = (hours: number): void => {
    nowMs = () => Date.now() + hours * hourMs;
  };
  const clock = { now: () => timeFromMs(nowMs()) };

  it.each(["sas", "connection-string"] as const)("is read again, and nobody notices: %s", async (kind) => {
    for (const name of ["a", "b", "c"]) await azure.addFile([name], bytesOf(name));
    const wrap = (token: Secret): Secret =>
      kind === "sas" ? token : new Secret(`FileEndpoint=${endpoint()}/;SharedAccessSignature=${token.reveal()}`);
    let kept = wrap(hourly(1));
    let reads = 0;
    const again = (): Promise<Secret> => {
      reads += 1;
      // As a file is read: other requests may be refused meanwhile.
      return setImmediate(kept);
    };
    const credentials: AzureCredentials = kind === "sas" ? { kind, token: kept, again } : { kind, text: kept, again };
    await using session = await azure.sourceWith({ credentials, endpoint: endpoint(), clock }).open();
    later(2);
    kept = wrap(hourly(3));
    const texts = await Promise.all(
      ["a", "b", "c"].map(async (name) =>
        (await contentOf(session, [name], await entryAt(session, [name]))).toString(),
      ),
    );
    expect(texts).toEqual(["a", "b", "c"]);
    expect(reads).toBeGreaterThan(0);
    expect(azure.timing.pauses).toEqual([]);
  });

  it("is one clear sentence when it has not been replaced, or by no SAS", async () => {
    await azure.addFile(["a"], bytesOf("a"));
    const token = hourly(1);
    for (const found of [token, new Secret("half written")]) {
      nowMs = Date.now;
      const credentials: AzureCredentials = { kind: "sas", token, again: () => Promise.resolve(found) };
      await using session = await azure.sourceWith({ credentials, endpoint: endpoint(), clock }).open();
      later(2);
      const error = await sourceErrorOf(childrenOf(session, []));
      expect([error.code, error.message]).toEqual([
        "ACCESS_DENIED",
        expect.stringMatching(/^Access to .* is refused: its SAS token expired at [-0-9T:.]+Z, so make a new one\.$/),
      ]);
    }
  });
});

/** Searches everything there is to see of the values: messages, stacks, causes, hidden properties, JSON. */
function expectNoSecret(credentials: AzureCredentials, ...values: readonly unknown[]): void {
  const text = credentials.kind === "sas" ? credentials.token.reveal() : "";
  const secret =
    credentials.kind === "shared-key" ? credentials.key.reveal() : (new URLSearchParams(text).get("sig") ?? "none");
  const stacks = values.flat().flatMap((value) => (value instanceof Error ? [value.stack, String(value.cause)] : []));
  const shown = [
    inspect(values, { depth: 30, showHidden: true, getters: true, maxStringLength: null }),
    ...stacks,
    toJson(values),
  ].join("\n");
  for (const form of [secret, encodeURIComponent(secret)]) expect(shown).not.toContain(form);
  expect(shown).not.toMatch(/[?&]sig=|SharedKey /);
}

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
