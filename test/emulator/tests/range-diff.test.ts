import { expect, test } from "vitest";
import { failure, startFixture, type Fixture } from "./fixture.js";

async function fileOf(fixture: Fixture) {
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(4096);
  await file.uploadRange(Buffer.alloc(4096, 1), 0, 4096);
  const before = await fixture.share.createSnapshot();
  return { file, before: before.snapshot! };
}

async function diff(fixture: Fixture, before: string, name = "a", options = {}) {
  const file = fixture.share.rootDirectoryClient.getFileClient(name);
  const { ranges, clearRanges } = await file.getRangeListDiff(before, options);
  return { ranges, clearRanges };
}

test("only blocks changed since the snapshot are listed, in blocks of 512 bytes", async () => {
  await using fixture = await startFixture();
  const { file, before } = await fileOf(fixture);
  expect(await diff(fixture, before)).toEqual({ ranges: [], clearRanges: [] });
  await file.uploadRange("x", 700, 1);
  await file.uploadRange("y", 1030, 1);
  await file.clearRange(2048, 1024);
  expect(await diff(fixture, before)).toEqual({
    ranges: [{ start: 512, end: 1535 }],
    clearRanges: [{ start: 2048, end: 3071 }],
  });
});

test("what was cut off and is there again reads as zeros, and is listed as cleared", async () => {
  await using fixture = await startFixture();
  const { file, before } = await fileOf(fixture);
  await file.resize(1000);
  await file.resize(4096);
  const { ranges = [], clearRanges = [] } = await diff(fixture, before);
  // The block that holds the cut may be told either way: it still has data.
  expect(clearRanges.at(-1)?.end).toBe(4095);
  expect(Math.min(...[...ranges, ...clearRanges].map(({ start }) => start))).toBeLessThanOrEqual(1000);
});

test("a longer file is compared as far as the earlier one went, and a shorter one as far as it goes", async () => {
  await using fixture = await startFixture();
  const { file, before } = await fileOf(fixture);
  await file.resize(8192);
  expect((await diff(fixture, before)).ranges).toEqual([]);
  await file.resize(2048);
  expect(await diff(fixture, before)).toEqual({ ranges: [], clearRanges: [] });
});

test("a diff between two snapshots does not see what came later", async () => {
  await using fixture = await startFixture();
  const { file, before } = await fileOf(fixture);
  await file.uploadRange("x", 0, 1);
  const { snapshot } = await fixture.share.createSnapshot();
  await file.uploadRange("y", 2000, 1);
  const later = fixture.share.withSnapshot(snapshot!).rootDirectoryClient.getFileClient("a");
  expect((await later.getRangeListDiff(before)).ranges).toEqual([{ start: 0, end: 511 }]);
  expect((await diff(fixture, snapshot!)).ranges).toEqual([{ start: 1536, end: 2047 }]);
});

test("a file the snapshot did not have is all changed", async () => {
  await using fixture = await startFixture();
  const { before } = await fileOf(fixture);
  fixture.emulator.service().share("data").seed.file("new", "12345");
  expect((await diff(fixture, before, "new")).ranges).toEqual([{ start: 0, end: 4 }]);
});

test("a file made again since the snapshot is FileGenerationMismatch", async () => {
  await using fixture = await startFixture();
  const { file, before } = await fileOf(fixture);
  await file.delete();
  await file.create(10);
  expect(await failure(diff(fixture, before))).toMatchObject({
    statusCode: 409,
    code: "FileGenerationMismatch",
  });
});

test("a renamed file is compared with itself only when asked", async () => {
  await using fixture = await startFixture();
  const { file, before } = await fileOf(fixture);
  fixture.emulator.service().share("data").seed.move("a", "b");
  const renamed = fixture.share.rootDirectoryClient.getFileClient("b");
  await renamed.uploadRange("x", 4095, 1);
  expect((await failure(diff(fixture, before, "b"))).statusCode).toBe(409);
  expect((await diff(fixture, before, "b", { includeRenames: true })).ranges).toEqual([{ start: 3584, end: 4095 }]);
  expect(await file.exists()).toBe(false);
});

test("a previous snapshot must exist and be the older one", async () => {
  await using fixture = await startFixture();
  const { before } = await fileOf(fixture);
  expect(await failure(diff(fixture, "2001-01-01T00:00:00.0000000Z"))).toMatchObject({
    code: "PreviousSnapshotNotFound",
  });
  const { snapshot } = await fixture.share.createSnapshot();
  const older = fixture.share.withSnapshot(before).rootDirectoryClient.getFileClient("a");
  expect(await failure(older.getRangeListDiff(snapshot!))).toMatchObject({
    code: "PreviousSnapshotCannotBeNewer",
  });
});
