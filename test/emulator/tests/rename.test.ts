import { expect, test } from "vitest";
import { bytesOf, failure, hostStyleClient, startFixture } from "./fixture.js";

test("a renamed file keeps its id and times, and moves its ETag and change time", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator
    .service()
    .share("data")
    .seed.file("from/a.txt", "same bytes", { metadata: { m: "1" } });
  emulator.service().share("data").seed.directory("to");
  const share = hostStyleClient(emulator).getShareClient("data");
  const file = share.getDirectoryClient("from").getFileClient("a.txt");
  const before = await file.getProperties();
  const { destinationFileClient } = await file.rename("to/b #1.txt");
  const after = await destinationFileClient.getProperties();
  expect(after).toMatchObject({
    fileId: before.fileId,
    fileCreatedOn: before.fileCreatedOn,
    fileLastWriteOn: before.fileLastWriteOn,
    metadata: { m: "1" },
  });
  expect(after.etag).not.toBe(before.etag);
  expect(after.fileParentId).not.toBe(before.fileParentId);
  expect((await bytesOf(await destinationFileClient.download())).toString()).toBe("same bytes");
  expect(await file.exists()).toBe(false);
});

test("the SDK's rename works on path-style addresses although it drops the account", async () => {
  await using fixture = await startFixture();
  const { emulator, share } = fixture;
  emulator.service().share("data").seed.file("a", "x");
  await share.rootDirectoryClient.getFileClient("a").rename("b");
  expect(emulator.service().share("data").live.find(["b"])).toBeDefined();
});

test("a renamed directory takes along all beneath it, ids included", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const { seed, live } = emulator.service().share("data");
  seed.file("old/deep/a", "x");
  const ids = [["old"], ["old", "deep"], ["old", "deep", "a"]].map((path) => live.find(path)?.id);
  const share = hostStyleClient(emulator).getShareClient("data");
  await share.getDirectoryClient("old").rename("new");
  expect([["new"], ["new", "deep"], ["new", "deep", "a"]].map((path) => live.find(path)?.id)).toEqual(ids);
  expect(live.find(["old"])).toBeUndefined();
});

test("an existing file is replaced only when asked, and a read-only one only when that is ignored", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const { seed, live } = emulator.service().share("data");
  const { id } = seed.file("a", "winner");
  seed.file("b", "loser", { attributes: "ReadOnly" });
  const file = hostStyleClient(emulator).getShareClient("data").rootDirectoryClient.getFileClient("a");
  expect(await failure(file.rename("b"))).toMatchObject({ code: "ResourceAlreadyExists" });
  expect(await failure(file.rename("b", { replaceIfExists: true }))).toMatchObject({
    code: "ReadOnlyAttribute",
  });
  await file.rename("b", { replaceIfExists: true, ignoreReadOnly: true });
  expect(live.find(["b"])?.id).toBe(id);
});

test("a rename can set metadata, attributes and content type on the way", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator.service().share("data").seed.file("a", "x");
  const file = hostStyleClient(emulator).getShareClient("data").rootDirectoryClient.getFileClient("a");
  const { destinationFileClient } = await file.rename("b", {
    metadata: { moved: "yes" },
    contentType: "text/plain",
    copyFileSmbInfo: { fileAttributes: "Hidden" },
  });
  expect(await destinationFileClient.getProperties()).toMatchObject({
    metadata: { moved: "yes" },
    contentType: "text/plain",
    fileAttributes: "Hidden",
  });
});

test("a rename needs its source, its destination's parent, and a directory outside itself", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  emulator.service().share("data").seed.directory("dir/sub");
  const share = hostStyleClient(emulator).getShareClient("data");
  const directory = share.getDirectoryClient("dir");
  expect(await failure(share.rootDirectoryClient.getFileClient("none").rename("b"))).toMatchObject({
    code: "ResourceNotFound",
  });
  expect(await failure(directory.rename("none/here"))).toMatchObject({ code: "ParentNotFound" });
  expect((await failure(directory.rename("dir/sub/dir"))).statusCode).toBe(409);
});

test("a rename may change nothing but the case", async () => {
  await using fixture = await startFixture();
  const { emulator } = fixture;
  const { seed, live } = emulator.service().share("data");
  seed.file("readme");
  const root = hostStyleClient(emulator).getShareClient("data").rootDirectoryClient;
  await root.getFileClient("readme").rename("README");
  expect(live.find(["readme"])?.path).toEqual(["README"]);
});

test("a directory takes a file's place when asked, and nothing takes that of a directory", async () => {
  await using fixture = await startFixture();
  const { seed, live } = fixture.emulator.service().share("data");
  seed.file("dir/inner", "x");
  seed.file("file", "y", { attributes: "ReadOnly" });
  const share = hostStyleClient(fixture.emulator).getShareClient("data");
  const directory = share.getDirectoryClient("dir");
  const replaceIfExists = true;
  expect(await failure(directory.rename("file"))).toMatchObject({ code: "ResourceAlreadyExists" });
  expect(await failure(directory.rename("file", { replaceIfExists }))).toMatchObject({ code: "ReadOnlyAttribute" });
  await directory.rename("file", { replaceIfExists, ignoreReadOnly: true });
  expect(live.find(["file", "inner"])).toBeDefined();
  seed.file("other");
  const other = share.rootDirectoryClient.getFileClient("other");
  expect(await failure(other.rename("file", { replaceIfExists }))).toMatchObject({ code: "ResourceAlreadyExists" });
});
