import {
  FileSASPermissions,
  FileSystemAttributes,
  type FileUploadRangeFromURLOptions,
  ShareClient,
} from "@azure/storage-file-share";
import { expect, test } from "vitest";
import { developmentAccount } from "../account.js";
import { Crc64 } from "../http/crc64.js";
import { bytesOf, failure, noRetries, serviceClient, signed, startFixture } from "./fixture.js";

const inAMinute = (): Date => new Date(Date.now() + 60_000);

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
  let nowMs = Date.now();
  await using fixture = await startFixture({ accounts, clock: () => nowMs });
  const { share, emulator } = fixture;
  emulator.service("other").createShare("theirs").seed.file("a", "theirs");
  const file = serviceClient(emulator, "other").getShareClient("theirs").rootDirectoryClient.getFileClient("a");
  const target = share.rootDirectoryClient.getFileClient("a");
  expect(await failure(target.startCopyFromURL(file.url))).toMatchObject({
    statusCode: 401,
    code: "CannotVerifyCopySource",
    details: { copySourceStatusCode: 401, copySourceErrorCode: "NoAuthenticationInformation" },
  });
  const expiresOn = inAMinute();
  const unread = file.generateSasUrl({ expiresOn, permissions: FileSASPermissions.parse("w") });
  expect(await failure(target.startCopyFromURL(unread))).toMatchObject({
    statusCode: 403,
    code: "CannotVerifyCopySource",
    details: { copySourceErrorCode: "AuthorizationPermissionMismatch" },
    message: expect.stringMatching(/^This request is not authorized to perform this operation using this permission\./),
  });
  const url = file.generateSasUrl({ expiresOn, permissions: FileSASPermissions.parse("r") });
  expect((await target.startCopyFromURL(url)).copyStatus).toBe("pending");
  nowMs += 1000;
  expect((await target.getProperties()).copyStatus).toBe("success");
  expect((await bytesOf(await target.download())).toString()).toBe("theirs");
});

test("versions before 2024-08-04 take a source that nothing proves readable for missing", async () => {
  await using fixture = await startFixture({ accounts: [developmentAccount, { name: "other", key: "b3RoZXI=" }] });
  const { emulator } = fixture;
  emulator.service("other").createShare("theirs").seed.file("a", "theirs");
  const copy = async (version: string) => {
    const source = `${emulator.endpoint("other")}/theirs/a`;
    const headers = { "x-ms-version": version, "x-ms-copy-source": source };
    const answer = await signed(emulator, "PUT", "/data/to", { headers, body: "" });
    return [answer.status, answer.headers["x-ms-error-code"], answer.headers["x-ms-copy-source-status-code"]];
  };
  expect(await copy("2021-06-08")).toEqual([404, "CannotVerifyCopySource", undefined]);
  expect(await copy("2024-08-04")).toEqual([401, "CannotVerifyCopySource", "401"]);
});

test("a range is not written from fewer bytes than it has", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("from", "0123456789");
  const root = share.rootDirectoryClient;
  const to = root.getFileClient("to");
  await to.create(64);
  const url = root
    .getFileClient("from")
    .generateSasUrl({ expiresOn: inAMinute(), permissions: FileSASPermissions.parse("r") });
  expect(await failure(to.uploadRangeFromURL(url, 8, 0, 4))).toMatchObject({
    statusCode: 409,
    code: "CannotVerifyCopySource",
  });
  expect(await failure(to.uploadRangeFromURL(url, 10, 0, 4))).toMatchObject({
    statusCode: 416,
    code: "CannotVerifyCopySource",
    details: { copySourceErrorCode: "InvalidRange" },
  });
});

test("a range is written from another file's bytes", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("from", "0123456789");
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  await target.create(6);
  const from = root.getFileClient("from");
  expect(await failure(target.uploadRangeFromURL(from.url, 2, 1, 4))).toMatchObject({ statusCode: 401 });
  const url = from.generateSasUrl({ expiresOn: inAMinute(), permissions: FileSASPermissions.parse("r") });
  await target.uploadRangeFromURL(url, 2, 1, 4);
  expect((await bytesOf(await target.download())).toString("latin1")).toBe("\x002345\x00");
});

test("a range from a URL is checked against the checksums a request names", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("from", "0123456789");
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  await target.create(4);
  const permissions = FileSASPermissions.parse("r");
  const url = root.getFileClient("from").generateSasUrl({ expiresOn: inAMinute(), permissions });
  const right = new Crc64().update(Buffer.from("2345")).digest();
  const wrong = Buffer.alloc(8);
  const put = (options: FileUploadRangeFromURLOptions) => target.uploadRangeFromURL(url, 2, 0, 4, options);
  const answer = await put({ sourceContentCrc64: right, sourceConditions: { sourceIfMatchCrc64: right } });
  expect(Buffer.from(answer.xMsContentCrc64 ?? [])).toEqual(right);
  expect(await failure(put({ sourceContentCrc64: wrong }))).toMatchObject({ code: "Crc64Mismatch" });
  const unmet = { statusCode: 412, code: "ConditionNotMet" };
  expect(await failure(put({ sourceConditions: { sourceIfMatchCrc64: wrong } }))).toMatchObject(unmet);
  expect(await failure(put({ sourceConditions: { sourceIfNoneMatchCrc64: right } }))).toMatchObject(unmet);
});

test("a copy that is done cannot be aborted, and an id that is none is refused", async () => {
  await using fixture = await startFixture();
  const root = fixture.share.rootDirectoryClient;
  await root.getFileClient("a").create(0);
  const copy = root.getFileClient("b");
  const { copyId = "" } = await copy.startCopyFromURL(root.getFileClient("a").url);
  expect(await failure(copy.abortCopyFromURL(copyId))).toMatchObject({
    statusCode: 409,
    code: "NoPendingCopyOperation",
  });
  const none = root.getFileClient("none");
  expect(await failure(none.abortCopyFromURL("x"))).toMatchObject({ code: "InvalidQueryParameterValue" });
});

test("a large copy is pending until its time has passed", async () => {
  let nowMs = Date.now();
  await using fixture = await startFixture({ clock: () => nowMs });
  const { share, emulator } = fixture;
  const size = 1024 ** 3;
  emulator.service().share("data").seed.file("from", "bytes", { size });
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  const started = await target.startCopyFromURL(root.getFileClient("from").url);
  expect(started.copyStatus).toBe("pending");
  nowMs += 1000;
  expect(await target.getProperties()).toMatchObject({
    copyStatus: "pending",
    copyProgress: `${size / 4}/${size}`,
    copyCompletedOn: undefined,
    contentLength: size,
  });
  expect(await failure(target.uploadRange("x", 0, 1))).toMatchObject({ code: "PendingCopyOperation" });
  expect(await target.downloadToBuffer(0, 5)).toEqual(Buffer.alloc(5));
  nowMs += 3000;
  expect(await target.getProperties()).toMatchObject({ copyStatus: "success", copyProgress: `${size}/${size}` });
  expect((await target.downloadToBuffer(0, 5)).toString()).toBe("bytes");
});

test("an aborted copy leaves a file of no bytes", async () => {
  let nowMs = Date.now();
  await using fixture = await startFixture({ clock: () => nowMs });
  const { share, emulator } = fixture;
  emulator
    .service()
    .share("data")
    .seed.file("from", "bytes", { size: 1024 ** 3, metadata: { m: "1" } });
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  const { copyId = "" } = await target.startCopyFromURL(root.getFileClient("from").url);
  const other = "01234567-89ab-cdef-0123-456789abcdef";
  expect(await failure(target.abortCopyFromURL(other))).toMatchObject({ code: "CopyIdMismatch" });
  nowMs += 2000;
  await target.abortCopyFromURL(copyId);
  nowMs += 9000;
  expect(await target.getProperties()).toMatchObject({
    copyStatus: "aborted",
    copyProgress: `${1024 ** 3 / 2}/${1024 ** 3}`,
    contentLength: 0,
    metadata: { m: "1" },
  });
  await target.resize(3);
});

test("what no header asks for is not copied, and a permission that overrides has to be given", async () => {
  await using fixture = await startFixture();
  const { share, emulator } = fixture;
  emulator.service().share("data").seed.file("from", "x", { attributes: "ReadOnly | Hidden" });
  const root = share.rootDirectoryClient;
  const target = root.getFileClient("to");
  const { url } = root.getFileClient("from");
  await target.startCopyFromURL(url);
  expect((await target.getProperties()).fileAttributes).toBe("Archive");
  const override = target.startCopyFromURL(url, { copyFileSmbInfo: { filePermissionCopyMode: "override" } });
  expect(await failure(override)).toMatchObject({ code: "MissingRequiredHeader" });
  await target.setProperties({ fileAttributes: FileSystemAttributes.parse("ReadOnly") });
  expect(await failure(target.startCopyFromURL(url))).toMatchObject({ code: "ReadOnlyAttribute" });
  await target.startCopyFromURL(url, { copyFileSmbInfo: { ignoreReadOnly: true } });
});

test("a copy from a missing file fails like a read of it", async () => {
  await using fixture = await startFixture();
  const root = fixture.share.rootDirectoryClient;
  const error = await failure(root.getFileClient("a").startCopyFromURL(root.getFileClient("none").url));
  expect(error).toMatchObject({ code: "ResourceNotFound" });
  const anonymous = new ShareClient(`${fixture.emulator.endpoint()}/data`, undefined, noRetries);
  expect((await failure(anonymous.getProperties())).statusCode).toBe(401);
});
