// A share that is read without a share snapshot while it is written to: what is stored of a file is one state of it, or nothing.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../../emulator/http/faults.js";
import { AzureWorld } from "./azure-world.js";

let azure: AzureWorld;
beforeEach(async () => {
  azure = await AzureWorld.create();
  azure.emulator.faults.add({
    match: { operation: "Snapshot Share" },
    times: Number.POSITIVE_INFINITY,
    fault: { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" },
  });
  azure.seed.file("folder/busy", Buffer.alloc(600_000, 1));
  azure.seed.file("folder/quiet", "quiet");
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

const meanwhile = (operation: string, what: () => void, times = 1) =>
  azure.emulator.faults.add({
    match: { operation, path: "folder/busy" },
    times,
    fault: { kind: "meanwhile", before: what } satisfies Fault,
  });
let fill = 1;
const write = () => void azure.seed.write("folder/busy", 0, Buffer.alloc(600_000, ++fill));

describe("a file that is written to", () => {
  it.each([
    ["between its listing and its reading", "Get File Properties"],
    ["while it is read", "Get File"],
  ])("%s is read anew, and is in the snapshot as it is then", async (_, operation) => {
    meanwhile(operation, write);
    const { asked, snapshot } = await azure.faithful();
    expect([asked["Get File"], snapshot.consistent]).toEqual([3, false]);
  });

  it("leaves a snapshot that says it was read live, also in a catalog that is built anew from the store", async () => {
    await azure.faithful();
    await azure.world.loseState();
    azure.emulator.faults.clear();
    await azure.faithful();
    expect(azure.world.catalog.snapshots().map(({ consistent }) => consistent)).toEqual([false, true]);
  });

  it("behind the last answer of its bytes is read anew", async () => {
    azure.emulator.faults.add({
      match: { operation: "Get File", path: "folder/busy" },
      fault: { kind: "meanwhile", after: write },
    });
    expect((await azure.faithful()).asked["Get File"]).toBe(3);
  });

  it("and gets longer, or shorter, is read anew", async () => {
    meanwhile("Get File", () => void azure.share.files.updateFile(["folder", "busy"], { size: 700_000 }));
    meanwhile("Get File", () => void azure.share.files.updateFile(["folder", "busy"], { size: 1 }));
    expect((await azure.faithful()).asked["Get File"]).toBe(4);
  });

  it("whenever it is read is reported after a few readings, and keeps what it was; the next run has it", async () => {
    await azure.faithful();
    const before = azure.tree();
    write();
    const always = azure.emulator.faults.add({
      match: { operation: "Get File", path: "folder/busy" },
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "meanwhile", before: write },
    });
    const { passedOver, snapshot, asked } = await azure.backup();
    expect(passedOver).toEqual([
      { path: ["folder", "busy"], code: "FILE_CHANGED", message: "/folder/busy changed while it was being read." },
    ]);
    expect([snapshot.status, snapshot.counters.errors, asked["Get File"]]).toEqual(["with-errors", 1, 4]);
    await azure.expectHeld(snapshot.number, before);
    always.remove();
    await azure.faithful();
  });
});

describe("a file that is not what was listed", () => {
  it("because it is gone is reported, and keeps what it was until the next run", async () => {
    await azure.faithful();
    const before = azure.tree();
    write();
    meanwhile("Get File", () => azure.seed.remove("folder/busy"));
    const { passedOver, snapshot } = await azure.backup();
    expect(passedOver).toMatchObject([{ path: ["folder", "busy"], code: "FILE_UNREADABLE" }]);
    expect(snapshot.status).toBe("with-errors");
    await azure.expectHeld(snapshot.number, before);
    expect((await azure.faithful()).snapshot.counters).toMatchObject({ deleted: 1, errors: 0 });
  });

  it("because another one has its name is reported, and is another node in the next run", async () => {
    await azure.faithful();
    const node = azure.nodeAt("folder", "busy");
    write();
    meanwhile("Get File", () => void azure.seed.file("folder/busy", "another"));
    expect((await azure.backup()).passedOver).toMatchObject([{ path: ["folder", "busy"], code: "FILE_CHANGED" }]);
    expect(azure.nodeAt("folder", "busy")).toBe(node);
    await azure.faithful();
    expect(azure.nodeAt("folder", "busy")).not.toBe(node);
  });
});

it("a folder that vanishes before it is listed is reported, and goes with the next run", async () => {
  await azure.faithful();
  const before = azure.tree();
  azure.emulator.faults.add({
    match: { operation: "List Directory", path: "folder" },
    fault: { kind: "meanwhile", before: () => azure.seed.remove("folder") },
  });
  const { passedOver, snapshot } = await azure.backup();
  expect(passedOver).toMatchObject([{ path: ["folder"], code: "FILE_UNREADABLE" }]);
  await azure.expectHeld(snapshot.number, before);
  expect((await azure.faithful()).snapshot.counters).toMatchObject({ deleted: 3 });
});
