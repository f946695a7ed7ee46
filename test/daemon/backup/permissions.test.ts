// What permission keys stand for is kept with the first node that needs it: once a key, whatever becomes of the run.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROOT_NODE, type SnapshotNumber } from "../../../core/ids.js";
import { Losses } from "../../../daemon/backup/losses.js";
import { sddlToBinary } from "../../emulator/model/security-descriptor.js";
import { DescribedShare } from "./support/described-share.js";

let azure: DescribedShare;
beforeEach(async () => {
  azure = await DescribedShare.create();
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

const ACL = "O:SYG:SYD:(A;;FA;;;SY)(A;;FR;;;BU)";
const OTHER = "O:BAG:SYD:(A;;FA;;;SY)";
const number = (snapshot: number): SnapshotNumber => snapshot as SnapshotNumber;

/** A descriptor with an entry that SDDL has no words for. */
function odd(): string {
  const bytes = Buffer.from(sddlToBinary(ACL), "base64");
  bytes[bytes.readUInt32LE(16) + 8] = 9;
  return bytes.toString("base64");
}

/** What a snapshot says of the ACL of a path. */
async function aclOf(path: string, snapshot: number): Promise<unknown> {
  const put = (await azure.puts(number(snapshot))).get(path);
  const entry = [...azure.world.catalog.entries(number(snapshot))].find(({ nodeId }) => nodeId === put?.entry.nodeId);
  return azure.metadata().descriptorOf(put?.metadata.permissionKey ?? "", entry?.version);
}

const asked = (): number => azure.emulator.requests.count("Get Permission");
const denied = { fault: { kind: "status", status: 403, code: "AuthorizationPermissionMismatch" } } as const;

describe("the descriptors of permission keys", () => {
  it("are kept once for each key, as SDDL or as bytes, and asked for once", async () => {
    const { share } = azure;
    const key = share.permissions.add({ format: "Sddl", permission: ACL });
    const binary = share.permissions.add({ format: "Binary", permission: odd() });
    for (let n = 0; n < 10; n++) share.seed.file(`folder/${n}`, "x", { permissionKey: key });
    share.seed.file("odd", "x", { permissionKey: binary });
    await azure.backup();
    expect(await aclOf("folder/3", 1)).toEqual({ format: "sddl", text: ACL });
    expect(await aclOf("odd", 1)).toEqual({ format: "binary", text: odd() });
    expect(await aclOf("", 1)).toMatchObject({ format: "sddl" });
    // The root's, what the folder has inherited of it, the files', and the odd one twice.
    expect(asked()).toBe(5);
    const { permissions = [] } = await azure.world.store.getSegment(number(1), 0);
    expect(permissions.map((record) => record.key).toSorted()).toHaveLength(4);
    expect(azure.warnings()).toEqual([]);
  });

  it("are asked for only when a node comes with a key that is new", async () => {
    const { share } = azure;
    share.seed.file("a", "x", { permissionKey: share.permissions.add({ format: "Sddl", permission: ACL }) });
    await azure.backup();
    azure.emulator.requests.reset();
    share.seed.file("b", "x", { permissionKey: share.permissions.add({ format: "Sddl", permission: ACL }) });
    await azure.backup();
    expect(asked()).toBe(0);
    // Nothing of the file but its ACL.
    share.files.updateFile(["a"], { permissionKey: share.permissions.add({ format: "Sddl", permission: OTHER }) });
    await azure.backup();
    expect(asked()).toBe(1);
    expect([await aclOf("a", 2), await aclOf("a", 3)].map((acl) => (acl as { text: string }).text)).toEqual([
      ACL,
      OTHER,
    ]);
  });

  it("that are refused are a warning each, fail no file, and are asked for again by the next backup", async () => {
    const { share, emulator } = azure;
    share.seed.file("a", "x", { permissionKey: share.permissions.add({ format: "Sddl", permission: ACL }) });
    emulator.faults.add({ match: { operation: "Get Permission" }, ...denied, times: 2 });
    const { snapshot } = await azure.backup();
    expect(snapshot).toMatchObject({ status: "complete", files: 1, counters: { errors: 0 } });
    expect(azure.warnings().map(({ fields }) => fields["permissionKey"])).toHaveLength(2);
    expect(await aclOf("a", 1)).toBeUndefined();
    emulator.faults.add({ match: { operation: "Get Permission" }, ...denied, times: 1 });
    await azure.backup();
    expect(azure.warnings()).toHaveLength(1);
    await azure.backup();
    expect(azure.warnings()).toEqual([]);
    // What was kept without it has it now, in the first snapshot as well.
    expect(await aclOf("a", 1)).toEqual({ format: "sddl", text: ACL });
    expect(await aclOf("", 1)).toBeDefined();
    emulator.requests.reset();
    await azure.backup();
    expect(asked()).toBe(0);
  });

  it("end the run when the service as a whole does not answer", async () => {
    azure.share.seed.file("a", "x");
    const busy = { kind: "status", status: 503 } as const;
    azure.emulator.faults.add({ match: { operation: "Get Permission" }, fault: busy, times: Infinity });
    await expect(azure.backup()).rejects.toMatchObject({ code: "UNREACHABLE" });
  });

  it("are asked for anew when another share has taken the place of the one before, and stay what they were in its snapshots", async () => {
    const { share, emulator } = azure;
    const key = share.permissions.add({ format: "Sddl", permission: ACL });
    share.seed.file("a", "x", { permissionKey: key });
    await azure.backup();
    const service = emulator.service();
    service.deleteShare("docs");
    const anew = service.createShare("docs");
    // A key of the service's that means something else here.
    anew.permissions.restore(key, { format: "Sddl", permission: OTHER });
    anew.seed.file("a", "x", { permissionKey: key });
    await azure.backup();
    expect(await aclOf("a", 1)).toEqual({ format: "sddl", text: ACL });
    expect(await aclOf("a", 2)).toEqual({ format: "sddl", text: OTHER });
    emulator.requests.reset();
    anew.seed.file("b", "x", { permissionKey: key });
    await azure.backup();
    expect(asked()).toBe(0);
  });

  it("that are lost with their segment are asked for again once, and told of files that were put in others as well", async () => {
    const { share, emulator, world } = azure;
    const permissionKey = share.permissions.add({ format: "Sddl", permission: ACL });
    share.seed.file("a", "x", { permissionKey, metadata: { colour: "blue" } });
    await azure.backup();
    share.seed.file("b", "x", { permissionKey });
    await azure.backup();
    await world.objects.delete(world.store.names.segment(number(1), 0));
    await expect(aclOf("b", 2)).rejects.toMatchObject({ code: "DAMAGED" });
    const lost = new Losses({ segments: [{ snapshot: number(1), segment: 0 }] });
    emulator.requests.reset();
    const { snapshot } = await azure.backup({ lost });
    // The file's and the root's, whose own times have not moved: both are described, and nothing is read.
    expect([asked(), emulator.requests.counts["Get File Properties"], emulator.requests.counts["Get File"]]).toEqual([
      2,
      1,
      undefined,
    ]);
    expect(snapshot.counters).toMatchObject({ modified: 2, errors: 0 });
    for (const path of ["a", "b", ""]) expect(await aclOf(path, 3), path).toMatchObject({ format: "sddl" });
    expect((await azure.puts(number(3))).get("a")?.metadata.userMetadata).toEqual({ colour: "blue" });
    // The second snapshot has its own put of it.
    const b = world.catalog.view(number(2)).lookup(ROOT_NODE, "b");
    expect(await azure.metadata().descriptorOf(permissionKey, b?.version)).toEqual({ format: "sddl", text: ACL });
    emulator.requests.reset();
    expect((await azure.backup({ lost })).snapshot.counters).toMatchObject({ modified: 0 });
    expect(asked()).toBe(0);
  });

  it("are the same in a catalog that is built anew from the store", async () => {
    const { share } = azure;
    share.seed.file("a", "x", { permissionKey: share.permissions.add({ format: "Sddl", permission: ACL }) });
    share.seed.file("b", "x", { permissionKey: share.permissions.add({ format: "Sddl", permission: OTHER }) });
    await azure.backup();
    const before = [await aclOf("a", 1), await aclOf("b", 1)];
    await azure.world.loseState();
    await azure.backup();
    expect([await aclOf("a", 1), await aclOf("b", 1)]).toEqual(before);
    expect(azure.world.catalog.snapshots()).toHaveLength(2);
  });
});

describe("what a share says of itself", () => {
  it("is kept with each snapshot: properties, metadata and access policies as the service writes them", async () => {
    const { share, world } = azure;
    share.update({
      quotaGiB: 77,
      accessTier: "Hot",
      metadata: { Owner: "me", note: "" },
      acl: [{ id: "readers", start: "2026-01-01T00:00:00.1234567Z", permission: "rl" }, { id: "bare" }],
    });
    const { snapshot } = await azure.backup();
    const expected = {
      properties: { "share-quota": "77", "access-tier": "Hot", "enabled-protocols": "SMB" },
      metadata: { Owner: "me", note: "" },
      accessPolicies: [{ id: "readers", startsAt: "2026-01-01T00:00:00.1234567Z", permissions: "rl" }, { id: "bare" }],
    };
    expect(snapshot.shareProperties).toEqual(expected);
    expect((await world.store.getManifest(number(1))).shareProperties).toEqual(expected);
    await world.loseState();
    share.update({ quotaGiB: 78 });
    await azure.backup();
    const kept = world.catalog.snapshots().map(({ shareProperties }) => shareProperties?.properties["share-quota"]);
    expect(kept).toEqual(["77", "78"]);
  });

  it("is left out when it is refused, in whole or in part", async () => {
    const { emulator } = azure;
    emulator.faults.add({ match: { operation: "Get Share ACL" }, ...denied });
    const first = await azure.backup();
    expect(first.snapshot.shareProperties).toMatchObject({ accessPolicies: undefined });
    emulator.faults.add({ match: { operation: "Get Share Properties" }, ...denied });
    const second = await azure.backup();
    expect(second.snapshot).toMatchObject({ status: "complete", shareProperties: undefined });
  });
});
