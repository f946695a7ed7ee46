import { FileSystemAttributes } from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { bytesOf, failure, startFixture } from "./fixture.js";

test("a new file tells its identity, attributes and times", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  const created = await file.create(12);
  expect(created.fileId).toMatch(/^\d+$/);
  expect(created.fileParentId).toBe("0");
  expect(created.fileAttributes).toBe("Archive");
  expect(created.isServerEncrypted).toBe(true);
  const properties = await file.getProperties();
  expect(properties).toMatchObject({
    etag: created.etag,
    fileId: created.fileId,
    filePermissionKey: created.filePermissionKey,
    contentLength: 12,
    contentType: "application/octet-stream",
    fileType: "File",
    leaseState: "available",
  });
  expect((await bytesOf(await file.download())).equals(Buffer.alloc(12))).toBe(true);
});

test("ids are unique, and some exceed what a double can hold", async () => {
  await using fixture = await startFixture();
  const { seed } = fixture.emulator.service().share("data");
  const ids = Array.from({ length: 100 }, (_, index) => seed.file(`f${index}`).id);
  expect(new Set(ids).size).toBe(100);
  expect(ids.some((id) => BigInt(id) > 2n ** 63n)).toBe(true);
});

test("content headers and metadata come back as they were given", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  const md5 = Buffer.from("0123456789abcdef");
  const fileHttpHeaders = {
    fileContentType: "text/plain",
    fileContentEncoding: "gzip",
    fileContentLanguage: "de",
    fileCacheControl: "no-cache",
    fileContentDisposition: "inline",
    fileContentMD5: md5,
  };
  await file.create(3, { fileHttpHeaders, metadata: { one: "1", two: "zwei" } });
  const properties = await file.getProperties();
  expect(properties).toMatchObject({
    contentType: "text/plain",
    contentEncoding: "gzip",
    contentLanguage: "de",
    cacheControl: "no-cache",
    contentDisposition: "inline",
    metadata: { one: "1", two: "zwei" },
  });
  expect(Buffer.from(properties.contentMD5!)).toEqual(md5);
});

test("seven-digit times pass through untouched", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  const times = {
    creationTime: "1601-01-02T00:00:00.0000001Z",
    lastWriteTime: "2026-05-06T07:08:09.1234567Z",
    changeTime: "2026-05-06T07:08:09.7654321Z",
  };
  await share.rootDirectoryClient.getFileClient("a").create(0, { ...times } as never);
  expect(emulator.service().share("data").live.find(["a"])?.state).toMatchObject(times);
});

test("creating over a file replaces it and gives it a new id", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  const first = await file.create(3, { metadata: { old: "1" } });
  const second = await file.create(5);
  expect(second.fileId).not.toBe(first.fileId);
  expect(await file.getProperties()).toMatchObject({ contentLength: 5, metadata: {} });
});

test("a create can bring the first bytes along", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(8, { body: "bytes", contentLength: 5 } as never);
  const bytes = await bytesOf(await file.download());
  expect(bytes.toString()).toBe("bytes\0\0\0");
});

test("each kind of change moves ETag and change time, and only a write moves the write time", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const file = share.rootDirectoryClient.getFileClient("a");
  await file.create(10);
  const steps: [name: string, change: () => Promise<unknown>, writes: boolean][] = [
    ["metadata", () => file.setMetadata({ a: "1" }), false],
    ["headers", () => file.setHttpHeaders({ fileContentType: "text/plain" }), false],
    ["attributes", () => file.setProperties({ fileAttributes: FileSystemAttributes.parse("Hidden") }), false],
    ["resize", () => file.resize(20), false],
    ["range", () => file.uploadRange("x", 0, 1), true],
    ["preserving range", () => file.uploadRange("y", 0, 1, { fileLastWrittenMode: "Preserve" }), false],
    ["clear", () => file.clearRange(0, 10), true],
  ];
  for (const [name, change, writes] of steps) {
    const before = await file.getProperties();
    await change();
    const after = await file.getProperties();
    expect(after.etag, name).not.toBe(before.etag);
    expect(after.fileId, name).toBe(before.fileId);
    expect(after.fileCreatedOn, name).toEqual(before.fileCreatedOn);
    const [was, is] = [before.fileLastWriteOn!.getTime(), after.fileLastWriteOn!.getTime()];
    if (!writes) expect(is, name).toBe(was);
  }
});

test("a read-only file is neither written nor deleted until that ends", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(4, { fileAttributes: FileSystemAttributes.parse("ReadOnly") });
  const refused = { statusCode: 409, code: "ReadOnlyAttribute" };
  expect(await failure(file.uploadRange("data", 0, 4))).toMatchObject(refused);
  expect(await failure(file.delete())).toMatchObject(refused);
  await file.setProperties({ fileAttributes: FileSystemAttributes.parse("None") });
  await file.delete();
});

test("deleting tells the missing file from the missing parent", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  const file = share.rootDirectoryClient.getFileClient("none");
  expect(await failure(file.delete())).toMatchObject({ code: "ResourceNotFound" });
  const deeper = share.getDirectoryClient("none").getFileClient("deeper");
  expect(await failure(deeper.delete())).toMatchObject({ code: "ParentNotFound" });
  expect(await failure(deeper.create(1))).toMatchObject({ code: "ParentNotFound" });
});

test("a file and a directory do not pass for each other", async () => {
  await using fixture = await startFixture();
  const { share } = fixture;
  await share.getDirectoryClient("d").create();
  await share.rootDirectoryClient.getFileClient("f").create(0);
  const mismatch = { statusCode: 409, code: "ResourceTypeMismatch" };
  expect(await failure(share.rootDirectoryClient.getFileClient("d").download())).toMatchObject(mismatch);
  expect(await failure(share.rootDirectoryClient.getFileClient("d").create(1))).toMatchObject(mismatch);
  expect(await failure(share.getDirectoryClient("f").delete())).toMatchObject(mismatch);
});

test("sizes beyond 4 TiB are out of range, and 4 TiB itself costs nothing", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("huge");
  await file.create(4 * 1024 ** 4);
  const last = await file.download(4 * 1024 ** 4 - 3, 3);
  expect(await bytesOf(last)).toEqual(Buffer.alloc(3));
  expect((await failure(file.resize(4 * 1024 ** 4 + 1))).code).toBe("OutOfRangeInput");
});

test("metadata names that are none are refused", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  expect(await failure(file.create(0, { metadata: { "1st": "x" } }))).toMatchObject({
    code: "InvalidMetadata",
  });
});

test("a new file has a content type, and one whose headers are set without it has none", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  await file.create(1);
  expect((await file.getProperties()).contentType).toBe("application/octet-stream");
  await file.setHttpHeaders({ fileContentLanguage: "de" });
  expect(await file.getProperties()).toMatchObject({ contentType: undefined, contentLanguage: "de" });
  expect((await file.download(0, 1)).contentType).toBeUndefined();
});

test("the MD5 of a file is kept whatever bytes it is", async () => {
  await using fixture = await startFixture();
  const file = fixture.share.rootDirectoryClient.getFileClient("a");
  const fileContentMD5 = Buffer.from("not sixteen");
  await file.create(1, { fileHttpHeaders: { fileContentMD5 } });
  expect(Buffer.from((await file.getProperties()).contentMD5 ?? [])).toEqual(fileContentMD5);
});
