import { FileSASPermissions, ShareClient } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { developmentAccount } from "../account.js";
import { bytesOf, failure, noRetries, serviceClient, startFixture } from "./fixture.js";

test("a file is copied at once, with metadata and bytes, under an id of its own", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const source = emulator
    .service()
    .share("data")
    .seed.file("from ü", "bytes", { metadata: { m: "1" } });
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  const started = await target.startCopyFromURL(root.getFileClient("from ü").url);
  expect(started.copyStatus).toBe("success");
  const properties = await target.getProperties();
  expect(properties).toMatchObject({
    copyStatus: "success",
    copyId: started.copyId,
    copyProgress: "5/5",
    metadata: { m: "1" },
  });
  expect(properties.fileId).not.toBe(source.id);
  expect((await bytesOf(await target.download())).toString()).toBe("bytes");
  await root.getFileClient("from ü").uploadRange("other", 0, 5);
  expect((await bytesOf(await target.download())).toString()).toBe("bytes");
});

test("a copy takes SMB properties from its source when told to", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const { seed, live } = emulator.service().share("data");
  seed.file("from", "x", {
    creationTime: "2001-02-03T04:05:06.7654321Z",
    lastWriteTime: "2002-02-03T04:05:06.1234567Z",
    attributes: "Hidden",
  });
  const root = share.rootDirectoryClient;
  await root.getFileClient("to").startCopyFromURL(root.getFileClient("from").url, {
    copyFileSmbInfo: {
      fileAttributes: "source",
      fileCreationTime: "source",
      fileLastWriteTime: "source",
      setArchiveAttribute: true,
    },
  });
  expect(live.find(["to"])?.state).toMatchObject({
    creationTime: "2001-02-03T04:05:06.7654321Z",
    lastWriteTime: "2002-02-03T04:05:06.1234567Z",
    attributes: "Hidden | Archive",
  });
});

test("another account's file needs a SAS that still reads", async () => {
  const accounts = [developmentAccount, { name: "other", key: "b3RoZXI=" }];
  await using fixture = await startFixture({ accounts });
  const { share, emulator } = fixture;
  emulator.service("other").createShare("theirs").seed.file("a", "theirs");
  const file = serviceClient(emulator, "other").getShareClient("theirs").rootDirectoryClient.getFileClient("a");
  const target = share.rootDirectoryClient.getFileClient("a");
  expect((await failure(target.startCopyFromURL(file.url))).statusCode).toBe(404);
  const expiresOn = new Date(Date.now() + 60_000);
  const unread = file.generateSasUrl({ expiresOn, permissions: FileSASPermissions.parse("w") });
  expect((await failure(target.startCopyFromURL(unread))).statusCode).toBe(403);
  const url = file.generateSasUrl({ expiresOn, permissions: FileSASPermissions.parse("r") });
  await target.startCopyFromURL(url);
  expect((await bytesOf(await target.download())).toString()).toBe("theirs");
});

test("a range is written from another file's bytes", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("from", "0123456789");
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  await target.create(6);
  await target.uploadRangeFromURL(root.getFileClient("from").url, 2, 1, 4);
  expect((await bytesOf(await target.download())).toString("latin1")).toBe("\x002345\x00");
});

test("there is never a copy to abort", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(0);
  expect(await failure(file.abortCopyFromURL("x"))).toMatchObject({
    statusCode: 409,
    code: "NoPendingCopyOperation",
  });
});

test("a copy from a missing file fails like a read of it", async () => {
  await using fixture = await startFixture();
  const root = fixture.share.rootDirectoryClient;
  const error = await failure(root.getFileClient("a").startCopyFromURL(root.getFileClient("none").url));
  expect(error).toMatchObject({ code: "ResourceNotFound" });
  const anonymous = new ShareClient(`${fixture.emulator.endpoint()}/data`, undefined, noRetries);
  expect((await failure(anonymous.getProperties())).statusCode).toBe(401);
});
