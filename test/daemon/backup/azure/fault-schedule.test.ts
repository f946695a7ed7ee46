/**
 * Every kind of fault in one run. Each has a file or folder of its own, so that it strikes whatever the order of the requests, and the
 * test fails when one of them has not struck. What may pass is ridden out; what concerns one file is reported and keeps its
 * previous version; the snapshot holds just that.
 */
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-file-share";
import { expect, it } from "vitest";
import { Secret } from "../../../../core/secret.js";
import type { Fault } from "../../../emulator/http/faults.js";
import { POLICY } from "../../sources/azure/timing.js";
import { AzureWorld } from "./azure-world.js";

interface Case {
  /** Of its file or folder. */
  readonly name: string;
  readonly operation: "Get File" | "Get File Properties" | "List Directory" | "Snapshot Share" | "List Shares";
  readonly faults: readonly Fault[];
  /** Whether the last fault strikes always, and what the node is reported with. */
  readonly reported?: string;
}

const status = (code: number, name?: string, more: object = {}): Fault => ({
  kind: "status",
  status: code,
  ...(name !== undefined && { code: name }),
  ...more,
});
const SIZE = 120_000;

let open = (): void => {};
const latch = new Promise<void>((resolve) => (open = resolve));

const SHARE: readonly Case[] = [
  { name: "", operation: "List Shares", faults: [status(503), { kind: "cut" }] },
  { name: "", operation: "Snapshot Share", faults: [status(500, "OperationTimedOut"), { kind: "lost-answer" }] },
];

const LISTINGS: readonly Case[] = [
  { name: "throttled", operation: "List Directory", faults: [status(503, "ServerBusy", { retryAfterSeconds: 12 })] },
  { name: "busy", operation: "List Directory", faults: [status(503), status(429), status(504)] },
  { name: "reset", operation: "List Directory", faults: [{ kind: "cut" }] },
  { name: "lost", operation: "List Directory", faults: [{ kind: "lost-answer" }] },
  { name: "cut", operation: "List Directory", faults: [{ kind: "cut", afterBytes: 90 }] },
  { name: "too short", operation: "List Directory", faults: [{ kind: "wrong-length", deltaBytes: -100 }] },
  { name: "falsely long", operation: "List Directory", faults: [{ kind: "false-length", deltaBytes: 50 }] },
  { name: "silent", operation: "List Directory", faults: [{ kind: "stall", afterBytes: 90 }] },
  { name: "gone", operation: "List Directory", faults: [status(404, "ResourceNotFound")], reported: "FILE_UNREADABLE" },
];

const FILES: readonly Case[] = [
  { name: "timed out", operation: "Get File Properties", faults: [status(500, "OperationTimedOut"), status(408)] },
  { name: "failed within", operation: "Get File Properties", faults: [status(500, "InternalError")] },
  { name: "expired", operation: "Get File Properties", faults: [status(403, "AuthenticationFailed")] },
  { name: "gateway", operation: "Get File", faults: [status(502), status(504), status(503)] },
  { name: "throttled", operation: "Get File", faults: [status(503, "ServerBusy", { retryAfterSeconds: 3 })] },
  { name: "expired at reading", operation: "Get File", faults: [status(403, "AuthenticationFailed")] },
  { name: "reset", operation: "Get File", faults: [{ kind: "cut" }, { kind: "lost-answer" }] },
  {
    name: "cut",
    operation: "Get File",
    faults: [
      { kind: "cut", afterBytes: 0 },
      { kind: "cut", afterBytes: 70_000 },
    ],
  },
  { name: "silent", operation: "Get File", faults: [{ kind: "stall" }, { kind: "stall", afterBytes: 1_000 }] },
  { name: "slow", operation: "Get File", faults: [{ kind: "slow", bytesPerChunk: 100_000, delayMs: 0 }] },
  { name: "held", operation: "Get File", faults: [{ kind: "held", until: latch }] },
  { name: "too short", operation: "Get File", faults: [{ kind: "wrong-length", deltaBytes: -1_000 }] },
  { name: "too long", operation: "Get File", faults: [{ kind: "wrong-length", deltaBytes: 1_000 }] },
  { name: "falsely long", operation: "Get File", faults: [{ kind: "false-length", deltaBytes: 1_000 }] },
  { name: "falsely short", operation: "Get File", faults: [{ kind: "false-length", deltaBytes: -1_000 }] },
  {
    name: "of another range",
    operation: "Get File",
    faults: [{ kind: "headers", headers: { "content-range": `bytes 1-${SIZE - 1}/${SIZE}` } }],
  },
  {
    name: "of another file",
    operation: "Get File",
    faults: [
      { kind: "headers", headers: { "content-range": `bytes 0-${SIZE - 1}/${SIZE + 5}` } },
      { kind: "cut", afterBytes: 5_000 },
      { kind: "headers", headers: { etag: '"another"' } },
    ],
  },
  {
    name: "locked a while",
    operation: "Get File",
    faults: [status(409, "SharingViolation"), status(409, "FileLockConflict")],
  },
  { name: "almost deleted", operation: "Get File", faults: [status(409, "DeletePending")] },
  { name: "condition", operation: "Get File", faults: [status(412, "ConditionNotMet")] },
  { name: "range", operation: "Get File", faults: [status(416, "InvalidRange")] },
  { name: "vanished", operation: "Get File", faults: [status(404, "ResourceNotFound")], reported: "FILE_UNREADABLE" },
  {
    name: "vanished early",
    operation: "Get File Properties",
    faults: [status(404, "ResourceNotFound")],
    reported: "FILE_UNREADABLE",
  },
  { name: "locked", operation: "Get File", faults: [status(409, "SharingViolation")], reported: "FILE_UNREADABLE" },
  {
    name: "in part locked",
    operation: "Get File",
    faults: [status(409, "FileLockConflict")],
    reported: "FILE_UNREADABLE",
  },
  { name: "being deleted", operation: "Get File", faults: [status(409, "DeletePending")], reported: "FILE_UNREADABLE" },
  { name: "never whole", operation: "Get File", faults: [{ kind: "cut", afterBytes: 0 }], reported: "FILE_UNREADABLE" },
  { name: "never answered", operation: "Get File", faults: [{ kind: "cut" }], reported: "FILE_UNREADABLE" },
  { name: "broken within", operation: "Get File", faults: [status(500, "InternalError")], reported: "FILE_UNREADABLE" },
  { name: "always another", operation: "Get File", faults: [status(412, "ConditionNotMet")], reported: "FILE_CHANGED" },
];

it("a run that meets every kind of fault ends with what it should, and the next one has the rest", async () => {
  const waiting = { ...POLICY, attempts: 8, answerMs: 2_000, silenceMs: 2_000 };
  await using azure = await AzureWorld.create({ openingRetry: waiting, runningRetry: waiting });
  const write = (fill: number): void => {
    for (const { name } of LISTINGS) azure.seed.file(`folders/${name}/in it`, `${name} ${fill}`);
    for (const { name } of FILES) azure.seed.file(`files/${name}`, Buffer.alloc(SIZE, `${name} ${fill}`));
    azure.seed.file("calm", `calm ${fill}`);
  };
  write(1);
  await azure.faithful();
  const before = azure.tree();
  for (const { name } of FILES) azure.seed.write(`files/${name}`, 0, Buffer.alloc(SIZE, `${name} anew`));
  for (const { name } of LISTINGS) azure.seed.write(`folders/${name}/in it`, 0, "anew");

  for (const { name, operation, faults, reported } of [...SHARE, ...LISTINGS, ...FILES]) {
    const folder = operation === "List Directory" ? "folders" : "files";
    const path = name === "" ? {} : { path: `${folder}/${name}` };
    for (const fault of faults) {
      const times = reported === undefined ? 1 : Number.POSITIVE_INFINITY;
      azure.emulator.faults.add({ match: { operation, ...path }, times, fault });
    }
  }
  // The one that is held goes on once everything else is on its way: no time passes here but that.
  azure.emulator.faults.add({
    match: { operation: "Get File", path: "files/range" },
    fault: { kind: "meanwhile", after: open },
  });

  const { snapshot, passedOver } = await azure.backup({
    source: azure.source({ ...signedIn(azure), endpoint: azure.emulator.endpoint() }),
  });

  azure.emulator.faults.assertAllHit();
  const expected = [...LISTINGS, ...FILES].flatMap(({ name, operation, reported }) =>
    reported === undefined ? [] : [`${operation === "List Directory" ? "folders" : "files"}/${name}: ${reported}`],
  );
  expect(passedOver.map(({ path, code }) => `${path.join("/")}: ${code}`).toSorted()).toEqual(expected.toSorted());
  expect([snapshot.status, snapshot.counters.errors]).toEqual(["with-errors", expected.length]);
  const tree = new Map(azure.tree());
  for (const text of expected) {
    const path = text.slice(0, text.lastIndexOf(":"));
    for (const kept of path.startsWith("folders") ? [`${path}/in it`] : [path])
      tree.set(kept, before.get(kept) ?? fail(kept));
  }
  await azure.expectHeld(snapshot.number, tree);

  azure.emulator.faults.clear();
  const next = await azure.faithful();
  expect(next.snapshot).toMatchObject({ status: "complete", counters: { modified: expected.length, errors: 0 } });
  expect(await azure.azure.snapshots()).toEqual([]);
});

/** By a SAS of which there is always a newer one: each refusal of one that is over can be overcome. */
function signedIn({ emulator }: AzureWorld): Parameters<AzureWorld["source"]>[0] {
  const { name, key } = emulator.account();
  let hours = 1;
  const sas = (): Secret =>
    new Secret(
      generateAccountSASQueryParameters(
        {
          expiresOn: new Date(Date.now() + hours++ * 3_600_000),
          permissions: AccountSASPermissions.parse("rwdlc"),
          resourceTypes: AccountSASResourceTypes.parse("sco").toString(),
          services: AccountSASServices.parse("f").toString(),
        },
        new StorageSharedKeyCredential(name, key),
      ).toString(),
    );
  return { credentials: { kind: "sas", token: sas(), again: () => Promise.resolve(sas()) } };
}

function fail(path: string): never {
  throw new Error(`there was no ${path}`);
}
