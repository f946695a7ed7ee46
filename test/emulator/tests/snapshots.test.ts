import { expect, test } from "vitest";
import { bytesOf, failure, signed, startFixture } from "./fixture.js";

test("a snapshot keeps contents, names and properties as they were", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  seed.file("dir/kept", "old", { metadata: { age: "old" } });
  seed.file("dir/gone", "bye");
  seed.file("moved", "same");
  const { snapshot } = await share.createSnapshot();
  await share.getDirectoryClient("dir").getFileClient("kept").uploadRange("new", 0, 3);
  await share.getDirectoryClient("dir").getFileClient("kept").setMetadata({ age: "new" });
  seed.remove("dir/gone");
  seed.file("dir/added", "later");
  seed.move("moved", "dir/moved");

  const past = share.withSnapshot(snapshot!);
  const names: string[] = [];
  for await (const { name } of past.getDirectoryClient("dir").listFilesAndDirectories()) {
    names.push(name);
  }
  expect(names).toEqual(["gone", "kept"]);
  const kept = past.getDirectoryClient("dir").getFileClient("kept");
  expect((await bytesOf(await kept.download())).toString()).toBe("old");
  expect((await kept.getProperties()).metadata).toEqual({ age: "old" });
  expect((await past.rootDirectoryClient.getFileClient("moved").getProperties()).contentLength).toBe(4);
  const live = share.getDirectoryClient("dir").getFileClient("kept");
  expect((await bytesOf(await live.download())).toString()).toBe("new");
});

test("ids have whole seconds, and snapshots of one second get the next free ones", async () => {
  const now = Date.parse("2026-03-04T05:06:07.891Z");
  await using fixture = await startFixture({ clock: () => now });
  const ids: (string | undefined)[] = [];
  for (let count = 0; count < 3; count++) ids.push((await fixture.share.createSnapshot()).snapshot);
  expect(ids).toEqual(["2026-03-04T05:06:07.0000000Z", "2026-03-04T05:06:08.0000000Z", "2026-03-04T05:06:09.0000000Z"]);
});

test("a share has at most 200 snapshots", async () => {
  await using fixture = await startFixture();
  const share = fixture.emulator.service().share("data");
  for (let count = 0; count < 200; count++) share.createSnapshot();
  expect(await failure(fixture.share.createSnapshot())).toMatchObject({
    statusCode: 409,
    code: "ShareSnapshotCountExceeded",
  });
});

test("nothing can be written in a snapshot", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("a", "x");
  const { snapshot } = await share.createSnapshot();
  const past = share.withSnapshot(snapshot!);
  const refused = { statusCode: 400, code: "ShareSnapshotOperationNotSupported" };
  const file = past.rootDirectoryClient.getFileClient("a");
  expect(await failure(file.create(1))).toMatchObject(refused);
  expect(await failure(file.uploadRange("y", 0, 1))).toMatchObject(refused);
  expect(await failure(file.delete())).toMatchObject(refused);
  expect(await failure(past.getDirectoryClient("d").create())).toMatchObject(refused);
});

test("a snapshot can be deleted by itself, and is then not found", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const { snapshot } = await share.createSnapshot({ metadata: { why: "test" } });
  const past = share.withSnapshot(snapshot!);
  expect((await past.getProperties()).metadata).toEqual({ why: "test" });
  await past.delete();
  expect(await past.exists()).toBe(false);
  expect(await failure(past.rootDirectoryClient.listFilesAndDirectories().next())).toMatchObject({
    statusCode: 404,
    code: "ShareNotFound",
  });
  expect(await failure(past.getShareLeaseClient().acquireLease(-1))).toMatchObject({ code: "ShareNotFound" });
  expect(await failure(past.delete())).toMatchObject({ statusCode: 404, code: "ShareSnapshotNotFound" });
  expect(await share.exists()).toBe(true);
});

test("a snapshot of many files copies none of them", async () => {
  await using fixture = await startFixture();
  const share = fixture.emulator.service().share("data");
  for (let index = 0; index < 20_000; index++) {
    share.files.createFile([`f${index}`], { size: 0 });
  }
  const { snapshot } = await fixture.share.createSnapshot();
  const before = share.live.find(["f7"])?.state;
  expect(share.reader(snapshot).find(["f7"])?.state).toBe(before);
  share.files.updateFile(["f7"], { metadata: { a: "1" } });
  expect(share.reader(snapshot).find(["f7"])?.state).toBe(before);
  expect(share.reader(snapshot).find(["f8"])?.state).toBe(share.live.find(["f8"])?.state);
});

test("a snapshot asked of a snapshot is one of the share", async () => {
  await using fixture = await startFixture();
  const query = { restype: "share", comp: "snapshot", sharesnapshot: "2023-03-31" };
  const answer = await signed(fixture.emulator, "PUT", "/data", { query, body: "" });
  expect(answer.status).toBe(201);
  expect(answer.headers["x-ms-snapshot"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z$/);
});
