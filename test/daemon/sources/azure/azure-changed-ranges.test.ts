// The share snapshot that is kept from one backup to the next, and what List Ranges says against it: real SDK, emulator.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ByteRanges } from "../../../../core/byte-range.js";
import type { AzureFilesSource } from "../../../../daemon/sources/azure/azure-source.js";
import type { EarlierFile, SourcePath, SourceSession } from "../../../../daemon/sources/source.js";
import { bytesOf, entryAt } from "../source-contract.js";
import { type AzureFixture, startAzure } from "./fixture.js";

let azure: AzureFixture;
let source: AzureFilesSource;
beforeEach(async () => {
  azure = await startAzure();
  source = azure.sourceWith({ changedRanges: true });
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

const file = (name: string) => azure.share.rootDirectoryClient.getFileClient(name);

/** As a backup does that succeeds. @returns the state, and what it saw of a file */
async function backUp(path: SourcePath, previousState?: string): Promise<{ state: string; before: EarlierFile }> {
  await using session = await source.open({ previousState });
  const { sizeBytes, mtimeNs, signature } = await entryAt(session, path);
  const before = { path, sizeBytes, mtimeNs, signature };
  await session.published?.();
  if (session.state === undefined) throw new Error("the session keeps no state");
  return { state: session.state, before };
}

async function changes(session: SourceSession, path: SourcePath, before: EarlierFile): Promise<ByteRanges | undefined> {
  return session.changedRanges?.(path, await entryAt(session, path), before);
}

describe("the ranges that have changed", () => {
  it("are those written or cleared since the kept snapshot, in blocks of 512 bytes", async () => {
    await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
    const { state, before } = await backUp(["disk"]);
    await file("disk").uploadRange("x", 700, 1);
    await file("disk").clearRange(4096, 512);
    await using session = await source.open({ previousState: state });
    await file("disk").uploadRange("later", 0, 5);
    expect(await changes(session, ["disk"], before)).toEqual([
      { start: 512, end: 1024 },
      { start: 4096, end: 4608 },
    ]);
  });

  it("are none where only something else about the file has changed", async () => {
    await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
    const { state, before } = await backUp(["disk"]);
    await azure.setPermissions(["disk"]);
    await using session = await source.open({ previousState: state });
    expect(await changes(session, ["disk"], before)).toEqual([]);
  });

  it("are found for a file that was renamed or moved, among others whose names begin alike", async () => {
    await azure.addFolder(["folder"]);
    for (let n = 0; n < 30; n++) await azure.addFile([`disk ${n}`], bytesOf("another"));
    await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
    const { state, before } = await backUp(["disk"]);
    await azure.rename(["disk"], ["folder", "moved"]);
    await file("folder/moved").uploadRange("x", 8191, 1);
    await using session = await source.open({ previousState: state });
    expect(await changes(session, ["folder", "moved"], before)).toEqual([{ start: 7680, end: 8192 }]);
  });

  it("are told within a folder that is backed up alone", async () => {
    await azure.addFolder(["folder"]);
    await azure.addFile(["folder", "disk"], new Uint8Array(8192).fill(1));
    const target = { account: "devstoreaccount1", share: "docs", folder: ["folder"] };
    source = azure.sourceWith({ changedRanges: true, target });
    const { state, before } = await backUp(["disk"]);
    await file("folder/disk").uploadRange("x", 0, 1);
    await using session = await source.open({ previousState: state });
    expect(await changes(session, ["disk"], before)).toEqual([{ start: 0, end: 512 }]);
  });
});

describe("nothing is told of a file", () => {
  it("that is not in the kept snapshot as the last backup has it", async () => {
    await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
    const { before } = await backUp(["disk"]);
    await file("disk").uploadRange("missed by the next backup", 0, 25);
    const { state } = await backUp(["disk"]);
    await file("disk").uploadRange("x", 4000, 1);
    await using session = await source.open({ previousState: state });
    expect(await changes(session, ["disk"], before)).toBeUndefined();
  });

  it("that was made anew", async () => {
    await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
    const { state, before } = await backUp(["disk"]);
    await azure.remove(["disk"]);
    await azure.addFile(["disk"], new Uint8Array(8192).fill(2));
    await using session = await source.open({ previousState: state });
    expect(await changes(session, ["disk"], before)).toBeUndefined();
  });

  it("once the kept snapshot is gone, and that is asked only once", async () => {
    await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
    const { state, before } = await backUp(["disk"]);
    await using session = await source.open({ previousState: state });
    await azure.share.withSnapshot(state).delete();
    const entry = await entryAt(session, ["disk"]);
    const requests = () => azure.emulator.requests.count("List Directory");
    const listed = requests();
    for (let n = 0; n < 3; n++) expect(await session.changedRanges?.(["disk"], entry, before)).toBeUndefined();
    expect(requests()).toBe(listed + 1);
  });

  it.each(["FileGenerationMismatch", "FeatureNotSupportedForAccount", "InvalidQueryParameterValue"])(
    "when the service answers %s",
    async (code) => {
      await azure.addFile(["disk"], new Uint8Array(8192).fill(1));
      const { state, before } = await backUp(["disk"]);
      await file("disk").uploadRange("x", 0, 1);
      await using session = await source.open({ previousState: state });
      azure.emulator.faults.add({
        match: { operation: "List Ranges" },
        fault: { kind: "status", status: 409, code },
      });
      expect(await changes(session, ["disk"], before)).toBeUndefined();
      // Of one file it says nothing of the next.
      const next = await changes(session, ["disk"], before);
      expect(next).toEqual(code === "FileGenerationMismatch" ? [{ start: 0, end: 512 }] : undefined);
    },
  );
});

describe("the kept snapshot", () => {
  it("is that of the newest published backup, and no other", async () => {
    await azure.addFile(["disk"], bytesOf("x"));
    const first = await backUp(["disk"]);
    expect(await azure.snapshots()).toEqual([first.state]);
    const second = await backUp(["disk"], first.state);
    expect(second.state).not.toBe(first.state);
    expect(await azure.snapshots()).toEqual([second.state]);
  });

  it("stays when a backup fails, whose own is deleted", async () => {
    await azure.addFile(["disk"], bytesOf("x"));
    const { state } = await backUp(["disk"]);
    const session = await source.open({ previousState: state });
    expect(await azure.snapshots()).toHaveLength(2);
    await session[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([state]);
  });

  it("goes with the first backup after the setting is turned off", async () => {
    await azure.addFile(["disk"], bytesOf("x"));
    const { state } = await backUp(["disk"]);
    const session = await azure.source.open({ previousState: state });
    expect(session.state).toBeUndefined();
    await session.published?.();
    await session[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([]);
  });

  it("is deleted only when it is one of this owner's", async () => {
    await azure.addFile(["disk"], bytesOf("x"));
    const { snapshot: foreign = "" } = await azure.share.createSnapshot({ metadata: { owner: "somebody" } });
    const { state } = await backUp(["disk"], foreign);
    expect((await azure.snapshots()).toSorted()).toEqual([foreign, state].toSorted());
  });

  it("that cannot be given up, or was not because the run had died, fails no backup and goes with the next", async () => {
    await azure.addFile(["disk"], bytesOf("x"));
    const { state } = await backUp(["disk"]);
    azure.emulator.faults.add({
      match: { operation: "Delete Share" },
      fault: { kind: "status", status: 403, code: "AuthorizationFailure" },
    });
    const second = await backUp(["disk"], state);
    expect(await azure.snapshots()).toHaveLength(2);
    const third = await backUp(["disk"], second.state);
    expect(await azure.snapshots()).toEqual([third.state]);
  });

  it("is none where the service takes no snapshots", async () => {
    await azure.addFile(["disk"], bytesOf("x"));
    const { state, before } = await backUp(["disk"]);
    azure.emulator.faults.add({
      match: { operation: "Snapshot Share" },
      fault: { kind: "status", status: 400, code: "FeatureNotSupportedForAccount" },
    });
    await using session = await source.open({ previousState: state });
    expect([session.consistent, session.state]).toEqual([false, undefined]);
    expect(await changes(session, ["disk"], before)).toBeUndefined();
  });
});
