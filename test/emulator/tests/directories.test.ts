import { FileSystemAttributes } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { failure, startFixture } from "./fixture.js";

test("a directory needs its parent, and is made once", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  expect(await failure(share.getDirectoryClient("a/b").create())).toMatchObject({
    statusCode: 404,
    code: "ParentNotFound",
  });
  await share.getDirectoryClient("a").create();
  await share.getDirectoryClient("a/b").create();
  expect(await failure(share.getDirectoryClient("A").create())).toMatchObject({
    statusCode: 409,
    code: "ResourceAlreadyExists",
  });
});

test("a directory goes only when it is empty", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed } = emulator.service().share("data");
  seed.file("full/a");
  const full = share.getDirectoryClient("full");
  expect(await failure(full.delete())).toMatchObject({
    statusCode: 409,
    code: "DirectoryNotEmpty",
  });
  seed.remove("full/a");
  await full.delete();
  expect(await full.exists()).toBe(false);
});

test("a directory keeps attributes, times to seven digits, and metadata", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const directory = share.getDirectoryClient("dir");
  await directory.create({
    metadata: { note: "kept" },
    fileAttributes: FileSystemAttributes.parse("Hidden | Directory"),
    creationTime: "1999-12-31T23:59:59.7654321Z" as never,
  });
  const found = emulator.service().share("data").live.find(["dir"]);
  expect(found?.state).toMatchObject({
    creationTime: "1999-12-31T23:59:59.7654321Z",
    metadata: { note: "kept" },
    attributes: "Hidden | Directory",
  });
});

test("setting a directory's properties or metadata moves its ETag and change time", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const directory = share.getDirectoryClient("dir");
  await directory.create();
  const first = await directory.getProperties();
  await directory.setMetadata({ a: "1" });
  const second = await directory.getProperties();
  await directory.setProperties({ lastWriteTime: new Date("2020-01-02T03:04:05.678Z") });
  const third = await directory.getProperties();
  expect(second.metadata).toEqual({ a: "1" });
  expect(third.fileLastWriteOn).toEqual(new Date("2020-01-02T03:04:05.678Z"));
  expect(third.metadata).toEqual({ a: "1" });
  expect(third.fileCreatedOn).toEqual(first.fileCreatedOn);
  expect(third.fileId).toBe(first.fileId);
  expect(new Set([first.etag, second.etag, third.etag]).size).toBe(3);
});

test("a directory's own times do not move when something changes beneath it", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const directory = share.getDirectoryClient("dir");
  await directory.create();
  const before = await directory.getProperties();
  await directory.createFile("a", 1);
  const after = await directory.getProperties();
  expect(after.etag).toBe(before.etag);
  expect(after.fileLastWriteOn).toEqual(before.fileLastWriteOn);
});

test("the root can be read but not deleted", async () => {
  await using fixture = await startFixture();
  const root = fixture.share.rootDirectoryClient;
  await root.setMetadata({ top: "1" });
  expect((await root.getProperties()).metadata).toEqual({ top: "1" });
  expect((await failure(root.delete())).statusCode).toBe(409);
});
