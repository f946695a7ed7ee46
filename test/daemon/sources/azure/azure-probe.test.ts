// What a share allows is found out by asking, and nothing of that stays in it.
import {
  generateFileSASQueryParameters,
  SASProtocol,
  ShareSASPermissions,
  StorageSharedKeyCredential,
} from "@azure/storage-file-share";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../../core/secret.js";
import type { AzureCredentials } from "../../../../daemon/sources/azure/credentials.js";
import type { Abilities, Ability } from "../../../../daemon/sources/probe.js";
import { bytesOf } from "../source-contract.js";
import { EntraWorld } from "./entra-world.js";
import { type AzureFixture, startAzure } from "./fixture.js";
import { fakeTiming } from "./timing.js";

const ALL = ["signIn", "list", "read", "snapshot", "restore"] as const;

/** `list read snapshot`: what can be done. */
function can(abilities: Abilities | undefined): string {
  return ALL.filter((ability) => abilities?.[ability]?.can === "yes").join(" ");
}

function messages(abilities: Abilities | undefined): readonly (readonly [Ability, string, string])[] {
  return ALL.flatMap((ability) => {
    const verdict = abilities?.[ability];
    return verdict?.message === undefined ? [] : [[ability, verdict.can, verdict.message] as const];
  });
}

describe("by key and SAS", () => {
  let azure: AzureFixture;
  beforeEach(async () => {
    azure = await startAzure();
    await azure.addFile(["file"], bytesOf("x"));
  });
  afterEach(() => azure[Symbol.asyncDispose]());

  function sas(permissions: string): AzureCredentials {
    const { name, key } = azure.emulator.account();
    const values = {
      shareName: "docs",
      permissions: ShareSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + 3_600_000),
      protocol: SASProtocol.HttpsAndHttp,
    };
    const token = generateFileSASQueryParameters(values, new StorageSharedKeyCredential(name, key)).toString();
    return { kind: "sas", token: new Secret(token) };
  }

  const probe = (credentials: AzureCredentials): Promise<Abilities> | undefined =>
    azure.sourceWith({ credentials, endpoint: azure.emulator.endpoint() }).probe();

  it("a key may do everything, and the share is as it was afterwards", async () => {
    const { live } = azure.emulator.service().share("docs");
    const before = live.find(["file"])?.state;
    expect(can(await azure.source.probe())).toBe(ALL.join(" "));
    expect(await azure.snapshots()).toEqual([]);
    expect(live.find(["file"])?.state).toEqual(before);
    const names: string[] = [];
    for await (const item of azure.share.rootDirectoryClient.listFilesAndDirectories()) names.push(item.name);
    expect(names).toEqual(["file"]);
  });

  it.each([
    ["rl", "signIn list read"],
    ["rcwdl", "signIn list read restore"],
    ["l", "signIn list"],
    ["r", "signIn read"],
    ["rwl", "signIn list read"],
  ])("a SAS for the share with %s may %s", async (permissions, expected) => {
    const abilities = await probe(sas(permissions));
    expect(can(abilities)).toBe(expected);
    expect(abilities?.snapshot).toMatchObject({ can: "no", code: "ACCESS_DENIED" });
    expect(azure.emulator.requests.count("Snapshot Share")).toBe(0);
  });

  it("no share snapshot is taken where it could not be deleted again", async () => {
    azure.emulator.faults.add({
      match: { operation: "Delete Share" },
      fault: { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" },
      times: 1,
    });
    expect((await azure.source.probe())?.snapshot).toMatchObject({ can: "no" });
    expect(azure.emulator.requests.count("Snapshot Share")).toBe(0);
  });

  it("whoever stops it while a share snapshot is taken leaves none", async () => {
    const controller = new AbortController();
    const reason = new Error("stopped");
    azure.emulator.faults.add({
      match: { operation: "Snapshot Share" },
      fault: { kind: "meanwhile", after: () => controller.abort(reason) },
    });
    await expect(azure.source.probe({ signal: controller.signal })).rejects.toBe(reason);
    azure.emulator.faults.assertAllHit();
    expect(await azure.snapshots()).toEqual([]);
  });

  it("a share snapshot that cannot be deleted after all is not said to work", async () => {
    azure.emulator.faults.add({
      match: { operation: "Delete Share" },
      after: 1,
      fault: { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" },
    });
    expect((await azure.source.probe())?.snapshot).toMatchObject({ can: "no", code: "ACCESS_DENIED" });
    azure.emulator.faults.assertAllHit();
  });

  describe("what a probe has left that was killed", () => {
    const left = async (): Promise<void> => {
      azure.emulator.faults.add({
        match: { operation: "Delete Share" },
        after: 1,
        times: 2,
        fault: { kind: "status", status: 409, code: "ShareBeingDeleted" },
      });
      await azure.sourceWith({ owner: "reading", probeOwner: "probe" }).probe();
      azure.emulator.faults.assertAllHit();
      expect(await azure.snapshots()).toHaveLength(1);
    };
    const soon = { ...fakeTiming(), nowMs: () => Date.now() + 60_000 };
    const later = { ...fakeTiming(), nowMs: () => Date.now() + 7_200_000 };

    it("is deleted by the next one", async () => {
      await left();
      await azure.sourceWith({ owner: "reading", probeOwner: "probe", timing: later }).probe();
      expect(await azure.snapshots()).toEqual([]);
    });

    it("is deleted by the next backup, whose owner is another one", async () => {
      await left();
      await using _ = await azure.sourceWith({ owner: "backup", probeOwner: "probe", timing: later }).open();
      expect(await azure.snapshots()).toHaveLength(1);
    });

    it("is left alone as long as it may be one of a probe that goes on, and where it is of another store", async () => {
      await left();
      await azure.sourceWith({ owner: "reading", probeOwner: "probe", timing: soon }).probe();
      await azure.sourceWith({ owner: "reading", probeOwner: "another probe", timing: later }).probe();
      expect(await azure.snapshots()).toHaveLength(1);
    });
  });

  it("who is not known can do nothing, and is told once why", async () => {
    const wrong = new Secret(Buffer.alloc(64, "wrong").toString("base64"));
    const abilities = await probe({ kind: "shared-key", key: wrong });
    expect(ALL.map((ability) => abilities?.[ability]?.can)).toEqual(["no", "unknown", "unknown", "unknown", "unknown"]);
    expect(new Set(messages(abilities).map(([, , message]) => message)).size).toBe(1);
  });

  it("a share that is not there is signed in to, and nothing else", async () => {
    const abilities = await azure
      .sourceWith({ target: { account: "devstoreaccount1", share: "missing", folder: [] } })
      .probe();
    expect(ALL.map((ability) => abilities?.[ability]?.can)).toEqual(["yes", "no", "unknown", "unknown", "unknown"]);
    expect(abilities?.list).toMatchObject({ code: "SOURCE_UNKNOWN" });
  });

  it("an account that does not answer is unknown", async () => {
    const { key } = azure.emulator.account();
    const source = azure.sourceWith({
      credentials: { kind: "shared-key", key: new Secret(key) },
      endpoint: "http://127.0.0.1:1/devstoreaccount1",
    });
    expect((await source.probe())?.signIn).toMatchObject({ can: "unknown", code: "UNREACHABLE" });
  });
});

it.each([
  ["Storage File Data Privileged Reader", "signIn list read"],
  ["Storage File Data Privileged Contributor", "signIn list read restore"],
  ["Storage Account Contributor", "signIn snapshot"],
] as const)("by Entra ID: %s may %s", async (role, expected) => {
  await using world = await EntraWorld.start();
  world.tenant.assign(world.application, role);
  expect(can(await world.source().probe())).toBe(expected);
  expect(world.entra.tokenRequests).toBe(1);
});
