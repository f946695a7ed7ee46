// The share snapshot a backup reads from: taken, read, and given back whatever happens; and life without one.
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesOf, childrenOf, contentOf, entryAt, sourceErrorOf } from "../source-contract.js";
import { type AzureFixture, startAzure } from "./fixture.js";

let azure: AzureFixture;
beforeEach(async () => {
  azure = await startAzure();
});
afterEach(async () => {
  azure.emulator.faults.assertAllHit();
  await azure[Symbol.asyncDispose]();
});

describe("the share snapshot", () => {
  it("is what is read: later changes, deletions and new files do not show", async () => {
    await azure.addFile(["kept"], bytesOf("before"));
    await azure.addFile(["deleted"], bytesOf("still here"));
    await using session = await azure.source.open();
    await azure.addFile(["kept"], bytesOf("AFTER!"));
    await azure.remove(["deleted"]);
    await azure.addFile(["new"], bytesOf("x"));
    expect(session.consistent).toBe(true);
    expect((await childrenOf(session, [])).map(({ name }) => name)).toEqual(["deleted", "kept"]);
    expect((await contentOf(session, ["kept"], await entryAt(session, ["kept"]))).toString()).toBe("before");
    expect((await contentOf(session, ["deleted"], await entryAt(session, ["deleted"]))).toString()).toBe("still here");
  });

  it("is deleted when the session closes, once, however often it is closed", async () => {
    const session = await azure.source.open();
    expect(await azure.snapshots()).toHaveLength(1);
    await session[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([]);
    expect(azure.emulator.requests.count("Delete Share")).toBe(1);
  });

  it("is deleted when opening fails after it was taken", async () => {
    const target = { account: "devstoreaccount1", share: "docs", folder: ["no such folder"] };
    const error = await sourceErrorOf(azure.sourceWith({ target }).open());
    expect([error.code, error.message]).toEqual([
      "SOURCE_UNKNOWN",
      'The share "docs" of the account "devstoreaccount1" has no folder /no such folder.',
    ]);
    expect(azure.emulator.requests.count("Snapshot Share")).toBe(1);
    expect(await azure.snapshots()).toEqual([]);
  });

  it("is deleted when the run is aborted while it is being taken", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    azure.emulator.faults.add({
      match: { operation: "Snapshot Share", where: () => (controller.abort(reason), false) },
      fault: { kind: "cut" },
      after: Number.POSITIVE_INFINITY,
    });
    await expect(azure.source.open({ signal: controller.signal })).rejects.toBe(reason);
    azure.emulator.faults.clear();
    expect(azure.emulator.requests.count("Snapshot Share")).toBe(1);
    expect(await azure.snapshots()).toEqual([]);
  });

  it("is deleted after a run that failed half-way", async () => {
    const session = await azure.source.open();
    await sourceErrorOf(childrenOf(session, ["gone"]));
    await session[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([]);
  });

  it("that an interrupted run has left is deleted by the next; those of others and those in use are not", async () => {
    const tag = (owner: string) => createHash("sha256").update(owner).digest("hex").slice(0, 32);
    const take = async (metadata: Record<string, string>) =>
      (await azure.share.createSnapshot({ metadata })).snapshot ?? "";
    const left = await take({ sharestrata: "run", sharestrataowner: tag("test") });
    const foreign = [
      await take({}),
      await take({ owner: "somebody" }),
      await take({ sharestrata: "run" }),
      await take({ sharestrata: "run", sharestrataowner: tag("another store") }),
      await take({ sharestrataowner: tag("test") }),
    ];
    const other = azure.service.getShareClient("docs2");
    await other.create();
    const { snapshot: ofOtherShare } = await other.createSnapshot({
      metadata: { sharestrata: "run", sharestrataowner: tag("test") },
    });
    await using first = await azure.source.open();
    await using second = await azure.source.open();
    const snapshots = await azure.snapshots();
    expect(snapshots).not.toContain(left);
    expect(snapshots).toEqual(expect.arrayContaining(foreign));
    expect(snapshots).toHaveLength(foreign.length + 2);
    expect(await azure.snapshots("docs2")).toEqual([ofOtherShare]);
    expect([first.consistent, second.consistent]).toEqual([true, true]);
  });

  it("that was taken twice, because the first answer got lost, is deleted once", async () => {
    azure.emulator.faults.add({ match: { operation: "Snapshot Share" }, fault: { kind: "lost-answer" } });
    await using session = await azure.sourceWith({ changedRanges: true }).open();
    expect(await azure.snapshots()).toEqual([session.state]);
  });

  it("that is leased keeps none of the others from being deleted", async () => {
    const tag = createHash("sha256").update("test").digest("hex").slice(0, 32);
    const metadata = { sharestrata: "run", sharestrataowner: tag };
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await azure.share.createSnapshot({ metadata })).snapshot ?? "");
    azure.emulator.faults.add({
      match: { operation: "Delete Share", query: { sharesnapshot: ids[0] } },
      fault: { kind: "status", status: 412, code: "LeaseIdMissing" },
    });
    await using session = await azure.sourceWith({ changedRanges: true }).open();
    expect(await azure.snapshots()).toEqual([ids[0], session.state]);
  });

  it("of a reading may be in use by another process until it is old", async () => {
    const reading = azure.sourceWith({ owner: "reading", leftoverAgeMs: 3_600_000 });
    const metadata = {
      sharestrata: "run",
      sharestrataowner: createHash("sha256").update("reading").digest("hex").slice(0, 32),
    };
    const { snapshot } = await azure.share.createSnapshot({ metadata });
    await (await reading.open())[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([snapshot]);
    const later = { ...azure.timing, nowMs: () => Date.now() + 7_200_000 };
    const old = azure.sourceWith({ owner: "reading", leftoverAgeMs: 3_600_000, timing: later });
    await (await old.open())[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([]);
  });

  it("that cannot be deleted fails no run, is logged, and goes with the next one", async () => {
    const session = await azure.source.open();
    azure.emulator.faults.add({
      match: { operation: "Delete Share" },
      fault: { kind: "status", status: 403, code: "AuthorizationFailure" },
    });
    await session[Symbol.asyncDispose]();
    expect(azure.logged.map(({ message }) => message)).toContain(
      "a share snapshot could not be deleted; the next run will do it",
    );
    expect(await azure.snapshots()).toHaveLength(1);
    const next = await azure.source.open();
    await next[Symbol.asyncDispose]();
    expect(await azure.snapshots()).toEqual([]);
  });

  it("that was deleted by somebody else ends the run", async () => {
    await azure.addFile(["file"], bytesOf("x"));
    await using session = await azure.source.open();
    const entry = await entryAt(session, ["file"]);
    for (const id of await azure.snapshots()) await azure.share.withSnapshot(id).delete();
    const error = await sourceErrorOf(contentOf(session, ["file"], entry));
    expect([error.code, error.message]).toEqual([
      "SOURCE_UNKNOWN",
      expect.stringContaining("deleted by somebody else"),
    ]);
  });
});

describe("a share without snapshots", () => {
  const refuseSnapshots = () =>
    azure.emulator.faults.add({
      match: { operation: "Snapshot Share" },
      fault: { kind: "status", status: 400, code: "FeatureNotSupportedForAccount" },
    });

  const readLive = (reason: string): string =>
    `no share snapshot of "docs" can be taken, because ${reason}: it is read live, so its files may be of different moments`;
  const warnings = (): readonly string[] =>
    azure.logged.filter(({ level }) => level === "warn").map(({ message }) => message);

  it("is read live, and says so", async () => {
    refuseSnapshots();
    await azure.addFile(["file"], bytesOf("x"));
    await using session = await azure.source.open();
    expect(session.consistent).toBe(false);
    expect((await contentOf(session, ["file"], await entryAt(session, ["file"]))).toString()).toBe("x");
    expect(warnings()).toEqual([readLive("this kind of share or account has no share snapshots")]);
  });

  it("because it has 200 is read live, all of which stay", async () => {
    const share = azure.emulator.service().share("docs");
    for (let n = 0; n < 200; n++) share.createSnapshot({ whose: "somebody's" });
    await azure.addFile(["file"], bytesOf("x"));
    await using session = await azure.source.open();
    expect((await contentOf(session, ["file"], await entryAt(session, ["file"]))).toString()).toBe("x");
    expect(await azure.snapshots()).toHaveLength(200);
    expect(warnings()).toEqual([
      readLive("it has 200 share snapshots already, the most that a share can have, so delete some"),
    ]);
  });

  it("gives FILE_CHANGED for a file that is no longer what was listed", async () => {
    refuseSnapshots();
    await azure.addFile(["file"], bytesOf("one"));
    await using session = await azure.source.open();
    const entry = await entryAt(session, ["file"]);
    await azure.addFile(["file"], bytesOf("two"));
    expect((await sourceErrorOf(contentOf(session, ["file"], entry))).code).toBe("FILE_CHANGED");
    await azure.addFile(["file"], bytesOf("longer"));
    expect((await sourceErrorOf(contentOf(session, ["file"], entry))).code).toBe("FILE_CHANGED");
    await azure.addFile(["file"], bytesOf(""));
    expect((await sourceErrorOf(contentOf(session, ["file"], entry))).code).toBe("FILE_CHANGED");
  });

  it("gives FILE_CHANGED for a file written while it is read", async () => {
    refuseSnapshots();
    await azure.addFile(["file"], new Uint8Array(300_000));
    await using session = await azure.source.open();
    const entry = await entryAt(session, ["file"]);
    const reading = async () => {
      for await (const piece of session.read(["file"], entry)) {
        expect(piece.length).toBeGreaterThan(0);
        await azure.setPermissions(["file"]);
      }
    };
    expect((await sourceErrorOf(reading())).code).toBe("FILE_CHANGED");
  });

  it("passes over a file that vanished between listing and reading", async () => {
    refuseSnapshots();
    await azure.addFile(["file"], bytesOf("x"));
    await using session = await azure.source.open();
    const entry = await entryAt(session, ["file"]);
    await azure.remove(["file"]);
    const error = await sourceErrorOf(contentOf(session, ["file"], entry));
    expect([error.code, error.message]).toEqual(["FILE_UNREADABLE", "/file cannot be read: it is gone."]);
    expect((await sourceErrorOf(session.describe(["file"], entry))).code).toBe("FILE_UNREADABLE");
  });
});
